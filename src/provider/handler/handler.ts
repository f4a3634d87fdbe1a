import { ExecutionState } from './execution-state';
import { lastResort } from './last-resort';
import { Ports } from './ports';
import { respond } from './respond';
import { start } from './start';
import { step } from './step';
import { RESPOND_TASK, STEP_TASK } from '../contract/tasks';

/** The function has four callers' worth of work: CloudFormation, two tasks of the state machine, and EventBridge. */
export function handlerFor(ports: Ports): (event: any) => Promise<unknown> {
  const ownState = (state: ExecutionState) => {
    if (state.request.StackId !== ports.stackId) { throw new Error('this execution is of another stack'); }
    return state;
  };
  return async event => {
    switch (event?.task) {
      case STEP_TASK: return step({ ...ownState(event.state), startedAt: event.startedAt }, ports);
      case RESPOND_TASK: return respond(ownState(event.state), ports);
    }
    return event?.source === 'aws.states' ? lastResort(event.detail, ports) : start(event, ports);
  };
}
