import { later } from './crowd';
import { ExecutionState } from './execution-state';
import { lastResort } from './last-resort';
import { slower } from './pace';
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
  let learnt: Pick<ExecutionState, 'pace' | 'round'> = {};
  const stepAndLearn = async (state: ExecutionState) => {
    const told = { pace: slower(ports.now(), state.pace, learnt.pace), round: state.round && later(state.round, learnt.round) };
    const next = await step({ ...state, ...told }, ports);
    learnt = { pace: next.pace, round: next.round ?? learnt.round };
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
