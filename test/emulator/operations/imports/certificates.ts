import { X509Certificate } from 'node:crypto';
import { Import, ImportedKey } from './imported-key';
import { algorithmOf, checkSelfSigned, checkTime, readCertificate } from '../../certificates/certificate';
import { ServiceError } from '../../errors';
import { modesOf } from '../../key-attributes';
import { Context } from '../../service';
import { KeyAttributes, ModeOfUse } from '../../shapes';
import { certifiedBy, findAuthority } from '../../wrapping-keys';

interface RootCertificateInput {
  readonly KeyAttributes: KeyAttributes;
  readonly PublicKeyCertificate: string;
}

interface TrustedCertificateInput extends RootCertificateInput {
  readonly CertificateAuthorityPublicKeyIdentifier: string;
}

/** What an imported public key may be for. */
const SIGNATURES: Readonly<Record<string, readonly ModeOfUse[]>> = { TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE: ['Verify'] };
const TRUSTED: typeof SIGNATURES = { ...SIGNATURES, TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION: ['Encrypt', 'Wrap'] };

function attributesProblem(attributes: KeyAttributes, certificate: X509Certificate, usages: typeof SIGNATURES): string | undefined {
  const { KeyClass, KeyUsage, KeyAlgorithm } = attributes;
  const modes = modesOf(attributes);
  const algorithm = algorithmOf(certificate.publicKey);
  if (KeyClass !== 'PUBLIC_KEY') return `KeyClass of an imported certificate is PUBLIC_KEY, not ${KeyClass}.`;
  if (algorithm === undefined) return 'The key of PublicKeyCertificate is of no algorithm that the service has.';
  if (algorithm !== KeyAlgorithm) return `PublicKeyCertificate has a key of ${algorithm}, not of ${KeyAlgorithm}.`;
  if (!Object.hasOwn(usages, KeyUsage)) return `KeyUsage of this certificate is one of ${Object.keys(usages).join(', ')}, not ${KeyUsage}.`;
  const expected = usages[KeyUsage];
  const same = modes.length === expected.length && expected.every(mode => modes.includes(mode));
  return same ? undefined : `KeyModesOfUse of ${KeyUsage} are ${expected.join(' and ')} for a public key, not ${modes.join(', ') || 'none'}.`;
}

function publicKey({ service }: Context, attributes: KeyAttributes, certificate: X509Certificate, usages: typeof SIGNATURES): ImportedKey {
  const problem = attributesProblem(attributes, certificate, usages);
  if (problem !== undefined) throw new ServiceError(service.options.switches.invalidKeyAttributes, problem);
  return { attributes, exportable: true, material: { publicKey: certificate.publicKey, certificate: certificate.toString() } };
}

export const importRootCertificate: Import<RootCertificateInput> = (context, { KeyAttributes: attributes, PublicKeyCertificate }) => {
  const certificate = readCertificate(PublicKeyCertificate, 'PublicKeyCertificate');
  checkTime(certificate, 'PublicKeyCertificate', context.now);
  if (context.service.options.switches.rootCertificateOfAnotherIssuer !== 'accepted') checkSelfSigned(certificate, 'PublicKeyCertificate');
  return { ...publicKey(context, attributes, certificate, SIGNATURES), needsApproval: true };
};

export const importTrustedCertificate: Import<TrustedCertificateInput> = (context, input) => {
  const authority = findAuthority(context, input.CertificateAuthorityPublicKeyIdentifier);
  const certificate = certifiedBy(authority, context, input.PublicKeyCertificate, 'PublicKeyCertificate');
  return publicKey(context, input.KeyAttributes, certificate, TRUSTED);
};
