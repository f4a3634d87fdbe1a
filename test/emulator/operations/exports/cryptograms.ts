import { constants, publicEncrypt } from 'node:crypto';
import { Export } from './export';
import { AS2805_USAGES, As2805KeyVariant, maskOf, requireTdes } from '../../as2805-variants';
import { invalid } from '../../errors';
import { wrapUnderVariant } from '../../key-exchange/as2805';
import { certifiedBy, findAuthority, findWrappingKey, requireStrength, rsaAlgorithmOf } from '../../wrapping-keys';
import { WrappingSpec } from '../imports/cryptograms';

interface RsaCryptogramInput {
  readonly CertificateAuthorityPublicKeyIdentifier: string;
  readonly WrappingKeyCertificate: string;
  readonly WrappingSpec?: WrappingSpec;
}

export const exportRsaCryptogram: Export<RsaCryptogramInput> = (context, key, input) => {
  const authority = findAuthority(context, input.CertificateAuthorityPublicKeyIdentifier);
  const certificate = certifiedBy(authority, context, input.WrappingKeyCertificate, 'WrappingKeyCertificate');
  requireStrength(rsaAlgorithmOf(certificate, 'WrappingKeyCertificate'), key.attributes.KeyAlgorithm);
  const oaepHash = (input.WrappingSpec ?? 'RSA_OAEP_SHA_256').replace('RSA_OAEP_SHA_', 'sha');
  const cryptogram = publicEncrypt({ key: certificate.publicKey, oaepHash, padding: constants.RSA_PKCS1_OAEP_PADDING }, key.secret);
  return { WrappingKeyArn: authority.arn, WrappedKeyMaterialFormat: 'KEY_CRYPTOGRAM', KeyMaterial: cryptogram.toString('hex').toUpperCase() };
};

interface As2805Input {
  readonly WrappingKeyIdentifier: string;
  readonly As2805KeyVariant: As2805KeyVariant;
}

export const exportAs2805Cryptogram: Export<As2805Input> = (context, key, { WrappingKeyIdentifier, As2805KeyVariant: variant }) => {
  const wrapping = findWrappingKey(context, WrappingKeyIdentifier, 'Wrap');
  const { KeyAlgorithm, KeyUsage } = key.attributes;
  requireTdes(wrapping.algorithm, KeyAlgorithm);
  if (AS2805_USAGES[variant] !== KeyUsage) throw invalid(`${variant} is for keys of KeyUsage ${AS2805_USAGES[variant]}, not ${KeyUsage}.`);
  requireStrength(wrapping.algorithm, KeyAlgorithm);
  const cryptogram = wrapUnderVariant(key.secret, wrapping.secret, maskOf(context, variant));
  return { WrappingKeyArn: wrapping.arn, WrappedKeyMaterialFormat: 'KEY_CRYPTOGRAM', KeyMaterial: cryptogram.toString('hex').toUpperCase() };
};
