/** Why a deployment failed: what CloudFormation says, and what the provider's function logged. */
import { CloudFormationClient, DescribeStackEventsCommand, StackEvent } from '@aws-sdk/client-cloudformation';
import { PRIMARY, Stage } from './stage';
import { clientConfig } from '../e2e/engine/clients';
import { eventLines } from '../e2e/engine/cloud-formation';

const STACK = 'Payments';
const MOST_LINES = 25;

export async function explain({ engine }: Stage): Promise<string> {
  const sections: Record<string, string[]> = {
    'Stack events': await stackEvents(engine).catch((error: Error) => [`not known: ${error.message}`]),
    'Log of the provider\'s function': engine.functionLog().trim().split('\n'),
  };
  return Object.entries(sections)
    .map(([title, lines]) => `\n${title}\n${lines.slice(-MOST_LINES).map(text => `  ${text}\n`).join('')}`)
    .join('');
}

async function stackEvents(engine: Stage['engine']): Promise<string[]> {
  const client = new CloudFormationClient(clientConfig(engine, PRIMARY));
  const { StackEvents = [] } = await client.send(new DescribeStackEventsCommand({ StackName: STACK }));
  client.destroy();
  return eventLines([...StackEvents].reverse().filter(isTelling));
}

function isTelling({ ResourceStatus, ResourceStatusReason }: StackEvent): boolean {
  return Boolean(ResourceStatusReason) || /FAILED|ROLLBACK/.test(String(ResourceStatus));
}
