import { Subject } from './findings';
import { SettledResource } from './watched-resource';
import { ACCOUNT_DEFAULT_REPLICATION } from '../../contract/account-default-replication';
import { ADOPTED_PAYMENT_KEY } from '../../contract/adopted-payment-key';
import { KEY_REPLICATION, KeyReplicationProperties } from '../../contract/key-replication';
import { ManagedKeyProperties, MULTI_REGION_PAYMENT_KEY } from '../../contract/multi-region-payment-key';
import { AliasProperties, REGIONAL_ALIAS } from '../../contract/regional-alias';
import { REGIONAL_TAGS, TagsProperties } from '../../contract/regional-tags';

type Particulars = Omit<Subject, 'logicalId' | 'resourceType' | 'owner' | 'untaggable'>;

const ofKey = ({ ReplicationRegions }: ManagedKeyProperties, keyArn: string): Particulars =>
  ({ keyArn, isOfKey: true, ...ReplicationRegions ? { replicationRegions: ReplicationRegions } : {} });

const withKey = (keyArn: string): Particulars => ({ keyArn, isOfKey: false });

/** What each resource type is about, by its declaration and its physical id. */
const PARTICULARS: Readonly<Record<string, (declared: any, physicalId: string) => Particulars>> = {
  [MULTI_REGION_PAYMENT_KEY]: ofKey,
  [ADOPTED_PAYMENT_KEY]: ofKey,
  [KEY_REPLICATION]: ({ KeyArn, ReplicationRegions }: KeyReplicationProperties) => ({ ...withKey(KeyArn), replicationRegions: ReplicationRegions }),
  [REGIONAL_ALIAS]: ({ KeyArn, AliasName, Regions }: AliasProperties) => ({ ...withKey(KeyArn), alias: { name: AliasName, regions: Regions } }),
  [REGIONAL_TAGS]: ({ KeyArn, Tags, Regions }: TagsProperties) => ({ ...withKey(KeyArn), tags: Tags, regions: Regions }),
  [ACCOUNT_DEFAULT_REPLICATION]: () => ({ isOfKey: false }),
};

export function subjectOf({ resource: { logicalId, type, physicalId }, task: { task: { declared, owner } }, untaggable }: SettledResource): Subject {
  return { logicalId, resourceType: type, owner, untaggable, ...PARTICULARS[type](declared, physicalId) };
}
