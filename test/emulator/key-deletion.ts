import { Task } from './agenda';
import { arnOf } from './key-record';
import { releaseAliases } from './replication';
import { noteKeyState, Service } from './service';

/** The end of the waiting period of a key, if nobody restored it meanwhile. */
export function completeKeyDeletion(service: Service, { keyId, until }: Task & { kind: 'key deletion' }, time: number): void {
  const record = service.keys.get(keyId);
  if (record?.state !== 'DELETE_PENDING' || record.deletePendingUntil !== until) return;
  record.state = 'DELETE_COMPLETE';
  record.deletePendingUntil = undefined;
  record.deletedAt = time;
  noteKeyState(service, record, time);
  record.tags.clear();
  record.policy = undefined;
  service.tagIndex.forget(arnOf({ record, region: record.primaryRegion }), time);
  releaseAliases(service, record.primaryRegion, record.id, service.options.switches.aliasesOfDeletedKey);
}
