import { RESPOND_TASK, STEP_TASK } from '../contract/tasks';
import { StepState } from './request/executions';
import { lastResort } from './request/last-resort';
import { Ports } from './request/ports';
import { deliver } from './request/respond';
import { start } from './request/start';
import { step } from './request/step';

/** The function has four callers: CloudFormation, two tasks of the state machine, and EventBridge. */
export function handlerFor(ports: Ports): (event: any) => Promise<unknown> {
  return async event => {
    switch (event?.task) {
      case STEP_TASK: return step(event.state, ports);
      case RESPOND_TASK: return respond(event.state, ports);
    }
    return event?.source === 'aws.states' ? lastResort(event.detail, ports) : start(event, ports);
  };
}

/** Repeats the delivery of an answer that a step could not deliver. */
async function respond({ item: id, request }: StepState, ports: Ports): Promise<void> {
  const item = await ports.ledger.read(id);
  if (item) { await deliver(item, request, ports); }
}
