import { CloudFormationClient, DescribeStacksCommand, ListStackResourcesCommand, StackResourceSummary } from '@aws-sdk/client-cloudformation';
import { ClientConfig } from '../../../provider/handler/aws/client-config';
import { perRegion } from '../../../provider/handler/aws/per-region';
import { sent } from '../../../provider/handler/aws/sent';
import { ServiceFault } from '../../../provider/handler/control-plane/fault';
import { Stacks } from '../ports';

/** A stack that is deleted is described by its id for 90 days; afterwards it is not known (API: DescribeStacks). */
const UNKNOWN_STACK = /does not exist/;

/** Of resources that are listed, those that are no longer the stack's. DELETE_SKIPPED is what a retained resource leaves. */
const GONE: ReadonlySet<string> = new Set(['DELETE_COMPLETE', 'DELETE_SKIPPED']);

/** Stacks through AWS CloudFormation, each in its own Region. */
export function stacksOf(config: ClientConfig): Stacks {
  const clients = perRegion(region => new CloudFormationClient({ ...config, region, maxAttempts: 1 }));
  const send = (operation: string, stackId: string, command: any): Promise<any> => {
    const [, , , region] = stackId.split(':');
    return sent('cloudformation', operation, region, () => clients(region).send(command));
  };
  return {
    describeStack: async stackId => {
      const answer = await unlessUnknown(() => send('DescribeStacks', stackId, new DescribeStacksCommand({ StackName: stackId })));
      const [stack] = answer?.Stacks ?? [];
      return !stack || stack.StackStatus === 'DELETE_COMPLETE' ? undefined : { stackName: stack.StackName };
    },
    listStackResources: async (stackId, nextToken) => {
      const answer = await unlessUnknown(() => send('ListStackResources', stackId, new ListStackResourcesCommand({ StackName: stackId, NextToken: nextToken })));
      const summaries: StackResourceSummary[] = answer?.StackResourceSummaries ?? [];
      return {
        resources: summaries.filter(({ ResourceStatus }) => !GONE.has(ResourceStatus!)).map(({ ResourceType, LogicalResourceId, PhysicalResourceId = '' }) =>
          ({ type: ResourceType!, logicalId: LogicalResourceId!, physicalId: PhysicalResourceId })),
        nextToken: answer?.NextToken,
      };
    },
  };
}

async function unlessUnknown<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await call();
  } catch (fault) {
    if (fault instanceof ServiceFault && fault.code === 'ValidationError' && UNKNOWN_STACK.test(fault.message)) { return undefined; }
    throw fault;
  }
}
