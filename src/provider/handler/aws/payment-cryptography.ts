import {
  CreateAliasCommand, DeleteAliasCommand, GetAliasCommand, ListKeysCommand, ListTagsForResourceCommand, PaymentCryptographyClient,
  TagResourceCommand, UntagResourceCommand, UpdateAliasCommand,
} from '@aws-sdk/client-payment-cryptography';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { modesOfUseIn, replicationIn } from './answered-key';
import { ClientConfig } from './client-config';
import { createKeyInput, tagList } from './create-key';
import { importKeyInput, withoutMaterial } from './import-key';
import {
  AddKeyReplicationRegionsCommand, CreateKeyCommand, DeleteKeyCommand, DeleteResourcePolicyCommand,
  DisableDefaultKeyReplicationRegionsCommand, EnableDefaultKeyReplicationRegionsCommand, GetDefaultKeyReplicationRegionsCommand,
  GetKeyCommand, GetResourcePolicyCommand, ImportKeyCommand, PutResourcePolicyCommand, RemoveKeyReplicationRegionsCommand, RestoreKeyCommand,
  StartKeyUsageCommand, StopKeyUsageCommand,
} from './payment-cryptography-commands';
import { perRegion } from './per-region';
import { sent } from './sent';
import { ifFound } from '../control-plane/fault';
import { regionOf } from '../control-plane/key-arn';
import { Key, KeySummary, Service } from '../control-plane/port';

/**
 * AWS Payment Cryptography through the SDK: every look and every change of a reconciler becomes a request here, and
 * every error a `ServiceFault`.
 *
 * @param config for everything but CreateKey and ImportKey
 * @param fresh for these: on a kept connection that the other side has closed, nobody could tell whether it was executed
 * @param endpoints URLs of control planes that are not reached by their public names, by Region
 */
export function paymentCryptography(config: ClientConfig, fresh: ClientConfig = config, endpoints: Readonly<Record<string, string>> = {}): Service {
  const paymentsClients = (shared: ClientConfig) => perRegion(region => new PaymentCryptographyClient({
    ...shared,
    region,
    endpoint: endpoints[region],
    // A repeated CreateKey makes a second key, and a repeated anything eats the quota that others wait for.
    maxAttempts: 1,
  }));
  const payments = paymentsClients(config);
  const creators = paymentsClients(fresh);
  const tagging = perRegion(region => new ResourceGroupsTaggingAPIClient({ ...config, region, maxAttempts: 1 }));

  const send = (operation: string, region: string, command: any): Promise<any> =>
    sent('payment-cryptography', operation, region, () => payments(region).send(command));
  const sendForKey = async (operation: string, keyArn: string, command: any): Promise<Key> =>
    key((await send(operation, regionOf(keyArn), command)).Key);

  const defaults = async (operation: string, region: string, command: any): Promise<string[]> =>
    (await send(operation, region, command)).EnabledReplicationRegions;

  return {
    createKey: async (region, creation) => {
      const created: any = await sent('payment-cryptography', 'CreateKey', region, () =>
        creators(region).send(new CreateKeyCommand(createKeyInput(creation))));
      return key(created.Key);
    },
    importKey: async (region, creation) => {
      const imported: any = await withoutMaterial(creation.material, () => sent('payment-cryptography', 'ImportKey', region, () =>
        creators(region).send(new ImportKeyCommand(importKeyInput(creation)))));
      return key(imported.Key);
    },
    getKey: keyArn => sendForKey('GetKey', keyArn, new GetKeyCommand({ KeyIdentifier: keyArn })),
    deleteKey: (keyArn, windowInDays) => sendForKey('DeleteKey', keyArn, new DeleteKeyCommand({ KeyIdentifier: keyArn, DeleteKeyInDays: windowInDays })),
    restoreKey: keyArn => sendForKey('RestoreKey', keyArn, new RestoreKeyCommand({ KeyIdentifier: keyArn })),
    startKeyUsage: keyArn => sendForKey('StartKeyUsage', keyArn, new StartKeyUsageCommand({ KeyIdentifier: keyArn })),
    stopKeyUsage: keyArn => sendForKey('StopKeyUsage', keyArn, new StopKeyUsageCommand({ KeyIdentifier: keyArn })),
    addKeyReplicationRegions: (keyArn, regions) =>
      sendForKey('AddKeyReplicationRegions', keyArn, new AddKeyReplicationRegionsCommand({ KeyIdentifier: keyArn, ReplicationRegions: regions })),
    removeKeyReplicationRegions: (keyArn, regions) =>
      sendForKey('RemoveKeyReplicationRegions', keyArn, new RemoveKeyReplicationRegionsCommand({ KeyIdentifier: keyArn, ReplicationRegions: regions })),
    tagKey: async (keyArn, tags) => {
      await send('TagResource', regionOf(keyArn), new TagResourceCommand({ ResourceArn: keyArn, Tags: tagList(tags) }));
    },
    untagKey: async (keyArn, tagKeys) => {
      await send('UntagResource', regionOf(keyArn), new UntagResourceCommand({ ResourceArn: keyArn, TagKeys: [...tagKeys] }));
    },
    listTags: async keyArn => {
      const tags = new Map<string, string>();
      let NextToken: string | undefined;
      do {
        const page = await send('ListTagsForResource', regionOf(keyArn), new ListTagsForResourceCommand({ ResourceArn: keyArn, MaxResults: 100, NextToken }));
        for (const tag of page.Tags) { tags.set(tag.Key, tag.Value ?? ''); }
        NextToken = page.NextToken;
      } while (NextToken);
      return tags;
    },
    listKeys: async (region, nextToken) => {
      const page = await send('ListKeys', region, new ListKeysCommand({ MaxResults: 100, NextToken: nextToken }));
      return { keys: page.Keys.map(summary), nextToken: page.NextToken };
    },
    getAlias: async (region, aliasName) => (await send('GetAlias', region, new GetAliasCommand({ AliasName: aliasName }))).Alias.KeyArn,
    createAlias: async (aliasName, keyArn) => {
      await send('CreateAlias', regionOf(keyArn), new CreateAliasCommand({ AliasName: aliasName, KeyArn: keyArn }));
    },
    updateAlias: async (aliasName, keyArn) => {
      await send('UpdateAlias', regionOf(keyArn), new UpdateAliasCommand({ AliasName: aliasName, KeyArn: keyArn }));
    },
    deleteAlias: async (region, aliasName) => {
      await send('DeleteAlias', region, new DeleteAliasCommand({ AliasName: aliasName }));
    },
    getDefaultReplicationRegions: region =>
      defaults('GetDefaultKeyReplicationRegions', region, new GetDefaultKeyReplicationRegionsCommand({})),
    enableDefaultReplicationRegions: (region, regions) =>
      defaults('EnableDefaultKeyReplicationRegions', region, new EnableDefaultKeyReplicationRegionsCommand({ ReplicationRegions: regions })),
    disableDefaultReplicationRegions: (region, regions) =>
      defaults('DisableDefaultKeyReplicationRegions', region, new DisableDefaultKeyReplicationRegionsCommand({ ReplicationRegions: regions })),
    getResourcePolicy: async keyArn => {
      // Not documented by AWS: how the service says that a key has no policy.
      const answer = await ifFound(() => send('GetResourcePolicy', regionOf(keyArn), new GetResourcePolicyCommand({ ResourceArn: keyArn })));
      return answer?.Policy === '{}' ? undefined : answer?.Policy;
    },
    putResourcePolicy: async (keyArn, policy) => {
      await send('PutResourcePolicy', regionOf(keyArn), new PutResourcePolicyCommand({ ResourceArn: keyArn, Policy: policy }));
    },
    deleteResourcePolicy: async keyArn => {
      await send('DeleteResourcePolicy', regionOf(keyArn), new DeleteResourcePolicyCommand({ ResourceArn: keyArn }));
    },
    findKeysByTags: async (region, tags) => {
      const found: string[] = [];
      let PaginationToken: string | undefined;
      do {
        const page = await sent('tagging', 'GetResources', region, () => tagging(region).send(new GetResourcesCommand({
          ResourceTypeFilters: ['payment-cryptography:key'],
          TagFilters: [...tags].map(([name, value]) => ({ Key: name, Values: [value] })),
          PaginationToken,
        })));
        found.push(...(page.ResourceTagMappingList ?? []).map(({ ResourceARN }) => ResourceARN!));
        PaginationToken = page.PaginationToken;
      } while (PaginationToken);
      return found;
    },
  };
}

function summary(answered: any): KeySummary {
  return {
    keyArn: answered.KeyArn,
    state: answered.KeyState,
    usage: answered.KeyAttributes.KeyUsage,
    keyClass: answered.KeyAttributes.KeyClass,
    algorithm: answered.KeyAttributes.KeyAlgorithm,
    modesOfUse: modesOfUseIn(answered),
    exportable: answered.Exportable,
  };
}

function key(response: any): Key {
  return {
    ...summary(response),
    enabled: response.Enabled,
    keyCheckValue: response.KeyCheckValue,
    keyCheckValueAlgorithm: response.KeyCheckValueAlgorithm,
    origin: response.KeyOrigin,
    deriveKeyUsage: response.DeriveKeyUsage,
    replication: replicationIn(response),
    usesDefaultReplicationRegions: response.UsingDefaultReplicationRegions === true,
    approvalSession: response.MpaStatus?.MpaSessionArn,
    primaryRegion: response.MultiRegionKeyType === 'REPLICA' ? response.PrimaryRegion : undefined,
  };
}
