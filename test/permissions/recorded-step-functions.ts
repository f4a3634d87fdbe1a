import { Readable } from 'stream';
import { HttpRequest, HttpResponse } from '@smithy/protocol-http';
import { IamRequest } from './iam-request';
import { stepFunctions } from '../../src/provider/handler/aws/step-functions';
import { Ports } from '../../src/provider/handler/request/ports';
import { StateMachine } from '../lifecycle/state-machine';

/**
 * The handler's own adapter for Step Functions, with the virtual state machine at the other end: the operations that IAM is asked
 * about are read off the wire.
 */
export function recordedStepFunctions(machine: StateMachine, record: (request: IamRequest) => void): Ports['executions'] {
  const answers: Record<string, (input: any) => object> = {
    StartExecution: ({ stateMachineArn, name, input }) => {
      record({ action: 'states:StartExecution', resource: stateMachineArn, context: {} });
      return machine.start(name, JSON.parse(input)) ? { startDate: 0 } : { __type: 'ExecutionAlreadyExists' };
    },
    DescribeExecution: ({ executionArn }) => {
      record({ action: 'states:DescribeExecution', resource: executionArn, context: {} });
      return { input: machine.executions.find(({ arn }) => arn === executionArn)!.input };
    },
  };
  const requestHandler: any = {
    handle: async (request: HttpRequest) => {
      const output = answers[request.headers['x-amz-target'].split('.').pop()!](JSON.parse(request.body));
      const body = Readable.from([Buffer.from(JSON.stringify(output))]);
      return { response: new HttpResponse({ statusCode: '__type' in output ? 400 : 200, headers: {}, body }) };
    },
  };
  return stateMachineArn => stepFunctions({ requestHandler }, stateMachineArn);
}
