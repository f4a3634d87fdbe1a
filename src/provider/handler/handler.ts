import { ExecutionState } from './execution-state';
import { lastResort } from './last-resort';
import { Pace, slower } from './pace';
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
  // A warm function meets many executions: what one has learnt, the next is told.
  let learnt: Pace | undefined;
  const stepAndLearn = async (state: ExecutionState) => {
    const next = await step({ ...state, pace: slower(ports.now(), state.pace, learnt) }, ports);
    learnt = next.pace;
    return next;
  };
  return async event => {
    switch (event?.task) {
      case STEP_TASK: return stepAndLearn({ ...ownState(event.state), startedAt: event.startedAt });
      case RESPOND_TASK: return respond(ownState(event.state), ports);
    }
    return event?.source === 'aws.states' ? lastResort(event.detail, ports) : start(event, ports);
  };
}
