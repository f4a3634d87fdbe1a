const KEY_ARN = /^arn:(aws[a-z-]*):payment-cryptography:([a-z0-9-]+):(\d{12}):key\/([0-9a-zA-Z]{16,64})$/;

export interface KeyArn {
  readonly region: string;
  readonly account: string;
  readonly keyId: string;
}

export function parseKeyArn(arn: string): KeyArn | undefined {
  const match = KEY_ARN.exec(arn);
  return match ? { region: match[2], account: match[3], keyId: match[4] } : undefined;
}

/** API: KeyArnOrKeyAliasType. */
const ALIAS_ARN = /^arn:aws[a-z-]*:payment-cryptography:([a-z0-9-]+):\d{12}:alias\/[\w/-]+$/;

/** Where a key is asked for by its ARN, or by that of its alias. */
export function regionOf(arn: string): string {
  return parseKeyArn(arn)?.region ?? ALIAS_ARN.exec(arn)?.[1] ?? '';
}

/** A key has the same id in every Region; only the Region in its ARN differs (User Guide: Multi-Region keys). */
export function replicaArn(keyArn: string, region: string): string {
  return keyArn.split(':').map((part, index) => index === 3 ? region : part).join(':');
}
