import { ListAliasesCommand, ListKeysCommand, ListTagsForResourceCommand, PaymentCryptographyClient } from '@aws-sdk/client-payment-cryptography';
import { modesOfUseIn, replicationIn } from '../../../provider/handler/aws/answered-key';
import { ClientConfig } from '../../../provider/handler/aws/client-config';
import { GetKeyCommand } from '../../../provider/handler/aws/payment-cryptography-commands';
import { perRegion } from '../../../provider/handler/aws/per-region';
import { sent } from '../../../provider/handler/aws/sent';
import { regionOf } from '../../../provider/handler/control-plane/key-arn';
import { ObservedKey } from '../observations';
import { Keys } from '../ports';

/** The most that the service lists in one answer. */
const PAGE = 100;

/** AWS Payment Cryptography through the SDK: only looks. Nothing is repeated here, since that would spend the quota out of turn. */
export function keysOf(config: ClientConfig): Keys {
  const clients = perRegion(region => new PaymentCryptographyClient({ ...config, region, maxAttempts: 1 }));
  const send = (operation: string, region: string, command: any): Promise<any> =>
    sent('payment-cryptography', operation, region, () => clients(region).send(command));
  return {
    listKeys: async (region, nextToken) => {
      const page = await send('ListKeys', region, new ListKeysCommand({ MaxResults: PAGE, NextToken: nextToken }));
      return { keyArns: page.Keys.map(({ KeyArn }: any) => KeyArn), nextToken: page.NextToken };
    },
    listAliases: async (region, nextToken) => {
      const page = await send('ListAliases', region, new ListAliasesCommand({ MaxResults: PAGE, NextToken: nextToken }));
      return { aliases: page.Aliases.map(({ AliasName, KeyArn }: any) => ({ aliasName: AliasName, keyArn: KeyArn })), nextToken: page.NextToken };
    },
    getKey: async keyArn => observedKey((await send('GetKey', regionOf(keyArn), new GetKeyCommand({ KeyIdentifier: keyArn }))).Key),
    listTags: async (keyArn, nextToken) => {
      const page = await send('ListTagsForResource', regionOf(keyArn), new ListTagsForResourceCommand({ ResourceArn: keyArn, MaxResults: PAGE, NextToken: nextToken }));
      return { tags: Object.fromEntries(page.Tags.map(({ Key, Value = '' }: any) => [Key, Value])), nextToken: page.NextToken };
    },
  };
}

function observedKey(answered: any): ObservedKey {
  const { KeyUsage, KeyAlgorithm, KeyClass } = answered.KeyAttributes;
  return {
    keyArn: answered.KeyArn,
    state: answered.KeyState,
    enabled: answered.Enabled,
    usage: KeyUsage,
    keyClass: KeyClass,
    algorithm: KeyAlgorithm,
    modesOfUse: modesOfUseIn(answered),
    deriveKeyUsage: answered.DeriveKeyUsage,
    exportable: answered.Exportable,
    origin: answered.KeyOrigin,
    keyCheckValue: answered.KeyCheckValue,
    keyCheckValueAlgorithm: answered.KeyCheckValueAlgorithm,
    createdAt: time(answered.CreateTimestamp)!,
    usageStartedAt: time(answered.UsageStartTimestamp),
    usageStoppedAt: time(answered.UsageStopTimestamp),
    deletionScheduledFor: time(answered.DeletePendingTimestamp),
    deletedAt: time(answered.DeleteTimestamp),
    role: answered.MultiRegionKeyType ?? 'SINGLE_REGION',
    primaryRegion: answered.MultiRegionKeyType === 'REPLICA' ? answered.PrimaryRegion : undefined,
    replication: replicationIn(answered),
  };
}

/** Seconds since 1970 in the answers, which the SDK's own commands would turn into dates. */
function time(timestamp: number | undefined): string | undefined {
  return timestamp === undefined ? undefined : new Date(timestamp * 1000).toISOString();
}
