import { createHash } from 'crypto';
import { Setback } from './execution-state';
import { ServiceFault } from './service-fault';

/** Fresh permissions work everywhere within this time; AccessDenied is final only after it. */
const DENIED_IS_FINAL_AFTER_MS = 120_000;
const MOST_SECONDS = 30;

/** Whether a fault of the service ends the request, or how long to wait before the same turn is tried again. */
export function judge(
  fault: ServiceFault, before: Setback | undefined, now: Date, seed: string,
): { readonly final: true } | { readonly setback: Setback; readonly inSeconds: number } {
  const count = (before?.count ?? 0) + 1;
  const reason = fault.message;
  const retry = (setback: Setback) => ({ setback, inSeconds: backoff(count, `${seed}/${count}`) });
  switch (fault.kind) {
    case 'throttled':
    case 'unreachable':
    case 'unknownOutcome':
      return retry({ count, reason });
    case 'accessDenied': {
      const deniedSince = before?.deniedSince ?? now.toISOString();
      return now.getTime() - Date.parse(deniedSince) >= DENIED_IS_FINAL_AFTER_MS ? { final: true } : retry({ count, reason, deniedSince });
    }
    default:
      return { final: true };
  }
}

/** Grows twofold up to a bound; spread over its second half by the request, so that requests do not march in step. */
function backoff(count: number, seed: string): number {
  const bound = Math.min(MOST_SECONDS, 2 ** Math.min(count, 10));
  const spread = createHash('sha256').update(seed).digest().readUInt32BE(0) / 2 ** 32;
  return Math.max(1, Math.round(bound / 2 + spread * bound / 2));
}
