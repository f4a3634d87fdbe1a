/** What the AWS CLI, which nobody here wrote, is told about a key. */
import { execFile } from 'node:child_process';
import { Stage } from './stage';
import { loopbackEnvironment } from '../python/environment';

export interface SeenKey {
  readonly KeyArn: string;
  readonly KeyCheckValue: string;
  readonly KeyState: string;
  readonly MultiRegionKeyType?: string;
  readonly PrimaryRegion?: string;
  readonly ReplicationStatus?: Record<string, { readonly Status: string }>;
  /** Seconds since 1970. */
  readonly DeletePendingTimestamp?: number;
}

/** The key, or the name of the error. */
export async function getKey(stage: Stage, keyArn: string): Promise<SeenKey | string> {
  const region = keyArn.split(':')[3];
  const args = ['payment-cryptography', 'get-key', '--key-identifier', keyArn, '--region', region, '--output', 'json'];
  const env = loopbackEnvironment({
    AWS_ENDPOINT_URL: stage.emulator.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  return new Promise((resolve, reject) => {
    execFile(stage.python.aws, args, { env, signal: stage.signal }, (error, stdout, stderr) => {
      const refused = /\((\w+Exception)\)/.exec(stderr);
      if (!error) resolve((JSON.parse(stdout) as { Key: SeenKey }).Key);
      else if (refused) resolve(refused[1]);
      else reject(error);
    });
  });
}

export function inRegion(keyArn: string, region: string): string {
  return keyArn.split(':').map((part, index) => index === 3 ? region : part).join(':');
}
