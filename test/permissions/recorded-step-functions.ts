import { Readable } from 'stream';
import { SFNClient } from '@aws-sdk/client-sfn';
import { HttpRequest, HttpResponse } from '@smithy/protocol-http';
import { IamRequest } from './iam-request';
import { stepFunctions } from '../../src/provider/handler/executions/step-functions';
import { Ports } from '../../src/provider/handler/ports';
import { Execution, StateMachine } from '../lifecycle/state-machine';

/**
 * The handler's own adapter for Step Functions, with the virtual state machine at the other end of its client:
 * the operations that IAM is asked about are read off the wire.
 */
export function recordedStepFunctions(machine: StateMachine, record: (request: IamRequest) => void): Ports['executions'] {
  const client = new SFNClient({
    region: machine.arn.split(':')[3],
    credentials: { accessKeyId: 'AKIATEST', secretAccessKey: 'test' },
    requestHandler: {
      handle: async (request: HttpRequest) => {
        const operation = request.headers['x-amz-target'].split('.').pop()!;
        const input = JSON.parse(request.body);
        record({ action: `states:${operation}`, resource: input.executionArn ?? input.stateMachineArn, context: {} });
        const output = operations(machine)[operation](input);
        const body = Readable.from([Buffer.from(JSON.stringify(output))]);
        return { response: new HttpResponse({ statusCode: '__type' in output ? 400 : 200, headers: {}, body }) };
      },
    },
  });
  return stateMachineArn => stepFunctions(client, stateMachineArn);
}

const operations = (machine: StateMachine): Record<string, (input: any) => object> => ({
  StartExecution: ({ name, input }) => machine.start(name, JSON.parse(input)) ? { startDate: 0 } : { __type: 'ExecutionAlreadyExists' },
  ListExecutions: ({ statusFilter }) => ({
    executions: machine.executions.filter(({ status }) => statusFilter === undefined || status === statusFilter).map(listed).reverse(),
  }),
  StopExecution: ({ executionArn }) => {
    machine.stop(machine.find(executionArn));
    return { stopDate: 0 };
  },
  GetExecutionHistory: ({ executionArn }) => ({
    events: [{ id: 1, type: 'TaskStateEntered', timestamp: 0, stateEnteredEventDetails: { name: 'Step', input: machine.find(executionArn).history.at(-1) } }],
  }),
});

/** Times are seconds on the wire. */
function listed({ name, arn, status, startedAt, endedAt }: Execution): object {
  return { name, executionArn: arn, status, startDate: startedAt / 1000, ...endedAt !== undefined && { stopDate: endedAt / 1000 } };
}
