import { createHash } from 'crypto';
import { ServiceFault } from '../control-plane/fault';

/** Fresh permissions work everywhere within this time; AccessDenied is final only after it. */
const DENIED_IS_FINAL_AFTER_MS = 120_000;
const LONGEST_BACKOFF_SECONDS = 30;

/** Whether a fault ends the request, or the same turn is tried again. */
export function isFinal(fault: ServiceFault, deniedSince: string | undefined, now: Date): boolean {
  // The reconcilers wait for what a conflict may be about; one that they do not expect is an end.
  if (!fault.mayPassLater || fault.kind === 'conflict') { return true; }
  return fault.kind === 'accessDenied' && deniedSince !== undefined && now.getTime() - Date.parse(deniedSince) >= DENIED_IS_FINAL_AFTER_MS;
}

/** Twice the wait before, up to a bound, with jitter over its second half: requests must not march in step. */
export function backoffSeconds(before: number, seed: string): number {
  const bound = Math.min(LONGEST_BACKOFF_SECONDS, Math.max(2, 2 * before));
  return Math.max(1, Math.round(bound / 2 + fraction(seed) * bound / 2));
}

/** From 0 to 1, the same for the same seed. */
export function fraction(seed: string): number {
  return createHash('sha256').update(seed).digest().readUInt32BE(0) / 2 ** 32;
}
