import { executionPrefix, executionsOf, isExecutionOf } from './admission';
import { ExecutionState } from './execution-state';
import { Ports } from './ports';

/** A request that reaches the state machine later than this may have been overtaken. */
const LATE_MS = 5_000;
/** Executions whose request is looked at, newest first. */
const MOST_LOOKED_AT = 5;

/**
 * Whether CloudFormation sent a later request for this resource, which came before this one. Lambda delivers an
 * event again when the function died before it could start the execution, a minute later or two; by then CloudFormation
 * may have given the request up, and whatever it made would be nobody's.
 */
export async function isOutOfDate(state: ExecutionState, ports: Ports): Promise<boolean> {
  const { sentAt, startedAt, request } = state;
  if (state.inOrder || sentAt === undefined || Date.parse(startedAt) - Date.parse(sentAt) < LATE_MS) { return false; }
  const executions = executionsOf(state, ports);
  const isOwn = isExecutionOf(request);
  const others = (await executions.list(executionPrefix(request), true)).filter(one => !isOwn(one));
  for (const { arn } of others.slice(0, MOST_LOOKED_AT)) {
    const other = await executions.lastState(arn);
    if (other?.sentAt !== undefined && isLater(other as ExecutionState & { sentAt: string }, sentAt, request.RequestType)) { return true; }
  }
  return false;
}

/** What may follow each request of a resource within a second: the URL tells the time by the second. */
const FOLLOWERS: Readonly<Record<string, readonly string[]>> = {
  Create: ['Update', 'Delete'],
  // Of two updates one gave the other up, and which one cannot be told. Failed wrongly, it is sent again; done wrongly, nobody would know.
  Update: ['Update', 'Delete'],
  Delete: [],
};

function isLater(other: ExecutionState & { readonly sentAt: string }, sentAt: string, type: string): boolean {
  return other.sentAt > sentAt || (other.sentAt === sentAt && FOLLOWERS[type].includes(other.request.RequestType));
}
