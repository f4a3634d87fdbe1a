/** What `cdk bootstrap` leaves in a Region, as far as a deployment needs it. */
import { engineAuthorization, jsonCall } from './json-call';
import { LocalEngine } from './local-engine';

const QUALIFIER = 'hnb659fds';
const VERSION = '30';

/** An engine, and whose buckets are in it. */
export type Bootstrapped = Pick<LocalEngine, 'url' | 'account'>;

export const assetBucket = ({ account }: Bootstrapped, region: string): string => `cdk-${QUALIFIER}-assets-${account}-${region}`;

/** By plain HTTP: the clients of the SDK take longer to load than the whole engine to start. */
export async function bootstrap(engine: Bootstrapped, region: string): Promise<void> {
  await jsonCall(engine, region, 'ssm', 'AmazonSSM.PutParameter', { Name: `/cdk-bootstrap/${QUALIFIER}/version`, Value: VERSION, Type: 'String' });
  const bucket = assetBucket(engine, region);
  const made = await fetch(`${engine.url}/${bucket}`, { method: 'PUT', headers: { authorization: engineAuthorization(region, 's3') }, body: location(region) });
  if (!made.ok) throw new Error(`The bucket ${bucket} was refused: HTTP ${made.status} ${await made.text()}`);
}

/** A bucket of us-east-1 is the one that names no location. */
function location(region: string): string | undefined {
  if (region === 'us-east-1') return undefined;
  return `<CreateBucketConfiguration><LocationConstraint>${region}</LocationConstraint></CreateBucketConfiguration>`;
}
