/** What the live page shows of the service: public facts only, no key material, no policy. */
import { KeyInRegion, KeyRecord, Replica, tagsOf } from '../key-record';
import { keyView } from '../key-view';
import { keyIn } from '../lookup';
import { Service } from '../service';
import { KeyReplicationState, KeyState } from '../shapes';

/** A key in one of its Regions. */
export interface RegionOfKey {
  readonly region: string;
  /** In the primary Region the state of the key, elsewhere that of its replication. */
  readonly state: KeyState | KeyReplicationState;
  readonly message?: string;
  readonly aliases: readonly string[];
  readonly tags: Readonly<Record<string, string>>;
}

export interface KeyOverview {
  readonly id: string;
  /** Grows with every key created. */
  readonly serial: number;
  readonly usage: string;
  readonly keyClass: string;
  readonly algorithm: string;
  readonly modesOfUse: readonly string[];
  readonly checkValue: string;
  readonly checkValueAlgorithm: string;
  readonly origin: string;
  readonly enabled: boolean;
  readonly exportable: boolean;
  /** Milliseconds since 1970, as all times here. */
  readonly createdAt: number;
  readonly deletePendingUntil?: number;
  /** The primary Region first. */
  readonly regions: readonly RegionOfKey[];
}

/** Of a Region, what belongs to no key. */
export interface RegionOverview {
  readonly region: string;
  readonly aliasesWithoutKey: readonly string[];
  readonly defaultReplicationRegions: readonly string[];
}

export interface Overview {
  readonly keys: readonly KeyOverview[];
  /** Only Regions of which there is something to say. */
  readonly regions: readonly RegionOverview[];
}

/** The names of the aliases of a key in a Region. */
type AliasesOf = (keyId: string, region: string) => readonly string[];

function aliasIndex(service: Service): AliasesOf {
  const index = new Map<string, string[]>();
  for (const region of service.options.regions) {
    for (const { name, keyId } of service.aliasesIn(region).values()) {
      if (keyId === undefined) continue;
      const place = `${keyId} ${region}`;
      index.set(place, [...index.get(place) ?? [], name]);
    }
  }
  return (keyId, region) => index.get(`${keyId} ${region}`) ?? [];
}

const primaryOf = (key: KeyInRegion, aliasesOf: AliasesOf): RegionOfKey =>
  ({ region: key.region, state: key.record.state, aliases: aliasesOf(key.record.id, key.region), tags: Object.fromEntries(tagsOf(key)) });

const replicaOf = (record: KeyRecord, { region, status, statusMessage, tags }: Replica, aliasesOf: AliasesOf): RegionOfKey => ({
  region,
  state: status,
  ...statusMessage !== undefined && { message: statusMessage },
  aliases: aliasesOf(record.id, region),
  tags: Object.fromEntries(tags),
});

function keyOverview(service: Service, key: KeyInRegion, aliasesOf: AliasesOf): KeyOverview {
  const { record } = key;
  const view = keyView(key, service.options.switches);
  const { KeyUsage, KeyClass, KeyAlgorithm, KeyModesOfUse } = view.KeyAttributes;
  return {
    id: record.id,
    serial: record.serial,
    usage: KeyUsage,
    keyClass: KeyClass,
    algorithm: KeyAlgorithm,
    modesOfUse: Object.entries(KeyModesOfUse).filter(([, allowed]) => allowed).map(([mode]) => mode),
    checkValue: view.KeyCheckValue,
    checkValueAlgorithm: view.KeyCheckValueAlgorithm,
    origin: view.KeyOrigin,
    enabled: view.Enabled,
    exportable: view.Exportable,
    createdAt: record.createdAt,
    deletePendingUntil: record.deletePendingUntil,
    regions: [primaryOf(key, aliasesOf), ...[...record.replicas.values()].map(replica => replicaOf(record, replica, aliasesOf))],
  };
}

function regionOverview(service: Service, region: string): RegionOverview {
  const aliasesWithoutKey = [...service.aliasesIn(region).values()].filter(({ keyId }) => keyId === undefined).map(({ name }) => name);
  return { region, aliasesWithoutKey, defaultReplicationRegions: service.defaultRegionsIn(region) };
}

/** All keys that their primary Region shows, the oldest first. */
export function overview(service: Service): Overview {
  const aliasesOf = aliasIndex(service);
  return {
    keys: [...service.keys.values()]
      .map(({ id, primaryRegion }) => keyIn(service, primaryRegion, id))
      .filter(key => key !== undefined)
      .map(key => keyOverview(service, key, aliasesOf)),
    regions: service.options.regions
      .map(region => regionOverview(service, region))
      .filter(({ aliasesWithoutKey, defaultReplicationRegions }) => aliasesWithoutKey.length + defaultReplicationRegions.length > 0),
  };
}
