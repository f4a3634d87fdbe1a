import { ServiceError } from '../errors';
import { arnOf, KeyInRegion, Usage } from '../key-record';
import { keySummaryView, keyView } from '../key-view';
import { findKey, findPrimary, keysIn, requireState } from '../lookup';
import { page, PageInput } from '../pagination';
import { beginReplicaDeletion, propagateChange } from '../replication';
import { Context, noteKeyState } from '../service';
import { KeyState } from '../shapes';
import { Operations } from './operation';

interface KeyInput {
  readonly KeyIdentifier: string;
}

const DAY = 24 * 60 * 60 * 1000;
const DEFAULT_DAYS = 7;

const answer = ({ service }: Context, key: KeyInRegion): object => ({ Key: keyView(key, service.options.switches) });

function getKey(context: Context, { KeyIdentifier }: KeyInput): object {
  return answer(context, findKey(context, KeyIdentifier));
}

function listKeys({ service, region }: Context, input: PageInput & { readonly KeyState?: KeyState }): object {
  const { switches } = service.options;
  const keys = keysIn(service, region)
    .filter(key => input.KeyState === undefined || keyView(key, switches).KeyState === input.KeyState);
  const { items, NextToken } = page('keys', keys, ({ record }) => String(record.serial).padStart(12, '0'), input);
  return { Keys: items.map(key => keySummaryView(key, switches)), NextToken };
}

function deleteKey(context: Context, input: KeyInput & { readonly DeleteKeyInDays?: number }): object {
  const { service, now } = context;
  const key = findKey(context, input.KeyIdentifier);
  if (key.replica !== undefined) return deleteReplica(context, key);
  requireState(key, 'CREATE_COMPLETE');
  const { record } = key;
  record.state = 'DELETE_PENDING';
  record.deletePendingUntil = now + (input.DeleteKeyInDays ?? DEFAULT_DAYS) * DAY;
  noteKeyState(service, record, now);
  for (const replica of record.replicas.values()) {
    if (replica.deletedAt !== undefined) continue;
    beginReplicaDeletion(service, record, replica, now, { cascade: true });
  }
  service.agenda.at(record.deletePendingUntil, { kind: 'key deletion', keyId: record.id, until: record.deletePendingUntil });
  return answer(context, key);
}

function deleteReplica(context: Context, key: KeyInRegion): object {
  const { service, now } = context;
  const { deleteOnReplica } = service.options.switches;
  if (deleteOnReplica !== 'deleted') {
    throw new ServiceError(deleteOnReplica, `${arnOf(key)} is a replica. Remove its Region from the primary in ${key.record.primaryRegion}.`);
  }
  const before = answer(context, key);
  beginReplicaDeletion(service, key.record, key.replica!, now, { cascade: false });
  return before;
}

function restoreKey(context: Context, { KeyIdentifier }: KeyInput): object {
  const key = findPrimary(context, KeyIdentifier);
  requireState(key, 'DELETE_PENDING');
  key.record.state = 'CREATE_COMPLETE';
  key.record.deletePendingUntil = undefined;
  noteKeyState(context.service, key.record, context.now);
  return answer(context, key);
}

/** Start and stop: nothing changes, and nothing is propagated, when the key is in that state already. */
function changeUsage(context: Context, input: KeyInput, changed: (usage: Usage) => Usage): object {
  const key = findPrimary(context, input.KeyIdentifier);
  requireState(key, 'CREATE_COMPLETE');
  const usage = changed(key.record.usage);
  if (usage.enabled !== key.record.usage.enabled) {
    key.record.usage = usage;
    propagateChange(context.service, key.record, context.now);
  }
  return answer(context, key);
}

export const keyOperations: Operations = {
  GetKey: getKey,
  ListKeys: listKeys,
  DeleteKey: deleteKey,
  RestoreKey: restoreKey,
  StartKeyUsage: (context: Context, input: KeyInput) =>
    changeUsage(context, input, () => ({ enabled: true, startedAt: context.now })),
  StopKeyUsage: (context: Context, input: KeyInput) =>
    changeUsage(context, input, usage => ({ ...usage, enabled: false, stoppedAt: context.now })),
};
