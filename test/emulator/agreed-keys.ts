/** A key that protects a key block and that nobody transports: both sides derive it from an elliptic curve exchange. */
import { algorithmOf } from './certificates/certificate';
import { invalid } from './errors';
import { agreeOnKey, KeyDerivationFunction, KeyDerivationHash } from './key-exchange/key-agreement';
import { secretSize } from './key-material';
import { Context } from './service';
import { KeyAlgorithm } from './shapes';
import { certifiedBy, findAuthority, findKeyPair, KeyPair, SecretKey, WRAPPING_USAGES } from './wrapping-keys';

/** What a request says of the exchange. */
export interface AgreementInput {
  readonly PrivateKeyIdentifier: string;
  readonly CertificateAuthorityPublicKeyIdentifier: string;
  readonly PublicKeyCertificate: string;
  readonly DeriveKeyAlgorithm: KeyAlgorithm;
  readonly KeyDerivationFunction: KeyDerivationFunction;
  readonly KeyDerivationHashAlgorithm: KeyDerivationHash;
  readonly DerivationData: { readonly SharedInformation: string };
}

export interface AgreedKey extends SecretKey {
  /** The curve both sides use. */
  readonly curve: KeyAlgorithm;
}

function findOwnKeyPair(context: Context, identifier: string, usages: readonly string[]): KeyPair {
  const keyPair = findKeyPair(context, identifier, ['TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT'], 'DeriveKey');
  const { deriveKeyUsage } = keyPair;
  if (deriveKeyUsage !== undefined && !usages.some(usage => deriveKeyUsage.startsWith(usage))) {
    throw invalid(`DeriveKeyUsage ${deriveKeyUsage} of ${keyPair.arn} is not one of ${usages.join(', ')}.`);
  }
  return keyPair;
}

/** The key of an exchange, for one of some usages, each named as far as its code or in full. */
export function agreeWith(context: Context, input: AgreementInput, usages: readonly string[] = WRAPPING_USAGES): AgreedKey {
  const keyPair = findOwnKeyPair(context, input.PrivateKeyIdentifier, usages);
  const authority = findAuthority(context, input.CertificateAuthorityPublicKeyIdentifier);
  const { publicKey } = certifiedBy(authority, context, input.PublicKeyCertificate, 'PublicKeyCertificate');
  const curve = algorithmOf(publicKey);
  if (curve !== keyPair.algorithm) {
    throw invalid(`PublicKeyCertificate has a key of ${curve ?? 'another algorithm'}, and ${keyPair.arn} is of ${keyPair.algorithm}.`);
  }
  const algorithm = input.DeriveKeyAlgorithm;
  if (!/^(TDES|AES)_/.test(algorithm)) throw invalid(`DeriveKeyAlgorithm ${algorithm} is not one of TDES or AES.`);
  const secret = agreeOnKey(keyPair.privateKey, publicKey, {
    function: input.KeyDerivationFunction,
    hash: input.KeyDerivationHashAlgorithm,
    sharedInformation: Buffer.from(input.DerivationData.SharedInformation, 'hex'),
    size: secretSize(algorithm)!,
  });
  return { arn: keyPair.arn, algorithm, secret, curve };
}
