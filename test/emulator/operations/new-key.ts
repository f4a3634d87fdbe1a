/** What creating and importing a key have in common: where it is replicated to, quotas, the record. */
import { invalid, quotaExceeded, ServiceError } from '../errors';
import { newKeyId } from '../identifiers';
import { isAsymmetric, keyAttributesProblem } from '../key-attributes';
import { keyCheckValue, keyCheckValueAlgorithms } from '../key-check-value';
import { KeyMaterial } from '../key-material';
import { arnOf, ImportedHeader, KeyRecord } from '../key-record';
import { keyView } from '../key-view';
import { Context, noteKeyState, Service } from '../service';
import { KeyAttributes, KeyCheckValueAlgorithm, KeyOrigin, Tag } from '../shapes';
import { deniedRegions, replicate } from './replicate';
import { checkedRegions } from './replication-regions';
import { mergedTags } from './tags';

/** What the request for a new key says of it. */
export interface NewKeyRequest {
  readonly attributes: KeyAttributes;
  readonly exportable: boolean;
  readonly enabled?: boolean;
  readonly keyCheckValueAlgorithm?: KeyCheckValueAlgorithm;
  readonly tags?: readonly Tag[];
  readonly replicationRegions?: readonly string[];
  /** Whether the default replication Regions of the account reach it. */
  readonly followsDefaults: boolean;
}

interface Replication {
  readonly regions: readonly string[];
  readonly usingDefaults: boolean;
}

/** A request that was found to be in order. */
export interface CheckedRequest extends NewKeyRequest {
  readonly replication: Replication;
  /** Replication Regions in which the caller may not create keys. */
  readonly denied: readonly string[];
  readonly mergedTags: Map<string, string>;
}

export function checkAttributes({ service }: Context, attributes: KeyAttributes): void {
  const problem = keyAttributesProblem(attributes);
  if (problem !== undefined) throw new ServiceError(service.options.switches.invalidKeyAttributes, problem);
}

export function checkKeyCheckValueAlgorithm({ KeyAlgorithm }: KeyAttributes, chosen: KeyCheckValueAlgorithm | undefined): void {
  if (chosen !== undefined && !keyCheckValueAlgorithms(KeyAlgorithm).includes(chosen)) {
    throw invalid(`KeyCheckValueAlgorithm ${chosen} is not valid for KeyAlgorithm ${KeyAlgorithm}.`);
  }
}

const NOWHERE: Replication = { regions: [], usingDefaults: false };

interface Replicable {
  readonly exportable: boolean;
  readonly attributes: KeyAttributes;
}

/** Whether a key is replicated to Regions that a request names. Throws where the request is refused for naming them. */
export function isReplicable({ service }: Context, { exportable, attributes }: Replicable): boolean {
  const { replicationOfNonExportableKey: nonExportable, replicationOfPublicKey: publicKey } = service.options.switches;
  if (!exportable) {
    if (nonExportable === 'ignored') return false;
    throw new ServiceError(nonExportable, 'Only exportable keys can be replicated.');
  }
  if (attributes.KeyClass === 'PUBLIC_KEY' && publicKey !== 'replicated') {
    throw new ServiceError(publicKey, 'Imported public keys cannot be replicated.');
  }
  return true;
}

/** Regions the request names win over the defaults of the account in this Region. */
function chooseReplication(context: Context, request: NewKeyRequest): Replication {
  const { switches } = context.service.options;
  const named = request.replicationRegions;
  if (named === undefined || (named.length === 0 && switches.emptyRegionsAtCreation === 'defaults')) {
    return defaultReplication(context, request);
  }
  if (named.length === 0 || !isReplicable(context, request)) return NOWHERE;
  return { regions: checkedRegions(context, named), usingDefaults: false };
}

function defaultReplication({ service, region }: Context, { exportable, attributes, followsDefaults }: NewKeyRequest): Replication {
  const { switches } = service.options;
  const regions = service.defaultRegionsIn(region);
  if (regions.length === 0 || !followsDefaults) return NOWHERE;
  if (!exportable && switches.defaultsOnNonExportableKey === 'ValidationException') {
    throw invalid('The default replication Regions of this account require exportable keys.');
  }
  const ignored = !exportable
    || (attributes.KeyClass === 'PUBLIC_KEY' && switches.replicationOfPublicKey !== 'replicated')
    || (isAsymmetric(attributes.KeyAlgorithm) && switches.defaultsOnAsymmetricKey === 'ignored');
  return ignored ? NOWHERE : { regions, usingDefaults: true };
}

export function checkKeyQuota(service: Service, region: string): void {
  const { keyQuota } = service.options;
  if (service.keyCount(region) >= keyQuota) throw quotaExceeded(`The quota of ${keyQuota} keys in ${region} is exhausted.`);
}

/** Everything that can be refused before there is a key. `input` is what faults look at. */
export function checkRequest(context: Context, request: NewKeyRequest, input: object): CheckedRequest {
  const { service, region } = context;
  const tags = mergedTags(service, new Map(), request.tags ?? []);
  const replication = chooseReplication(context, request);
  checkKeyQuota(service, region);
  return { ...request, replication, denied: deniedRegions(context, replication.regions, input), mergedTags: tags };
}

export interface NewKeyContent {
  readonly material: KeyMaterial;
  readonly origin: KeyOrigin;
  readonly deriveKeyUsage?: string;
  readonly importedHeader?: ImportedHeader;
}

/** Recordings show usage to start 21 to 268 ms before the creation that they print. */
const EARLIEST_USAGE_MS = 268;
const LATEST_USAGE_MS = 21;

function usageStart({ service, now }: Context): number {
  return now - LATEST_USAGE_MS - service.options.random(2).readUInt16BE(0) % (EARLIEST_USAGE_MS - LATEST_USAGE_MS + 1);
}

function newRecord(context: Context, request: CheckedRequest, content: NewKeyContent): KeyRecord {
  const { service, region, now } = context;
  const { account, random, switches } = service.options;
  const { attributes, exportable, replication, enabled = true } = request;
  const algorithm = request.keyCheckValueAlgorithm ?? keyCheckValueAlgorithms(attributes.KeyAlgorithm)[0];
  return {
    ...content,
    id: newKeyId(random),
    serial: service.nextSerial(),
    account,
    primaryRegion: region,
    attributes,
    exportable,
    keyCheckValue: keyCheckValue(content.material, attributes.KeyAlgorithm, algorithm, switches.publicKeyCheckValueEncoding),
    keyCheckValueAlgorithm: algorithm,
    createdAt: now,
    usage: { enabled, ...enabled && { startedAt: usageStart(context) } },
    state: 'CREATE_COMPLETE',
    usingDefaults: replication.usingDefaults,
    multiRegion: false,
    replicas: new Map(),
    tags: request.mergedTags,
  };
}

function register({ service, region, now }: Context, record: KeyRecord): void {
  service.keys.set(record.id, record);
  noteKeyState(service, record, now);
  service.tagIndex.record(arnOf({ record, region }), record.tags, now);
}

/** Adds a key and starts its replication. The answer to the request. */
export function addKey(context: Context, request: CheckedRequest, content: NewKeyContent): object {
  const record = newRecord(context, request, content);
  register(context, record);
  replicate(context, record, request.replication.regions, request.denied);
  return { Key: keyView({ record, region: context.region }, context.service.options.switches) };
}

/** Adds a key that is not one before somebody approved it. `ask` does so, and its result is how far that is. */
export function addPendingKey(context: Context, request: CheckedRequest, content: NewKeyContent, ask: (record: KeyRecord) => KeyRecord['mpaStatus']): object {
  const record: KeyRecord = { ...newRecord(context, request, content), state: 'CREATE_IN_PROGRESS' };
  record.mpaStatus = ask(record);
  register(context, record);
  return { Key: keyView({ record, region: context.region }, context.service.options.switches) };
}
