import { invalid, notFound, ServiceError } from './errors';
import { parseArn } from './identifiers';
import { arnOf, KeyInRegion } from './key-record';
import { AliasRecord, Context, Service } from './service';

/** The key as a Region sees it, if it sees it. */
export function keyIn(service: Service, region: string, keyId: string): KeyInRegion | undefined {
  const { switches } = service.options;
  const record = service.keys.get(keyId);
  if (record === undefined) return undefined;
  if (record.primaryRegion === region) {
    const gone = record.state === 'DELETE_COMPLETE' && switches.deletedKey === 'ResourceNotFoundException';
    return gone ? undefined : { record, region };
  }
  const replica = record.replicas.get(region);
  if (replica === undefined) return undefined;
  const coming = replica.status === 'IN_PROGRESS' && switches.replicaBeforeSynchronization === 'CREATE_IN_PROGRESS';
  return replica.copy !== undefined || coming ? { record, region, replica } : undefined;
}

export function keysIn(service: Service, region: string): KeyInRegion[] {
  return [...service.keys.keys()]
    .map(id => keyIn(service, region, id))
    .filter(key => key !== undefined);
}

/** The key id an ARN names, if it is one of this account and Region. */
function localKeyId(context: Context, arn: string): string | undefined {
  const { options } = context.service;
  const name = parseArn(arn)!;
  if (name.account !== options.account) {
    // Only a resource policy could permit this, and those of other accounts are out of reach.
    throw new ServiceError('AccessDeniedException', `Access to ${arn} is not permitted.`);
  }
  if (name.region !== context.region && options.switches.keyArnOfAnotherRegion === 'ValidationException') {
    throw invalid(`${arn} is not in ${context.region}.`);
  }
  if (name.region !== context.region) return undefined;
  return name.keyId ?? context.service.aliasesIn(context.region).get(name.aliasName!)?.keyId;
}

/** Finds by key ARN, alias ARN or alias name. */
export function findKey(context: Context, identifier: string): KeyInRegion {
  const keyId = identifier.startsWith('alias/')
    ? context.service.aliasesIn(context.region).get(identifier)?.keyId
    : localKeyId(context, identifier);
  const key = keyId === undefined ? undefined : keyIn(context.service, context.region, keyId);
  if (key === undefined) throw notFound(identifier);
  return key;
}

/** Finds a key that is about to be changed: its primary. */
export function findPrimary(context: Context, identifier: string): KeyInRegion {
  const key = findKey(context, identifier);
  if (key.replica === undefined) return key;
  throw new ServiceError(
    context.service.options.switches.changeOnReplica,
    `${arnOf(key)} is a replica. Apply changes to the primary in ${key.record.primaryRegion}.`,
  );
}

export function requireState(key: KeyInRegion, state: 'CREATE_COMPLETE' | 'DELETE_PENDING'): void {
  if (key.record.state !== state) throw invalid(`Key ${arnOf(key)} is not in ${state} state.`);
}

/** The key can take part in cryptography: it is there and enabled, in this Region too. */
export function requireUsable(key: KeyInRegion): void {
  requireState(key, 'CREATE_COMPLETE');
  const usage = key.replica === undefined ? key.record.usage : key.replica.copy;
  if (usage?.enabled !== true) throw invalid(`Key ${arnOf(key)} is disabled.`);
}

export function findAlias(context: Context, name: string): AliasRecord {
  const alias = context.service.aliasesIn(context.region).get(name);
  if (alias === undefined) throw notFound(name);
  return alias;
}

/** The first of these that an input has says what the request is about. */
const NAMING_MEMBERS = [
  'KeyIdentifier', 'ResourceArn', 'ExportKeyIdentifier', 'KeyArn', 'AliasName',
  'IncomingKeyIdentifier', 'GenerationKeyIdentifier', 'VerificationKeyIdentifier', 'SecureMessagingIntegrityKeyIdentifier',
];

function namesIn(input: unknown): string[] {
  const members = (typeof input === 'object' && input !== null ? input : {}) as Record<string, unknown>;
  return NAMING_MEMBERS.map(member => members[member]).filter(name => typeof name === 'string');
}

/** What a request is about, as it names it. */
export const resourceNamedBy = (input: unknown): string => namesIn(input)[0] ?? '';

/** The key a request is about, if it names one that exists. For the log and for faults: never throws. */
export function keyNamedBy(context: Context, input: unknown): KeyInRegion | undefined {
  for (const identifier of namesIn(input)) {
    if (!identifier.startsWith('alias/') && parseArn(identifier) === undefined) continue;
    try {
      return findKey(context, identifier);
    } catch {
      // It names nothing here; another member may.
    }
  }
  return undefined;
}
