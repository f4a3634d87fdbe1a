import { invalid, quotaExceeded, ServiceError } from '../errors';
import { newKeyId } from '../identifiers';
import { isAsymmetric, keyAttributesProblem } from '../key-attributes';
import { keyCheckValue, keyCheckValueAlgorithms } from '../key-check-value';
import { generateKeyMaterial } from '../key-material';
import { arnOf, KeyRecord } from '../key-record';
import { keyView } from '../key-view';
import { Context, Service } from '../service';
import { KeyAttributes, KeyCheckValueAlgorithm, Tag } from '../shapes';
import { Operations } from './operation';
import { deniedRegions, replicate } from './replicate';
import { checkedRegions } from './replication-regions';
import { mergedTags } from './tags';

interface CreateKeyInput {
  readonly KeyAttributes: KeyAttributes;
  readonly Exportable: boolean;
  readonly Enabled?: boolean;
  readonly KeyCheckValueAlgorithm?: KeyCheckValueAlgorithm;
  readonly Tags?: readonly Tag[];
  readonly DeriveKeyUsage?: string;
  readonly ReplicationRegions?: readonly string[];
}

function checkAttributes({ service }: Context, input: CreateKeyInput): void {
  const { KeyAttributes: attributes, DeriveKeyUsage, KeyCheckValueAlgorithm: chosen } = input;
  const problem = keyAttributesProblem(attributes);
  if (problem !== undefined) throw new ServiceError(service.options.switches.invalidKeyAttributes, problem);
  if (DeriveKeyUsage !== undefined && !attributes.KeyAlgorithm.startsWith('ECC_')) {
    throw invalid(`DeriveKeyUsage is not valid for KeyUsage ${attributes.KeyUsage}.`);
  }
  if (chosen !== undefined && !keyCheckValueAlgorithms(attributes.KeyAlgorithm).includes(chosen)) {
    throw invalid(`KeyCheckValueAlgorithm ${chosen} is not valid for KeyAlgorithm ${attributes.KeyAlgorithm}.`);
  }
}

interface Replication {
  readonly regions: readonly string[];
  readonly usingDefaults: boolean;
}

const NOWHERE: Replication = { regions: [], usingDefaults: false };

/** Regions the request names win over the defaults of the account in this Region. */
function chooseReplication(context: Context, input: CreateKeyInput): Replication {
  const { switches } = context.service.options;
  const named = input.ReplicationRegions;
  if (named === undefined || (named.length === 0 && switches.emptyRegionsAtCreation === 'defaults')) {
    return defaultReplication(context, input);
  }
  if (named.length === 0) return NOWHERE;
  if (input.Exportable) return { regions: checkedRegions(context, named), usingDefaults: false };
  if (switches.replicationOfNonExportableKey === 'ignored') return NOWHERE;
  throw new ServiceError(switches.replicationOfNonExportableKey, 'Only exportable keys can be replicated.');
}

function defaultReplication({ service, region }: Context, { Exportable, KeyAttributes: { KeyAlgorithm } }: CreateKeyInput): Replication {
  const { switches } = service.options;
  const regions = service.defaultRegionsIn(region);
  if (regions.length === 0) return NOWHERE;
  if (!Exportable && switches.defaultsOnNonExportableKey === 'ValidationException') {
    throw invalid('The default replication Regions of this account require exportable keys.');
  }
  const ignored = !Exportable || (isAsymmetric(KeyAlgorithm) && switches.defaultsOnAsymmetricKey === 'ignored');
  return ignored ? NOWHERE : { regions, usingDefaults: true };
}

export function checkKeyQuota(service: Service, region: string): void {
  const { keyQuota } = service.options;
  if (service.keyCount(region) >= keyQuota) throw quotaExceeded(`The quota of ${keyQuota} keys in ${region} is exhausted.`);
}

async function createKey(context: Context, input: CreateKeyInput): Promise<object> {
  const { service, region, now } = context;
  const { options } = service;
  checkAttributes(context, input);
  const tags = mergedTags(service, new Map(), input.Tags ?? []);
  const replication = chooseReplication(context, input);
  checkKeyQuota(service, region);
  const denied = deniedRegions(context, replication.regions, input);

  const { KeyAlgorithm } = input.KeyAttributes;
  const algorithm = input.KeyCheckValueAlgorithm ?? keyCheckValueAlgorithms(KeyAlgorithm)[0];
  const material = await generateKeyMaterial(KeyAlgorithm, options.random);
  // Key pairs take long enough for others to have used up the quota.
  checkKeyQuota(service, region);

  const enabled = input.Enabled ?? true;
  const record: KeyRecord = {
    id: newKeyId(options.random),
    serial: service.nextSerial(),
    account: options.account,
    primaryRegion: region,
    attributes: input.KeyAttributes,
    exportable: input.Exportable,
    origin: 'AWS_PAYMENT_CRYPTOGRAPHY',
    material,
    keyCheckValue: keyCheckValue(material, KeyAlgorithm, algorithm, options.switches.publicKeyCheckValueEncoding),
    keyCheckValueAlgorithm: algorithm,
    deriveKeyUsage: input.DeriveKeyUsage,
    createdAt: now,
    usage: { enabled, ...enabled && { startedAt: now } },
    state: 'CREATE_COMPLETE',
    usingDefaults: replication.usingDefaults,
    multiRegion: false,
    replicas: new Map(),
    tags,
  };
  service.keys.set(record.id, record);
  service.tagIndex.record(arnOf({ record, region }), tags, now);
  replicate(context, record, replication.regions, denied);
  return { Key: keyView({ record, region }, options.switches) };
}

export const createKeyOperations: Operations = { CreateKey: createKey };
