import { admit } from './admission';
import { answerBody, Outcome } from './answer';
import { StartRefused } from './executions/port';
import { nothingCreatedId, outcomeUnknownId, parsePhysicalId } from './physical-id';
import { Ports } from './ports';
import { Addressee, parseAddressee, parseRequest, RefusedRequest } from './request';

/** A role's fresh permissions take a moment to work everywhere: seconds between the tries, and how many. */
const DENIED_PAUSE = 5;
const DENIED_TRIES = 8;

/**
 * Takes a request of CloudFormation: starts its execution, or answers at once what needs none. Whatever is
 * thrown makes Lambda deliver the event again, which finds the execution that it started.
 */
export async function start(event: unknown, ports: Ports): Promise<void> {
  const to = parseAddressee(event, ports.testAnswerOrigin);
  try {
    const request = parseRequest(event, to, ports.stackId);
    if (request.RequestType === 'Delete' && parsePhysicalId(to.PhysicalResourceId!).kind === 'nothingCreated') {
      return await answer(to, ports, { status: 'SUCCESS', reason: 'Nothing had been created.', physicalId: to.PhysicalResourceId! });
    }
    const { stateMachineArn, executionName, state } = admitted(() => admit(request, ports.now()));
    await startPatiently(() => ports.executions(stateMachineArn).start(executionName, state), ports);
    ports.log.info('started', { requestId: to.RequestId, logicalId: to.LogicalResourceId, requestType: request.RequestType });
  } catch (error) {
    if (!(error instanceof RefusedRequest || error instanceof StartRefused)) { throw error; }
    ports.log.error('EVENT_REFUSED', error.message, { requestId: to.RequestId, logicalId: to.LogicalResourceId });
    await answer(to, ports, refusedOutcome(to, error));
  }
}

/**
 * A refusal by the event alone is the same at every delivery. One by the state machine is not: a second delivery
 * might start what the first could not, so the delete that follows looks; and should that find the state machine
 * out of order too, it does not keep the stack from rolling back.
 */
function refusedOutcome(to: Addressee, error: RefusedRequest | StartRefused): Outcome {
  const { PhysicalResourceId: id, RequestId } = to;
  if (error instanceof RefusedRequest) { return { status: 'FAILED', reason: error.message, physicalId: id ?? nothingCreatedId(RequestId) }; }
  if (id === undefined) { return { status: 'FAILED', reason: error.message, physicalId: outcomeUnknownId(RequestId) }; }
  return parsePhysicalId(id).kind === 'outcomeUnknown'
    ? { status: 'SUCCESS', reason: `Nothing was looked for, because ${error.message}`, physicalId: id }
    : { status: 'FAILED', reason: error.message, physicalId: id };
}

/** Nothing was begun yet, so a bug of ours is answered like any refusal: delivered again, it would strike again. */
function admitted<T>(act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof RefusedRequest ? error : new RefusedRequest(`internal error of cdk-multi-region-payment-keys, please report it: ${String(error)}`);
  }
}

async function startPatiently(attempt: () => Promise<void>, ports: Ports): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof StartRefused && error.denied) || tries >= DENIED_TRIES) { throw error; }
      await ports.pause(DENIED_PAUSE);
    }
  }
}

async function answer(to: Addressee, ports: Ports, outcome: Outcome): Promise<void> {
  await ports.putAnswer(to.ResponseURL, answerBody(to, outcome));
}
