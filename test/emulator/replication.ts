import { Task } from './agenda';
import { arnOf, KeyRecord, Replica } from './key-record';
import { ReplicationOutcome, replicationSteps } from './replication-outcome';
import { Service } from './service';
import { KeyReplicationState } from './shapes';

type Course = Pick<Task & { kind: 'replica deletion' }, 'keyId' | 'region' | 'course'>;

/** Starts replication to a Region, or starts it again. */
export function beginReplication(service: Service, record: KeyRecord, region: string, now: number, outcome?: ReplicationOutcome): void {
  const replica: Replica = record.replicas.get(region) ?? { region, status: 'IN_PROGRESS', course: 0, tags: new Map() };
  record.replicas.set(region, replica);
  record.multiRegion = true;
  replica.status = 'IN_PROGRESS';
  replica.statusMessage = undefined;
  replica.deletedAt = undefined;
  noteStatus(service, record, replica, now);
  followCourse(service, record, replica, now, outcome);
}

/** Brings a change of the primary to its replicas. A Region still waiting for its first copy gets the change with it. */
export function propagateChange(service: Service, record: KeyRecord, now: number): void {
  for (const replica of record.replicas.values()) {
    if (replica.copy === undefined || replica.status === 'DELETE_IN_PROGRESS') continue;
    if (service.options.switches.statusAfterMetadataChange === 'IN_PROGRESS') setStatus(service, record, replica, now, 'IN_PROGRESS', replica.statusMessage);
    followCourse(service, record, replica, now);
  }
}

function noteStatus({ history }: Service, { id }: KeyRecord, { region, status, statusMessage }: Replica, time: number): void {
  history.add({ time, keyId: id, region, state: status, ...statusMessage !== undefined && { message: statusMessage } });
}

function setStatus(service: Service, record: KeyRecord, replica: Replica, time: number, status: KeyReplicationState, message?: string): void {
  const changes = replica.status !== status;
  replica.status = status;
  replica.statusMessage = message;
  if (changes) noteStatus(service, record, replica, time);
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
  replica.course = service.nextSerial();
  for (const step of replicationSteps(chosen, service.options.replicationDelay)) {
    service.agenda.at(now + step.after * 1000, { kind: 'replication step', ...courseOf(record, replica), step });
  }
}

const courseOf = ({ id }: KeyRecord, { region, course }: Replica): Course => ({ keyId: id, region, course });

/** Key and replica of a course, if the replica is still on it. */
function onCourse(service: Service, { keyId, region, course }: Course): { record: KeyRecord; replica: Replica } | undefined {
  const record = service.keys.get(keyId);
  const replica = record?.replicas.get(region);
  return record !== undefined && replica?.course === course ? { record, replica } : undefined;
}

export function takeReplicationStep(service: Service, task: Task & { kind: 'replication step' }, time: number): void {
  const found = onCourse(service, task);
  if (found === undefined) return;
  if (task.step.status === 'FAILED') fail(service, found.record, found.replica, time, task.step.message!);
  else synchronize(service, found.record, found.replica, time);
}

export function completeReplicaDeletion(service: Service, task: Task & { kind: 'replica deletion' }, time: number): void {
  const found = onCourse(service, task);
  if (found === undefined) return;
  const { record, replica } = found;
  dropCopy(service, record, replica, time);
  replica.deletedAt = time;
  service.history.add({ time, keyId: record.id, region: replica.region, state: 'GONE' });
  if (service.options.switches.removedRegionEntry === 'vanishes') record.replicas.delete(replica.region);
}

function synchronize(service: Service, record: KeyRecord, replica: Replica, time: number): void {
  const { keyQuota } = service.options;
  if (replica.copy === undefined && service.keyCount(replica.region) >= keyQuota) {
    fail(service, record, replica, time, `The quota of ${keyQuota} keys in ${replica.region} is exhausted.`);
    return;
  }
  replica.copy = record.usage;
  setStatus(service, record, replica, time, 'SYNCHRONIZED');
}

function fail(service: Service, record: KeyRecord, replica: Replica, time: number, message: string): void {
  setStatus(service, record, replica, time, 'FAILED', service.options.switches.failedStatusMessage === 'present' ? message : undefined);
}

/** Starts the deletion of a replica. A cascade takes the copy at once, the status entry follows. */
export function beginReplicaDeletion(service: Service, record: KeyRecord, replica: Replica, now: number, options: { cascade: boolean }): void {
  const atOnce = options.cascade || service.options.switches.replicaDuringRemoval === 'absent';
  replica.course = service.nextSerial();
  setStatus(service, record, replica, now, 'DELETE_IN_PROGRESS');
  if (atOnce) dropCopy(service, record, replica, now);
  service.agenda.at(now + service.options.replicaDeletionDelay * 1000, { kind: 'replica deletion', ...courseOf(record, replica) });
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
