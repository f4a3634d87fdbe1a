/**
 * EncryptData, DecryptData and ReEncryptData, which is both, one after the other, so that the caller never sees the
 * plaintext. Attributes say what kind of key it is: a symmetric one, a key pair, or one from which
 * the key of a DUKPT transaction or of a chip card is derived.
 */
import { BLOCK_SIZE, CipherKey, CipherMode, decrypt, encrypt, tdes } from '../cryptography/block-cipher';
import { fromHex, toHex } from '../cryptography/bytes';
import { DerivedAlgorithm } from '../cryptography/dukpt-aes';
import { commonSessionKey, MasterKeyDerivation } from '../cryptography/emv-keys';
import { rsaDecrypt, rsaEncrypt, RsaPadding } from '../cryptography/rsa-encryption';
import { invalid } from '../errors';
import { Operations } from '../operations/operation';
import { Context } from '../service';
import { dukptKey, Variant } from './dukpt-keys';
import { CardMembers, cardKeyOf } from './emv-session-keys';
import { REQUIREMENTS } from './requirements';
import { memberOf } from './union';
import { cipherOf, named, Requirement, UsableKey } from './usable-key';
import { keyFor, WrappedKey } from './wrapped-key';

type Direction = 'Encrypt' | 'Decrypt';

/** The members that some kind of attributes has. */
interface CipherAttributes extends Partial<CardMembers> {
  readonly Mode?: string;
  readonly InitializationVector?: string;
  readonly PaddingType?: RsaPadding;
  readonly KeySerialNumber: string;
  readonly DukptKeyDerivationType?: DerivedAlgorithm;
  readonly DukptKeyVariant?: Variant;
  readonly MajorKeyDerivationMode: MasterKeyDerivation;
  readonly SessionDerivationData: string;
}

interface Request {
  readonly context: Context;
  readonly direction: Direction;
  readonly key: UsableKey;
  readonly attributes: CipherAttributes;
  readonly data: Buffer;
}

interface Kind {
  readonly requirement: (direction: Direction) => Requirement;
  readonly run: (request: Request) => Buffer;
}

/** The mode of a cipher that a mode of the service is; nothing when the cipher does not have it. */
function cipherMode({ family }: CipherKey, mode: string): CipherMode | undefined {
  // CFB with a whole block: 64 bits of TDES, 128 of AES.
  if (mode === 'CFB64') return family === 'TDES' ? 'CFB' : undefined;
  if (mode === 'CFB128') return family === 'AES' ? 'CFB' : undefined;
  return mode as CipherMode;
}

function runCipher(key: CipherKey, direction: Direction, data: Buffer, mode: string, iv: string | undefined): Buffer {
  const blockSize = BLOCK_SIZE[key.family];
  const known = cipherMode(key, mode);
  if (known === undefined) throw invalid(`Mode ${mode} is not valid for ${key.family}.`);
  if ((known === 'ECB' || known === 'CBC') && data.length % blockSize !== 0) {
    throw invalid(`Data must be whole blocks of ${blockSize} bytes in mode ${mode}.`);
  }
  const vector = iv === undefined ? undefined : fromHex(iv);
  if (vector !== undefined && vector.length !== blockSize) throw invalid(`InitializationVector must have ${blockSize} bytes for ${key.family}.`);
  return (direction === 'Encrypt' ? encrypt : decrypt)(key, data, known, vector);
}

/** What OpenSSL says depends on the data, and must not be shown. */
function runRsa({ context, direction, key: { material }, attributes: { PaddingType }, data }: Request): Buffer {
  const padding = PaddingType ?? context.service.options.switches.rsaPaddingByDefault;
  try {
    return direction === 'Encrypt' ? rsaEncrypt(material.publicKey!, data, padding) : rsaDecrypt(material.privateKey!, data, padding);
  } catch {
    throw invalid(direction === 'Encrypt' ? `PlainText is too long for padding ${padding}.` : `CipherText is no message to this key with padding ${padding}.`);
  }
}

/** By member of EncryptionDecryptionAttributes. */
const KINDS: Readonly<Record<string, Kind>> = {
  Symmetric: {
    requirement: REQUIREMENTS.symmetricData,
    run: ({ context, direction, key, attributes: { Mode, InitializationVector, PaddingType }, data }) => {
      if (PaddingType !== undefined && context.service.options.switches.paddingOfSymmetricData === 'ValidationException') {
        throw invalid(`PaddingType ${PaddingType} is not valid for symmetric keys.`);
      }
      return runCipher(cipherOf(key), direction, data, Mode!, InitializationVector);
    },
  },
  Asymmetric: { requirement: REQUIREMENTS.asymmetricData, run: runRsa },
  Dukpt: {
    requirement: () => REQUIREMENTS.baseDerivation,
    run: ({ context, direction, key, attributes, data }) => {
      const { dukptVariantByDefault, dukptModeByDefault } = context.service.options.switches;
      const derived = dukptKey(key, {
        keySerialNumber: attributes.KeySerialNumber,
        derivationType: attributes.DukptKeyDerivationType,
        variant: attributes.DukptKeyVariant ?? dukptVariantByDefault,
        purpose: 'DATA',
      });
      return runCipher(derived, direction, data, attributes.Mode ?? dukptModeByDefault, attributes.InitializationVector);
    },
  },
  Emv: {
    requirement: () => REQUIREMENTS.emvConfidentiality,
    run: ({ direction, key, attributes, data }) => {
      const cardKey = cardKeyOf(key, attributes as CardMembers, attributes.MajorKeyDerivationMode);
      const sessionKey = commonSessionKey(cardKey, fromHex(attributes.SessionDerivationData));
      return runCipher(tdes(sessionKey), direction, data, attributes.Mode ?? 'CBC', attributes.InitializationVector);
    },
  },
};

interface Part {
  readonly direction: Direction;
  readonly keyIdentifier: string;
  readonly union: object;
  readonly wrapped?: WrappedKey;
  readonly noRestrictions?: 'refused';
}

function run(context: Context, { direction, keyIdentifier, union, wrapped, noRestrictions }: Part, data: Buffer): { key: UsableKey; data: Buffer } {
  const { name, value: attributes } = memberOf<CipherAttributes>(union);
  const kind = KINDS[name];
  const key = keyFor(context, keyIdentifier, wrapped, { ...kind.requirement(direction), noRestrictions });
  return { key, data: kind.run({ context, direction, key, attributes, data }) };
}

interface EncryptInput {
  readonly KeyIdentifier: string;
  readonly PlainText: string;
  readonly EncryptionAttributes: object;
  readonly WrappedKey?: WrappedKey;
}

function encryptData(context: Context, input: EncryptInput): object {
  const part: Part = { direction: 'Encrypt', keyIdentifier: input.KeyIdentifier, union: input.EncryptionAttributes, wrapped: input.WrappedKey };
  const { key, data } = run(context, part, fromHex(input.PlainText));
  return { ...named(key), CipherText: toHex(data) };
}

interface DecryptInput {
  readonly KeyIdentifier: string;
  readonly CipherText: string;
  readonly DecryptionAttributes: object;
  readonly WrappedKey?: WrappedKey;
}

function decryptData(context: Context, input: DecryptInput): object {
  const part: Part = { direction: 'Decrypt', keyIdentifier: input.KeyIdentifier, union: input.DecryptionAttributes, wrapped: input.WrappedKey };
  const { key, data } = run(context, part, fromHex(input.CipherText));
  // The model has no empty plaintext.
  if (data.length === 0) throw invalid('CipherText holds no data.');
  return { ...named(key), PlainText: toHex(data) };
}

interface ReEncryptInput {
  readonly IncomingKeyIdentifier: string;
  readonly OutgoingKeyIdentifier: string;
  readonly CipherText: string;
  readonly IncomingEncryptionAttributes: object;
  readonly OutgoingEncryptionAttributes: object;
  readonly IncomingWrappedKey?: WrappedKey;
  readonly OutgoingWrappedKey?: WrappedKey;
}

/** NoRestrictions permits encryption and decryption each, and was seen not to permit this. Keys that derive may have it. */
const restricted = (union: object): 'refused' | undefined => (memberOf(union).name === 'Symmetric' ? 'refused' : undefined);

function reEncryptData(context: Context, input: ReEncryptInput): object {
  const { IncomingEncryptionAttributes: incoming, OutgoingEncryptionAttributes: outgoing } = input;
  const opened = run(context, {
    direction: 'Decrypt',
    keyIdentifier: input.IncomingKeyIdentifier,
    union: incoming,
    wrapped: input.IncomingWrappedKey,
    noRestrictions: restricted(incoming),
  }, fromHex(input.CipherText));
  const { key, data } = run(context, {
    direction: 'Encrypt',
    keyIdentifier: input.OutgoingKeyIdentifier,
    union: outgoing,
    wrapped: input.OutgoingWrappedKey,
    noRestrictions: restricted(outgoing),
  }, opened.data);
  return { ...named(key), CipherText: toHex(data) };
}

export const encryptionOperations: Operations = { EncryptData: encryptData, DecryptData: decryptData, ReEncryptData: reEncryptData };
