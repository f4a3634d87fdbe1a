import { constants, KeyObject, privateDecrypt } from 'node:crypto';
import { Import } from './imported-key';
import { AS2805_USAGES, As2805KeyVariant, maskOf, requireTdes } from '../../as2805-variants';
import { invalid } from '../../errors';
import { findExchangeToken, noteTokenUse } from '../../exchange-token';
import { unwrapUnderVariant } from '../../key-exchange/as2805';
import { secretSize } from '../../key-material';
import { KeyAlgorithm, KeyAttributes } from '../../shapes';
import { findWrappingKey, requireStrength, requireStrengthOfImport } from '../../wrapping-keys';

export type WrappingSpec = 'RSA_OAEP_SHA_256' | 'RSA_OAEP_SHA_512';

interface RsaCryptogramInput {
  readonly KeyAttributes: KeyAttributes;
  readonly Exportable: boolean;
  readonly WrappedKeyCryptogram: string;
  readonly ImportToken: string;
  readonly WrappingSpec?: WrappingSpec;
}

function decrypted(cryptogram: string, key: KeyObject, spec: WrappingSpec): Buffer {
  try {
    const oaepHash = spec.replace('RSA_OAEP_SHA_', 'sha');
    return privateDecrypt({ key, oaepHash, padding: constants.RSA_PKCS1_OAEP_PADDING }, Buffer.from(cryptogram, 'hex'));
  } catch {
    throw invalid(`WrappedKeyCryptogram cannot be decrypted with the key of the import token and ${spec}.`);
  }
}

function requireSize(secret: Buffer, algorithm: KeyAlgorithm): void {
  const expected = secretSize(algorithm);
  if (secret.length !== expected) {
    throw invalid(`WrappedKeyCryptogram contains ${secret.length * 8} bits, but a key of ${algorithm} has ${(expected ?? 0) * 8}.`);
  }
}

export const importRsaCryptogram: Import<RsaCryptogramInput> = (context, input) => {
  const { KeyAttributes: attributes, Exportable: exportable, WrappingSpec = 'RSA_OAEP_SHA_256' } = input;
  const token = findExchangeToken(context, input.ImportToken, 'import', 'KEY_CRYPTOGRAM');
  if (!/^(TDES_|AES_128)/.test(attributes.KeyAlgorithm)) throw invalid(`A key of ${attributes.KeyAlgorithm} cannot be imported as an RSA cryptogram.`);
  // The guide limits imports by RSA, unlike those by symmetric keys.
  requireStrength(token.algorithm, attributes.KeyAlgorithm);
  const secret = decrypted(input.WrappedKeyCryptogram, token.keyPair.privateKey, WrappingSpec);
  requireSize(secret, attributes.KeyAlgorithm);
  return { attributes, exportable, material: { secret }, onAdded: () => noteTokenUse(context, token) };
};

interface As2805Input {
  readonly As2805KeyVariant: As2805KeyVariant;
  readonly KeyModesOfUse: KeyAttributes['KeyModesOfUse'];
  readonly KeyAlgorithm: KeyAlgorithm;
  readonly Exportable: boolean;
  readonly WrappingKeyIdentifier: string;
  readonly WrappedKeyCryptogram: string;
}

export const importAs2805Cryptogram: Import<As2805Input> = (context, input) => {
  const { As2805KeyVariant: variant, KeyAlgorithm: algorithm, KeyModesOfUse } = input;
  const wrapping = findWrappingKey(context, input.WrappingKeyIdentifier, 'Unwrap');
  requireTdes(wrapping.algorithm, algorithm);
  const cryptogram = Buffer.from(input.WrappedKeyCryptogram, 'hex');
  requireSize(cryptogram, algorithm);
  requireStrengthOfImport(context, wrapping.algorithm, algorithm);
  const secret = unwrapUnderVariant(cryptogram, wrapping.secret, maskOf(context, variant));
  const attributes: KeyAttributes = { KeyUsage: AS2805_USAGES[variant], KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: algorithm, KeyModesOfUse };
  return { attributes, exportable: input.Exportable, material: { secret } };
};
