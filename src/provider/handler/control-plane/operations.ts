import { regionOf } from './key-arn';
import { Changes, Looks } from './port';

/** One request of the port, as the service calls it. */
export interface Operation {
  readonly operation: string;
  /** Where it goes; absent for requests that do not count against the service's quota. */
  region?(...args: any[]): string;
}

/** Something for each entry of a table, under the same name. */
export function mapped<K extends string, V, R>(table: Readonly<Record<K, V>>, make: (name: K, entry: V) => R): Record<K, R> {
  return Object.fromEntries(Object.entries<V>(table).map(([name, entry]) => [name, make(name as K, entry)])) as Record<K, R>;
}

const ofKey = (keyArn: string) => regionOf(keyArn);
const ofRegion = (region: string) => region;
const ofSecond = (_: string, keyArn: string) => regionOf(keyArn);

export const LOOKS: Readonly<Record<keyof Looks, Operation>> = {
  getKey: { operation: 'GetKey', region: ofKey },
  listTags: { operation: 'ListTagsForResource', region: ofKey },
  listKeys: { operation: 'ListKeys', region: ofRegion },
  getAlias: { operation: 'GetAlias', region: ofRegion },
  getDefaultReplicationRegions: { operation: 'GetDefaultKeyReplicationRegions', region: ofRegion },
  getResourcePolicy: { operation: 'GetResourcePolicy', region: ofKey },
  findKeysByTags: { operation: 'GetResources' },
};

export const CHANGES: Readonly<Record<keyof Changes, Operation>> = {
  createKey: { operation: 'CreateKey', region: ofRegion },
  importKey: { operation: 'ImportKey', region: ofRegion },
  deleteKey: { operation: 'DeleteKey', region: ofKey },
  restoreKey: { operation: 'RestoreKey', region: ofKey },
  startKeyUsage: { operation: 'StartKeyUsage', region: ofKey },
  stopKeyUsage: { operation: 'StopKeyUsage', region: ofKey },
  addKeyReplicationRegions: { operation: 'AddKeyReplicationRegions', region: ofKey },
  removeKeyReplicationRegions: { operation: 'RemoveKeyReplicationRegions', region: ofKey },
  tagKey: { operation: 'TagResource', region: ofKey },
  untagKey: { operation: 'UntagResource', region: ofKey },
  createAlias: { operation: 'CreateAlias', region: ofSecond },
  updateAlias: { operation: 'UpdateAlias', region: ofSecond },
  deleteAlias: { operation: 'DeleteAlias', region: ofRegion },
  enableDefaultReplicationRegions: { operation: 'EnableDefaultKeyReplicationRegions', region: ofRegion },
  disableDefaultReplicationRegions: { operation: 'DisableDefaultKeyReplicationRegions', region: ofRegion },
  putResourcePolicy: { operation: 'PutResourcePolicy', region: ofKey },
  deleteResourcePolicy: { operation: 'DeleteResourcePolicy', region: ofKey },
};
