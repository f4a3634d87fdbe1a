import {
  ACCOUNT_DEFAULT_REPLICATION, ACCOUNT_DEFAULT_REPLICATION_MINUTES, accountDefaultReplicationProperties,
} from '../../contract/account-default-replication';
import { ADOPTED_PAYMENT_KEY, adoptedKeyProperties } from '../../contract/adopted-payment-key';
import { Codec } from '../../contract/codec';
import { KEY_REPLICATION, keyReplicationProperties } from '../../contract/key-replication';
import { keyProperties, MULTI_REGION_PAYMENT_KEY } from '../../contract/multi-region-payment-key';
import { aliasProperties, REGIONAL_ALIAS } from '../../contract/regional-alias';
import { REGIONAL_TAGS, tagsProperties } from '../../contract/regional-tags';
import { accountDefaultReplicationReconciler } from '../reconcilers/account-default-replication';
import { adoptedKeyReconciler } from '../reconcilers/adopted-key/reconciler';
import { keyReconciler } from '../reconcilers/key/reconciler';
import { keyReplicationReconciler } from '../reconcilers/key-replication';
import { Reconciler } from '../reconcilers/reconciler';
import { aliasReconciler } from '../reconcilers/regional-alias';
import { tagsReconciler } from '../reconcilers/regional-tags';

/** One custom resource type: how its properties are read, and who brings them about. */
export interface ResourceType {
  readonly properties: Codec<any>;
  readonly reconciler: Reconciler<any, any>;
  /** Minutes that a declaration allows for its work. */
  timeoutInMinutes(declared: any): number;
}

const asDeclared = (declared: { readonly ReplicationTimeoutInMinutes: number }) => declared.ReplicationTimeoutInMinutes;

export const RESOURCE_TYPES: ReadonlyMap<string, ResourceType> = new Map<string, ResourceType>([
  [MULTI_REGION_PAYMENT_KEY, { properties: keyProperties, reconciler: keyReconciler, timeoutInMinutes: asDeclared }],
  [ADOPTED_PAYMENT_KEY, { properties: adoptedKeyProperties, reconciler: adoptedKeyReconciler, timeoutInMinutes: asDeclared }],
  [KEY_REPLICATION, { properties: keyReplicationProperties, reconciler: keyReplicationReconciler, timeoutInMinutes: asDeclared }],
  [ACCOUNT_DEFAULT_REPLICATION, {
    properties: accountDefaultReplicationProperties,
    reconciler: accountDefaultReplicationReconciler,
    timeoutInMinutes: () => ACCOUNT_DEFAULT_REPLICATION_MINUTES,
  }],
  [REGIONAL_ALIAS, { properties: aliasProperties, reconciler: aliasReconciler, timeoutInMinutes: asDeclared }],
  [REGIONAL_TAGS, { properties: tagsProperties, reconciler: tagsReconciler, timeoutInMinutes: asDeclared }],
]);
