import { Readable } from 'stream';
import { SFNClient } from '@aws-sdk/client-sfn';
import { HttpRequest, HttpResponse } from '@smithy/protocol-http';
import { IamRequest } from './iam-request';
import { stepFunctions } from '../../src/provider/handler/aws/step-functions';
import { Ports } from '../../src/provider/handler/request/ports';
import { StateMachine } from '../lifecycle/state-machine';

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
        const { stateMachineArn, name, input } = JSON.parse(request.body);
        record({ action: `states:${operation}`, resource: stateMachineArn, context: {} });
        if (operation !== 'StartExecution') { throw new Error(`the handler does not need ${operation}`); }
        const output = machine.start(name, JSON.parse(input)) ? { startDate: 0 } : { __type: 'ExecutionAlreadyExists' };
        const body = Readable.from([Buffer.from(JSON.stringify(output))]);
        return { response: new HttpResponse({ statusCode: '__type' in output ? 400 : 200, headers: {}, body }) };
      },
    },
  });
  return stateMachineArn => stepFunctions(client, stateMachineArn);
}
