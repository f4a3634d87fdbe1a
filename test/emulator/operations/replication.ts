import { invalid, notFound, ServiceError } from '../errors';
import { arnOf, KeyInRegion, KeyRecord, Replica } from '../key-record';
import { keyView } from '../key-view';
import { findPrimary, requireState } from '../lookup';
import { beginReplicaDeletion } from '../replication';
import { Context } from '../service';
import { KeyReplicationState } from '../shapes';
import { isReplicable } from './new-key';
import { Operations } from './operation';
import { deniedRegions, replicate } from './replicate';
import { checkedRegionsOfChange } from './replication-regions';

interface ReplicationInput {
  readonly KeyIdentifier: string;
  readonly ReplicationRegions: readonly string[];
}

type WhenPresent = 'unchanged' | 'begin' | 'ConflictException' | 'ValidationException';

/** What adding does with a Region that the key already has, by the Region's status. */
function whenPresent({ service }: Context, status: KeyReplicationState): WhenPresent {
  const { addPresentReplicationRegion: present, addFailedReplicationRegion: failed, addRegionBeingRemoved: removed } = service.options.switches;
  const table: Record<KeyReplicationState, WhenPresent> = {
    IN_PROGRESS: present,
    SYNCHRONIZED: present,
    FAILED: failed === 'retried' ? 'begin' : failed,
    DELETE_IN_PROGRESS: removed === 'restarted' ? 'begin' : removed,
  };
  return table[status];
}

function needsBeginning(context: Context, key: KeyInRegion, region: string): boolean {
  const replica = key.record.replicas.get(region);
  if (replica === undefined || replica.deletedAt !== undefined) return true;
  const action = whenPresent(context, replica.status);
  if (action === 'begin' || action === 'unchanged') return action === 'begin';
  throw new ServiceError(action, `Replication of ${arnOf(key)} to ${region} is ${replica.status}.`);
}

function addKeyReplicationRegions(context: Context, input: ReplicationInput): object {
  const key = findPrimary(context, input.KeyIdentifier);
  requireState(key, 'CREATE_COMPLETE');
  const replicable = isReplicable(context, key.record);
  const named = checkedRegionsOfChange(context, input.ReplicationRegions);
  const regions = replicable ? named.filter(region => needsBeginning(context, key, region)) : [];
  replicate(context, key.record, regions, deniedRegions(context, regions, input));
  return changed(context, key, regions.length > 0);
}

function removeKeyReplicationRegions(context: Context, input: ReplicationInput): object {
  const { service, now } = context;
  const key = findPrimary(context, input.KeyIdentifier);
  requireState(key, 'CREATE_COMPLETE');
  const replicas = checkedRegionsOfChange(context, input.ReplicationRegions)
    .map(region => replicaToRemove(context, key.record, region))
    .filter(replica => replica !== undefined);
  replicas.forEach(replica => beginReplicaDeletion(service, key.record, replica, now, { cascade: false }));
  return changed(context, key, replicas.length > 0);
}

function replicaToRemove(context: Context, record: KeyRecord, region: string): Replica | undefined {
  const replica = record.replicas.get(region);
  if (replica !== undefined && replica.deletedAt === undefined) {
    return replica.status === 'DELETE_IN_PROGRESS' ? undefined : replica;
  }
  const { removeAbsentReplicationRegion: absent } = context.service.options.switches;
  if (absent === 'unchanged') return undefined;
  throw absent === 'ResourceNotFoundException' ? notFound(region) : invalid(`The key is not replicated to ${region}.`);
}

function changed({ service }: Context, key: KeyInRegion, really: boolean): object {
  const { switches } = service.options;
  if (really && switches.usingDefaultsAfterChange === 'false') key.record.usingDefaults = false;
  return { Key: keyView(key, switches) };
}

export const replicationOperations: Operations = {
  AddKeyReplicationRegions: addKeyReplicationRegions,
  RemoveKeyReplicationRegions: removeKeyReplicationRegions,
};
