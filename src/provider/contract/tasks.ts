/** What the state machine asks of the function, beside CloudFormation's events. */
export const STEP_TASK = 'step';
export const RESPOND_TASK = 'respond';
