import { tagsOf } from './key-record';
import { keyView } from './key-view';
import { keysIn } from './lookup';
import { Service } from './service';
import { Key } from './shapes';

/** Everything in one Region, past quota and permissions: for tests that judge the outcome. */
export interface RegionSnapshot {
  readonly keys: ReadonlyArray<{ readonly key: Key; readonly tags: Readonly<Record<string, string>>; readonly policy?: string }>;
  /** Key id by alias name; undefined for an alias without a key. */
  readonly aliases: Readonly<Record<string, string | undefined>>;
  readonly defaultReplicationRegions: readonly string[];
}

export function regionSnapshot(service: Service, region: string): RegionSnapshot {
  return {
    keys: keysIn(service, region).map(key => ({
      key: JSON.parse(JSON.stringify(keyView(key, service.options.switches))) as Key,
      tags: Object.fromEntries(tagsOf(key)),
      ...key.replica === undefined && key.record.policy !== undefined && { policy: key.record.policy },
    })),
    aliases: Object.fromEntries([...service.aliasesIn(region).values()].map(alias => [alias.name, alias.keyId])),
    defaultReplicationRegions: service.defaultRegionsIn(region),
  };
}
