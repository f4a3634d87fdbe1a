import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';

/** What `cdk bootstrap` makes. */
const TOOLKIT = 'CDKToolkit';

/** Refuses to go on with credentials of another account than the one that was named. */
export async function checkedAccount(account: string, region: string): Promise<void> {
  const actual = await bootstrappedAccount(account, region);
  if (actual !== account) { throw new Error(`The credentials are those of account ${actual}, not ${account}`); }
}

async function bootstrappedAccount(account: string, region: string): Promise<string | undefined> {
  const client = new CloudFormationClient({ region });
  try {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName: TOOLKIT }));
    return Stacks[0]?.StackId?.split(':')[4];
  } catch (error) {
    throw new Error(`${account}/${region} cannot be used: ${(error as Error).message}. `
      + `The stack ${TOOLKIT} is looked for: cdk bootstrap aws://${account}/${region}`);
  } finally {
    client.destroy();
  }
}
