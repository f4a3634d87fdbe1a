/**
 * How two nodes of an AS 2805 network prove to each other that they have the same key encryption key. One sends a
 * random key, encrypted. The other answers with the same key, inverted and encrypted in another way.
 */
import { invertedKey } from '../cryptography/as2805';
import { fromHex, toHex } from '../cryptography/bytes';
import { invalid } from '../errors';
import { unwrapUnderVariant, wrapUnderVariant } from '../key-exchange/as2805';
import { Operations } from '../operations/operation';
import { Context } from '../service';
import { KeyAlgorithm } from '../shapes';
import { REQUIREMENTS } from './requirements';
import { memberOf } from './union';
import { named, secretOf, usableKey } from './usable-key';

interface Masks {
  readonly send: readonly [number, number];
  readonly receive: readonly [number, number];
}

/** By RandomKeySendVariantMask. That of the answer follows from it; a sample of AWS shows it for 82. */
const MASKS: Readonly<Record<string, Masks>> = {
  VARIANT_MASK_82C0: { send: [0x82, 0xc0], receive: [0x84, 0xc0] },
  VARIANT_MASK_82: { send: [0x82, 0x82], receive: [0x84, 0x84] },
};

interface ValidationInput {
  readonly KeyIdentifier: string;
  readonly KekValidationType: object;
  readonly RandomKeySendVariantMask: string;
}

/** The members that a request or a response has. */
interface ValidationMembers {
  readonly DeriveKeyAlgorithm: KeyAlgorithm;
  readonly RandomKeyMaxLength?: string;
  readonly RandomKeySend: string;
}

const DEFAULT_LENGTH = 'BYTES_16';

/** The random key that is sent, in the clear. */
function randomKey({ service }: Context, { DeriveKeyAlgorithm, RandomKeyMaxLength = DEFAULT_LENGTH }: ValidationMembers): Buffer {
  if (!DeriveKeyAlgorithm.startsWith('TDES_')) throw invalid(`DeriveKeyAlgorithm ${DeriveKeyAlgorithm} is not one of TDES.`);
  return service.options.random(Number(RandomKeyMaxLength.slice('BYTES_'.length)));
}

function generate(context: Context, input: ValidationInput): object {
  const { name, value: members } = memberOf<ValidationMembers>(input.KekValidationType);
  const key = usableKey(context, input.KeyIdentifier, name === 'KekValidationRequest' ? REQUIREMENTS.wrapping : REQUIREMENTS.unwrapping);
  if (!key.algorithm.startsWith('TDES_')) throw invalid(`AS 2805 needs a key of TDES, ${key.arn} has KeyAlgorithm ${key.algorithm}.`);
  const { send, receive } = MASKS[input.RandomKeySendVariantMask];
  const sent = name === 'KekValidationRequest' ? randomKey(context, members) : unwrapUnderVariant(fromHex(members.RandomKeySend), secretOf(key), send);
  return {
    ...named(key),
    RandomKeySend: toHex(wrapUnderVariant(sent, secretOf(key), send)),
    RandomKeyReceive: toHex(wrapUnderVariant(invertedKey(sent), secretOf(key), receive)),
  };
}

export const keyValidationOperations: Operations = { GenerateAs2805KekValidation: generate };
