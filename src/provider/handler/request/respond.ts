import { ExecutionState } from './execution-state';
import { Ports } from './ports';
import { parseAddressee } from './request';

/** Delivers the answer that the execution holds. Repeated by the state machine until it was taken. */
export async function respond(state: ExecutionState, ports: Ports): Promise<void> {
  await deliver(state, state.answer!, ports);
}

/** Executions can be started by others than the provider, so the place to answer to is checked once more. */
export async function deliver(state: ExecutionState, body: string, ports: Ports): Promise<void> {
  const to = parseAddressee(state.request, ports.testAnswerOrigin);
  await ports.putAnswer(to.ResponseURL, body);
  ports.log.info('answered', { requestId: to.RequestId, logicalId: to.LogicalResourceId });
}
