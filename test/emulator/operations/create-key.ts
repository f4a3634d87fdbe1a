import { invalid } from '../errors';
import { generateKeyMaterial } from '../key-material';
import { Context } from '../service';
import { KeyAttributes, KeyCheckValueAlgorithm, Tag } from '../shapes';
import { addKey, checkAttributes, checkKeyCheckValueAlgorithm, checkKeyQuota, checkRequest } from './new-key';
import { Operations } from './operation';

interface CreateKeyInput {
  readonly KeyAttributes: KeyAttributes;
  readonly Exportable: boolean;
  readonly Enabled?: boolean;
  readonly KeyCheckValueAlgorithm?: KeyCheckValueAlgorithm;
  readonly Tags?: readonly Tag[];
  readonly DeriveKeyUsage?: string;
  readonly ReplicationRegions?: readonly string[];
}

/** What a key agreement key derives; nothing for other keys. */
function deriveKeyUsage({ service }: Context, { KeyAttributes: { KeyAlgorithm, KeyUsage }, DeriveKeyUsage }: CreateKeyInput): string | undefined {
  if (DeriveKeyUsage === undefined || KeyAlgorithm.startsWith('ECC_')) return DeriveKeyUsage;
  if (service.options.switches.deriveKeyUsageOfOtherKey === 'ignored') return undefined;
  throw invalid(`DeriveKeyUsage is not valid for KeyUsage ${KeyUsage}.`);
}

async function createKey(context: Context, input: CreateKeyInput): Promise<object> {
  const { service, region } = context;
  checkAttributes(context, input.KeyAttributes);
  const derives = deriveKeyUsage(context, input);
  checkKeyCheckValueAlgorithm(input.KeyAttributes, input.KeyCheckValueAlgorithm);
  const request = checkRequest(context, {
    attributes: input.KeyAttributes,
    exportable: input.Exportable,
    enabled: input.Enabled,
    keyCheckValueAlgorithm: input.KeyCheckValueAlgorithm,
    tags: input.Tags,
    replicationRegions: input.ReplicationRegions,
    followsDefaults: true,
  }, input);
  const material = await generateKeyMaterial(input.KeyAttributes.KeyAlgorithm, service.options.random);
  // Key pairs take long enough for others to have used up the quota.
  checkKeyQuota(service, region);
  return addKey(context, request, { material, origin: 'AWS_PAYMENT_CRYPTOGRAPHY', deriveKeyUsage: derives });
}

export const createKeyOperations: Operations = { CreateKey: createKey };
