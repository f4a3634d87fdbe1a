import { arnOf, KeyRecord, Replica } from './key-record';
import { ReplicationOutcome, replicationSteps } from './replication-outcome';
import { Service } from './service';

/** Starts replication to a Region, or starts it again. */
export function beginReplication(service: Service, record: KeyRecord, region: string, now: number, outcome?: ReplicationOutcome): void {
  const replica: Replica = record.replicas.get(region) ?? { region, status: 'IN_PROGRESS', course: 0, tags: new Map() };
  record.replicas.set(region, replica);
  record.multiRegion = true;
  replica.status = 'IN_PROGRESS';
  replica.statusMessage = undefined;
  replica.deletedAt = undefined;
  followCourse(service, record, replica, now, outcome);
}

/** Brings a change of the primary to its replicas. A Region still waiting for its first copy gets the change with it. */
export function propagateChange(service: Service, record: KeyRecord, now: number): void {
  for (const replica of record.replicas.values()) {
    if (replica.copy === undefined || replica.status === 'DELETE_IN_PROGRESS') continue;
    if (service.options.switches.statusAfterMetadataChange === 'IN_PROGRESS') replica.status = 'IN_PROGRESS';
    followCourse(service, record, replica, now);
  }
}

/** Replication to a Region that is stuck or has failed starts again for every key. */
export function restartReplication(service: Service, region: string, now: number): void {
  for (const record of service.keys.values()) {
    const status = record.replicas.get(region)?.status;
    if (status === 'IN_PROGRESS' || status === 'FAILED') beginReplication(service, record, region, now);
  }
}

function followCourse(service: Service, record: KeyRecord, replica: Replica, now: number, outcome?: ReplicationOutcome): void {
  const chosen = outcome ?? service.replicationOutcomes.get(replica.region) ?? { kind: 'synchronizes' };
  replica.course += 1;
  const course = replica.course;
  for (const step of replicationSteps(chosen, service.options.replicationDelay)) {
    service.agenda.at(now + step.after * 1000, () => {
      if (record.replicas.get(replica.region) !== replica || replica.course !== course) return;
      if (step.status === 'FAILED') fail(service, replica, step.message!);
      else synchronize(service, record, replica);
    });
  }
}

function synchronize(service: Service, record: KeyRecord, replica: Replica): void {
  const { keyQuota } = service.options;
  if (replica.copy === undefined && service.keyCount(replica.region) >= keyQuota) {
    fail(service, replica, `The quota of ${keyQuota} keys in ${replica.region} is exhausted.`);
    return;
  }
  replica.copy = record.usage;
  replica.status = 'SYNCHRONIZED';
  replica.statusMessage = undefined;
}

function fail(service: Service, replica: Replica, message: string): void {
  replica.status = 'FAILED';
  replica.statusMessage = service.options.switches.failedStatusMessage === 'present' ? message : undefined;
}

/** Starts the deletion of a replica. A cascade takes the copy at once, the status entry follows. */
export function beginReplicaDeletion(service: Service, record: KeyRecord, replica: Replica, now: number, options: { cascade: boolean }): void {
  const atOnce = options.cascade || service.options.switches.replicaDuringRemoval === 'absent';
  replica.course += 1;
  const course = replica.course;
  replica.status = 'DELETE_IN_PROGRESS';
  replica.statusMessage = undefined;
  if (atOnce) dropCopy(service, record, replica, now);
  service.agenda.at(now + service.options.replicaDeletionDelay * 1000, time => {
    if (record.replicas.get(replica.region) !== replica || replica.course !== course) return;
    dropCopy(service, record, replica, time);
    replica.deletedAt = time;
    if (service.options.switches.removedRegionEntry === 'vanishes') record.replicas.delete(replica.region);
  });
}

function dropCopy(service: Service, record: KeyRecord, replica: Replica, time: number): void {
  if (replica.copy === undefined) return;
  replica.copy = undefined;
  replica.tags.clear();
  service.tagIndex.forget(arnOf({ record, region: replica.region }), time);
  releaseAliases(service, replica.region, record.id, service.options.switches.aliasesOfRemovedReplica);
}

/** What becomes of the aliases of a key that a Region no longer has. */
export function releaseAliases(service: Service, region: string, keyId: string, fate: 'unassigned' | 'deleted' | 'kept'): void {
  if (fate === 'kept') return;
  const aliases = service.aliasesIn(region);
  for (const alias of [...aliases.values()].filter(candidate => candidate.keyId === keyId)) {
    if (fate === 'deleted') aliases.delete(alias.name);
    else alias.keyId = undefined;
  }
}
