import { Setback } from './execution-state';
import { ServiceFault } from './service-fault';
import { share } from './spread';

/** Fresh permissions work everywhere within this time; AccessDenied is final only after it. */
const DENIED_IS_FINAL_AFTER_MS = 120_000;
const MOST_SECONDS = 30;
const SECONDS_UNTIL_COUNTED = 2;

/** Whether a fault of the service ends the request, or how long to wait before the same turn is tried again. */
export function judge(
  fault: ServiceFault, before: Setback | undefined, now: Date, seed: string, roundSeconds?: number,
): { readonly final: true } | { readonly setback: Setback; readonly inSeconds: number } {
  const count = (before?.count ?? 0) + 1;
  const reason = fault.message;
  const retry = (setback: Setback) => ({ setback, inSeconds: backoff(count, `${seed}/${count}`) });
  switch (fault.kind) {
    case 'throttled':
      return fault.spentQuotaOfKeys
        ? { setback: { count, reason, throttled: true }, inSeconds: afterThrottling(count, `${seed}/${count}`, roundSeconds) }
        : retry({ count, reason });
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

/**
 * Somewhere in the next round of those that share the quota, and ever later. At first they are only to be counted, a
 * moment later since their list lags.
 */
function afterThrottling(count: number, seed: string, roundSeconds?: number): number {
  if (count === 1 && roundSeconds === undefined) { return SECONDS_UNTIL_COUNTED; }
  return Math.max(backoff(count, seed), Math.round(share(`round/${seed}`) * (roundSeconds ?? 0)));
}

/** Grows twofold up to a bound; spread over its second half by the request, so that requests do not march in step. */
export function backoff(count: number, seed: string): number {
  const bound = Math.min(MOST_SECONDS, 2 ** Math.min(count, 10));
  return Math.max(1, Math.round(bound / 2 + share(seed) * bound / 2));
}
