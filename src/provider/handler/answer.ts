import { Addressee } from './request';

/** CloudFormation refuses longer answers (CloudFormation User Guide: custom resource response objects). */
const MOST_BYTES = 4096;

export interface Outcome {
  readonly status: 'SUCCESS' | 'FAILED';
  /** Shortened if it must be. */
  readonly reason: string;
  /** What follows the reason and is never shortened: what may be left behind, and the command that finds it. */
  readonly leftBehind?: string;
  readonly physicalId: string;
  readonly attributes?: Record<string, string>;
}

/** The body of the answer. It is kept with the execution, so that a repeated answer is the same to the byte. */
export function answerBody(to: Addressee, outcome: Outcome): string {
  const body = (reason: string) => JSON.stringify({
    Status: outcome.status,
    Reason: outcome.leftBehind === undefined ? reason : [reason, `Beware: ${outcome.leftBehind}`].filter(Boolean).join('. '),
    PhysicalResourceId: outcome.physicalId,
    StackId: to.StackId,
    RequestId: to.RequestId,
    LogicalResourceId: to.LogicalResourceId,
    Data: outcome.attributes ?? {},
  });
  let reason = outcome.reason;
  while (Buffer.byteLength(body(reason)) > MOST_BYTES && reason.length > 0) {
    const surplus = Buffer.byteLength(body(reason)) - MOST_BYTES;
    // Control characters take six bytes each in JSON: to cut a sixth of the surplus never cuts too much.
    reason = shortened(reason, Math.max(1, Math.ceil(surplus / 6)));
  }
  return body(reason);
}

const ELLIPSIS = '…';

function shortened(reason: string, characters: number): string {
  const bare = reason.endsWith(ELLIPSIS) ? reason.slice(0, -1) : reason;
  const kept = bare.slice(0, Math.max(0, bare.length - characters)).replace(/[\uD800-\uDBFF]$/, '');
  return kept === '' ? '' : kept + ELLIPSIS;
}
