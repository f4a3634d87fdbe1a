import { arnOf, KeyInRegion, KeyRecord } from './key-record';
import { Key, KeyAttributes, MODES_OF_USE, ReplicationStatus } from './shapes';
import { Switches } from './switches';

const seconds = (milliseconds: number | undefined): number | undefined =>
  milliseconds === undefined ? undefined : Math.round(milliseconds) / 1000;

/** The service spells out all nine modes, false ones too. */
function attributesView({ KeyUsage, KeyClass, KeyAlgorithm, KeyModesOfUse }: KeyAttributes): KeyAttributes {
  const modes = Object.fromEntries(MODES_OF_USE.map(mode => [mode, KeyModesOfUse[mode] ?? false]));
  return { KeyUsage, KeyClass, KeyAlgorithm, KeyModesOfUse: modes };
}

function statusView(record: KeyRecord): Record<string, ReplicationStatus> {
  return Object.fromEntries([...record.replicas.values()].map(({ region, status, statusMessage }) =>
    [region, { Status: status, ...statusMessage !== undefined && { StatusMessage: statusMessage } }],
  ));
}

type MultiRegionMembers = Pick<Key, 'MultiRegionKeyType' | 'PrimaryRegion' | 'ReplicationStatus' | 'UsingDefaultReplicationRegions'>;

/** A primary does not name its own Region, a replica knows nothing of the other Regions. */
export function multiRegionView({ record, replica }: KeyInRegion, switches: Switches): MultiRegionMembers {
  if (replica !== undefined) return { MultiRegionKeyType: 'REPLICA', PrimaryRegion: record.primaryRegion };
  const primary = record.replicas.size > 0 || (record.multiRegion && switches.typeAfterLastRemoval === 'PRIMARY');
  if (primary) {
    return {
      MultiRegionKeyType: 'PRIMARY',
      ReplicationStatus: statusView(record),
      UsingDefaultReplicationRegions: record.usingDefaults,
    };
  }
  return switches.usingDefaultsOnPlainKey === 'false' ? { UsingDefaultReplicationRegions: record.usingDefaults } : {};
}

/** A key as GetKey and most operations print it. */
export function keyView(key: KeyInRegion, switches: Switches): Key {
  const { record, replica } = key;
  const usage = replica?.copy ?? record.usage;
  const coming = replica !== undefined && replica.copy === undefined;
  return {
    KeyArn: arnOf(key),
    KeyAttributes: attributesView(record.attributes),
    KeyCheckValue: record.keyCheckValue,
    KeyCheckValueAlgorithm: record.keyCheckValueAlgorithm,
    Enabled: usage.enabled,
    Exportable: record.exportable,
    KeyState: coming ? 'CREATE_IN_PROGRESS' : record.state,
    KeyOrigin: record.origin,
    CreateTimestamp: seconds(record.createdAt)!,
    UsageStartTimestamp: seconds(usage.startedAt),
    UsageStopTimestamp: seconds(usage.stoppedAt),
    DeletePendingTimestamp: seconds(record.deletePendingUntil),
    DeleteTimestamp: seconds(record.deletedAt),
    DeriveKeyUsage: record.deriveKeyUsage,
    ...multiRegionView(key, switches),
    MpaStatus: record.mpaStatus,
  };
}

/** A key as ListKeys prints it. */
export function keySummaryView(key: KeyInRegion, switches: Switches): object {
  const view = keyView(key, switches);
  const { KeyArn, KeyState, KeyCheckValue, Exportable, Enabled, MultiRegionKeyType, PrimaryRegion } = view;
  const multiRegion = switches.multiRegionMembersInListKeys === 'present' ? { MultiRegionKeyType, PrimaryRegion } : {};
  return { KeyArn, KeyState, KeyAttributes: view.KeyAttributes, KeyCheckValue, Exportable, Enabled, ...multiRegion };
}
