import { CloudFormationEvent } from './event';

/** CloudFormation refuses longer answers (CloudFormation User Guide: custom resource response objects). */
const MOST_BYTES = 4096;

export interface Outcome {
  readonly status: 'SUCCESS' | 'FAILED';
  /** Shortened if it must be. */
  readonly reason: string;
  /** What follows the reason and is shortened only when no reason is left: what may be left behind, and the command that finds it. */
  readonly leftBehind?: string;
  readonly physicalId: string;
  readonly attributes?: Readonly<Record<string, string>>;
}

/** The body of the answer. It is kept in the ledger, so that a repeated answer is the same to the byte. */
export function answerBody(to: Pick<CloudFormationEvent, 'StackId' | 'RequestId' | 'LogicalResourceId'>, outcome: Outcome): string {
  const body = (reason: string, leftBehind: string | undefined) => JSON.stringify({
    Status: outcome.status,
    Reason: leftBehind === undefined ? reason : [reason, `May be left behind: ${leftBehind}`].filter(Boolean).join('. '),
    PhysicalResourceId: outcome.physicalId,
    StackId: to.StackId,
    RequestId: to.RequestId,
    LogicalResourceId: to.LogicalResourceId,
    Data: outcome.attributes ?? {},
  });
  const { leftBehind } = outcome;
  const reason = fitted(outcome.reason, text => body(text, leftBehind));
  // The log has it in full.
  return body(reason, leftBehind && fitted(leftBehind, text => body(reason, text)));
}

/** As much of the text as there is room for. */
function fitted(text: string, body: (text: string) => string): string {
  for (let kept = text; ;) {
    const surplus = Buffer.byteLength(body(kept)) - MOST_BYTES;
    if (surplus <= 0 || kept === '') { return kept; }
    // Control characters take six bytes each in JSON: to cut a sixth of the surplus never cuts too much.
    kept = shortened(kept, Math.max(1, Math.ceil(surplus / 6)));
  }
}

const ELLIPSIS = '…';

function shortened(reason: string, characters: number): string {
  const bare = reason.endsWith(ELLIPSIS) ? reason.slice(0, -1) : reason;
  const kept = bare.slice(0, Math.max(0, bare.length - characters)).replace(/[\uD800-\uDBFF]$/, '');
  return kept === '' ? '' : kept + ELLIPSIS;
}
