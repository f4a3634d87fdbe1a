import { Codec } from '../contract/codec';
import { keyProperties, MULTI_REGION_PAYMENT_KEY } from '../contract/multi-region-payment-key';
import { keyReconciler } from './reconcilers/key/reconciler';
import { Reconciler } from './reconcilers/turn';

/** One custom resource type: how its properties are read, and who brings them about. */
export interface ResourceType {
  readonly properties: Codec<any>;
  readonly reconciler: Reconciler<any, any>;
  /** Minutes that a declaration allows for its work. */
  timeoutInMinutes(declared: any): number;
}

export const RESOURCE_TYPES: Record<string, ResourceType> = {
  [MULTI_REGION_PAYMENT_KEY]: {
    properties: keyProperties,
    reconciler: keyReconciler,
    timeoutInMinutes: declared => declared.ReplicationTimeoutInMinutes,
  },
};
