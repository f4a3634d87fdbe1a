/** A Lambda function that does what a test says, for the tests of the engine itself. */
import * as http from 'node:http';
import { AddressInfo } from 'node:net';

/** What the function is called with: an event of CloudFormation or EventBridge, or the payload of a task. */
export type Call = Record<string, any>;

/** What it does: throw, or send this answer to CloudFormation and return this result. */
export interface Deed {
  readonly throws?: { readonly name: string; readonly message: string };
  readonly answer?: object;
  readonly result?: unknown;
}

export interface ScriptedFunction {
  /** Every call, in order. */
  readonly calls: readonly Call[];
  /** Decides what the next calls do; undefined leaves it to the default, which succeeds. */
  script: (call: Call) => Deed | undefined | Promise<Deed | undefined>;
  /** `RequestType LogicalId(physical id) V` of CloudFormation's requests. */
  requests(): string[];
  reset(): void;
  /** The role and the function, for a template. */
  resources(): Record<string, object>;
  close(): Promise<void>;
}

const CODE = `
const put = (event, answer) => fetch(event.ResponseURL, { method: 'PUT', body: JSON.stringify({
  StackId: event.StackId, RequestId: event.RequestId, LogicalResourceId: event.LogicalResourceId, ...answer }) });
exports.handler = async event => {
  const deed = await (await fetch(process.env.SCRIPT, { method: 'POST', body: JSON.stringify(event) })).json();
  if (deed.throws) throw Object.assign(new Error(deed.throws.message), { name: deed.throws.name });
  if (deed.answer) await put(event, deed.answer);
  return deed.result;
};`;

/** A resource is called after its logical id, and stays that. */
function usual(call: Call): Deed {
  return call.RequestType ? { answer: { Status: 'SUCCESS', PhysicalResourceId: call.PhysicalResourceId ?? `${call.LogicalResourceId}-1` } } : {};
}

export async function startScriptedFunction(): Promise<ScriptedFunction> {
  const calls: Call[] = [];
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', chunk => { text += chunk; });
    request.on('end', () => {
      const call = JSON.parse(text) as Call;
      calls.push(call);
      void Promise.resolve(scripted.script(call)).then(deed => response.end(JSON.stringify(deed ?? usual(call))));
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const scripted: ScriptedFunction = {
    calls,
    script: () => undefined,
    requests: () => calls.filter(({ RequestType }) => RequestType).map(requestLine),
    reset: () => {
      calls.length = 0;
      scripted.script = () => undefined;
    },
    resources: () => ({
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: { AssumeRolePolicyDocument: { Statement: [{ Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' }, Action: 'sts:AssumeRole' }] } },
      },
      Function: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Runtime: 'nodejs22.x',
          Handler: 'index.handler',
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          Code: { ZipFile: CODE },
          Timeout: 10,
          Environment: { Variables: { SCRIPT: `http://127.0.0.1:${(server.address() as AddressInfo).port}` } },
        },
      },
    }),
    close: async () => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
  return scripted;
}

function requestLine({ RequestType, LogicalResourceId, PhysicalResourceId, ResourceProperties }: Call): string {
  return `${RequestType} ${LogicalResourceId}${PhysicalResourceId ? `(${PhysicalResourceId})` : ''} V=${ResourceProperties.V}`;
}
