/**
 * What `cdk bootstrap` leaves in a Region, as far as a deployment needs it: a stack of the same name with two of its resources. So
 * `cdk bootstrap` itself finds it, and completes it.
 */
import { engineAuthorization } from './json-call';
import { LocalEngine } from './local-engine';

const STACK = 'CDKToolkit';
const QUALIFIER = 'hnb659fds';
const VERSION = '30';
const POLL_MS = 20;

/** An engine, and whose buckets are in it. */
export type Bootstrapped = Pick<LocalEngine, 'url' | 'account'>;

export const assetBucket = ({ account }: Bootstrapped, region: string): string => `cdk-${QUALIFIER}-assets-${account}-${region}`;

/** By plain HTTP: the clients of the SDK take longer to load than the whole engine to start. */
export async function bootstrap(engine: Bootstrapped, region: string): Promise<void> {
  await cloudFormation(engine, region, { Action: 'CreateStack', StackName: STACK, TemplateBody: JSON.stringify(template(assetBucket(engine, region))) });
  for (;;) {
    const answer = await cloudFormation(engine, region, { Action: 'DescribeStacks', StackName: STACK });
    const status = /<StackStatus>(\w+)</.exec(answer)?.[1];
    if (status === 'CREATE_COMPLETE') return;
    if (status !== 'CREATE_IN_PROGRESS') throw new Error(`${region} could not be bootstrapped: ${answer}`);
    await new Promise(resolve => setTimeout(resolve, POLL_MS));
  }
}

/** Logical ids and outputs are those of the CDK. */
const template = (bucket: string): object => ({
  Resources: {
    StagingBucket: { Type: 'AWS::S3::Bucket', Properties: { BucketName: bucket } },
    CdkBootstrapVersion: { Type: 'AWS::SSM::Parameter', Properties: { Type: 'String', Name: `/cdk-bootstrap/${QUALIFIER}/version`, Value: VERSION } },
  },
  Outputs: {
    BucketName: { Value: { Ref: 'StagingBucket' } },
    BucketDomainName: { Value: { 'Fn::GetAtt': ['StagingBucket', 'RegionalDomainName'] } },
    BootstrapVersion: { Value: { 'Fn::GetAtt': ['CdkBootstrapVersion', 'Value'] } },
  },
});

async function cloudFormation({ url }: Bootstrapped, region: string, input: Record<string, string>): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: engineAuthorization(region, 'cloudformation') },
    body: new URLSearchParams({ Version: '2010-05-15', ...input }),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${input.Action} of ${STACK} in ${region} was refused: HTTP ${response.status} ${text}`);
  return text;
}
