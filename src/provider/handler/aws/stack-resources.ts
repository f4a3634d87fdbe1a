import { CloudFormationClient, ListStackResourcesCommand } from '@aws-sdk/client-cloudformation';
import { ClientConfig } from './client-config';
import { sent } from './sent';
import { RESOURCE_TYPES } from '../request/resource-types';
import { StackResource } from '../watch/watched-resource';

/** What the stack has of what its provider makes (API: ListStackResources). Few requests, so the SDK's own retries are right here. */
export function stackResources(config: ClientConfig, region: string, stackId: string): () => Promise<readonly StackResource[]> {
  const client = new CloudFormationClient({ ...config, region });
  return async () => {
    const resources: StackResource[] = [];
    let NextToken: string | undefined;
    do {
      const page = await sent('cloudformation', 'ListStackResources', region, () => client.send(new ListStackResourcesCommand({ StackName: stackId, NextToken })));
      for (const { LogicalResourceId, PhysicalResourceId, ResourceType, ResourceStatus } of page.StackResourceSummaries ?? []) {
        if (PhysicalResourceId === undefined || ResourceStatus?.startsWith('DELETE_') || !RESOURCE_TYPES.has(ResourceType!)) { continue; }
        resources.push({ logicalId: LogicalResourceId!, physicalId: PhysicalResourceId, type: ResourceType! });
      }
      NextToken = page.NextToken;
    } while (NextToken);
    return resources;
  };
}
