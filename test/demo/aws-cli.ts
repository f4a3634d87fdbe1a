/** What the AWS CLI, which nobody here wrote, is told about a key and its aliases, and by the key. */
import { execFile } from 'node:child_process';
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

/** Where the AWS CLI is, and whom it asks. */
export interface CommandLine {
  readonly emulator: { readonly url: string };
  readonly python: { readonly aws: string };
  readonly signal?: AbortSignal;
}

/** The key, or the name of the error. */
export async function getKey(stage: CommandLine, keyArn: string): Promise<SeenKey | string> {
  const answer = await ask<{ Key: SeenKey }>(stage, keyArn.split(':')[3], ['get-key', '--key-identifier', keyArn]);
  return typeof answer === 'string' ? answer : answer.Key;
}

/** The ARN of the key to which the alias belongs, or the name of the error. */
export async function getAlias(stage: CommandLine, region: string, aliasName: string): Promise<string | undefined> {
  const answer = await ask<{ Alias: { KeyArn?: string } }>(stage, region, ['get-alias', '--alias-name', aliasName]);
  return typeof answer === 'string' ? answer : answer.Alias.KeyArn;
}

/** The card verification value 2 of a card, or the name of the error. */
export async function getCvv2(stage: CommandLine, keyArn: string, card: Card): Promise<string> {
  const command = ['generate-card-validation-data', ...cvv2Arguments(keyArn, card)];
  const answer = await ask<{ ValidationData: string }>(stage, keyArn.split(':')[3], command, 'payment-cryptography-data');
  return typeof answer === 'string' ? answer : answer.ValidationData;
}

export interface Card {
  readonly number: string;
  readonly expiry: string;
}

/** As the AWS CLI takes them. */
export const cvv2Arguments = (keyArn: string, { number, expiry }: Card): string[] => [
  '--key-identifier', keyArn, '--primary-account-number', number,
  '--generation-attributes', `CardVerificationValue2={CardExpiryDate=${expiry}}`,
];

async function ask<T>({ emulator, python, signal }: CommandLine, region: string, command: string[], service = 'payment-cryptography'): Promise<T | string> {
  const args = [service, ...command, '--region', region, '--output', 'json'];
  const env = loopbackEnvironment({
    AWS_ENDPOINT_URL: emulator.url,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_EC2_METADATA_DISABLED: 'true',
  });
  return new Promise((resolve, reject) => {
    execFile(python.aws, args, { env, signal }, (error, stdout, stderr) => {
      const refused = /\((\w+Exception)\)/.exec(stderr);
      if (!error) resolve(JSON.parse(stdout) as T);
      else if (refused) resolve(refused[1]);
      else reject(error);
    });
  });
}
