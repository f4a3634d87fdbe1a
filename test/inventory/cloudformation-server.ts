import * as http from 'http';
import { AddressInfo } from 'net';

export interface ServedStack {
  readonly status: string;
  readonly resources: ReadonlyArray<{ readonly type: string; readonly logicalId: string; readonly physicalId?: string; readonly status: string }>;
}

/** The part of AWS CloudFormation over HTTP that an inventory uses: DescribeStacks and ListStackResources, a resource on each page. */
export class CloudFormationServer {
  static async start(): Promise<CloudFormationServer> {
    const server = new CloudFormationServer();
    await new Promise<void>(resolve => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  stacks: Record<string, ServedStack> = {};
  readonly requests: { readonly action: string; readonly stackId: string; readonly authorization: string }[] = [];

  private readonly server = http.createServer((request, response) => {
    let body = '';
    request.on('data', chunk => { body += chunk; });
    request.on('end', () => {
      const form = new URLSearchParams(body);
      const [action, stackId] = [form.get('Action')!, form.get('StackName')!];
      this.requests.push({ action, stackId, authorization: request.headers.authorization ?? '' });
      const { status, text } = this.answer(action, stackId, Number(form.get('NextToken') ?? 0));
      response.writeHead(status, { 'content-type': 'text/xml' }).end(text);
    });
  });

  refuse: () => { readonly status: number; readonly code: string } | undefined = () => undefined;

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }

  private answer(action: string, stackId: string, from: number): { readonly status: number; readonly text: string } {
    const refusal = this.refuse();
    if (refusal) { return failed(refusal.status, refusal.code, 'because'); }
    const stack = this.stacks[stackId];
    if (!stack) { return failed(400, 'ValidationError', `Stack with id ${stackId} does not exist`); }
    const result = action === 'DescribeStacks'
      ? `<Stacks><member><StackId>${stackId}</StackId><StackName>${stackId.split('/')[1]}</StackName><StackStatus>${stack.status}</StackStatus></member></Stacks>`
      : this.resources(stack, from);
    return { status: 200, text: `<${action}Response><${action}Result>${result}</${action}Result></${action}Response>` };
  }

  private resources({ resources }: ServedStack, from: number): string {
    const { type, logicalId, physicalId, status } = resources[from];
    const physical = physicalId === undefined ? '' : `<PhysicalResourceId>${physicalId}</PhysicalResourceId>`;
    const more = from + 1 < resources.length ? `<NextToken>${from + 1}</NextToken>` : '';
    return `<StackResourceSummaries><member><ResourceType>${type}</ResourceType><LogicalResourceId>${logicalId}</LogicalResourceId>${physical}`
      + `<ResourceStatus>${status}</ResourceStatus></member></StackResourceSummaries>${more}`;
  }
}

const failed = (status: number, code: string, message: string) =>
  ({ status, text: `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>` });
