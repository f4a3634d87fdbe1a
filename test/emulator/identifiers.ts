import { RandomBytes } from './key-material';

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';
const ARN = /^arn:aws:payment-cryptography:([^:]+):([^:]+):(key\/([^/]+)|alias\/.+)$/;

export interface ResourceName {
  readonly region: string;
  readonly account: string;
  readonly keyId?: string;
  readonly aliasName?: string;
}

/** Sixteen characters, as every key id the service has shown. */
export function newKeyId(random: RandomBytes): string {
  return Array.from(random(16), byte => BASE32[byte % 32]).join('');
}

export function keyArn(region: string, account: string, keyId: string): string {
  return `arn:aws:payment-cryptography:${region}:${account}:key/${keyId}`;
}

export function aliasArn(region: string, account: string, aliasName: string): string {
  return `arn:aws:payment-cryptography:${region}:${account}:${aliasName}`;
}

/** What an ARN names; nothing for a string that is not an ARN of a key or an alias. */
export function parseArn(arn: string): ResourceName | undefined {
  const match = ARN.exec(arn);
  if (!match) return undefined;
  const [, region, account, resource, keyId] = match;
  return keyId === undefined ? { region, account, aliasName: resource } : { region, account, keyId };
}
