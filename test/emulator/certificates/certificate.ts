/** Certificates as the service takes and gives them: the PEM text of one, in base64. */
import { KeyObject, X509Certificate } from 'node:crypto';
import { inside, readElements, sequence, TAG } from '../der';
import { securityStrength } from '../security-strength';
import { KeyAlgorithm } from '../shapes';

/** A certificate that is refused. */
export class CertificateError extends Error {}

const PEM = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

export const toWire = (pem: string): string => Buffer.from(pem).toString('base64');

export function readCertificate(wire: string, member: string): X509Certificate {
  const text = Buffer.from(wire, 'base64').toString('latin1');
  const [first, ...others] = text.match(PEM) ?? [];
  if (first === undefined) throw new CertificateError(`${member} is not the base64 encoding of a certificate in PEM.`);
  if (others.length > 0) throw new CertificateError(`${member} has ${others.length + 1} certificates. Give one: that of the key itself.`);
  try {
    const certificate = new X509Certificate(first);
    // A key that cannot be read shows only when somebody asks for it.
    void certificate.publicKey;
    return certificate;
  } catch {
    throw new CertificateError(`${member} is not an X.509 certificate with a key that can be read.`);
  }
}

const CURVES: Readonly<Record<string, KeyAlgorithm>> = { prime256v1: 'ECC_NIST_P256', secp384r1: 'ECC_NIST_P384', secp521r1: 'ECC_NIST_P521' };

/** What the service calls the algorithm of a public key; nothing for one it does not have. */
export function algorithmOf(publicKey: KeyObject): KeyAlgorithm | undefined {
  const { modulusLength, namedCurve } = publicKey.asymmetricKeyDetails ?? {};
  if (publicKey.asymmetricKeyType === 'ec') return CURVES[namedCurve ?? ''];
  const rsa = `RSA_${modulusLength}`;
  return publicKey.asymmetricKeyType === 'rsa' && /^RSA_(2048|3072|4096)$/.test(rsa) ? rsa as KeyAlgorithm : undefined;
}

export function checkTime(certificate: X509Certificate, member: string, now: number): void {
  const [from, to] = [certificate.validFrom, certificate.validTo].map(date => Date.parse(date));
  if (now < from) throw new CertificateError(`${member} is not valid before ${new Date(from).toISOString()}.`);
  if (now > to) throw new CertificateError(`${member} has expired on ${new Date(to).toISOString()}.`);
}

/** How a certificate may name its issuer: with the parts of the issuer's own name in their order, or in any. */
export type NameOrder = 'same' | 'any';

/** A name has one part a line. */
const sorted = (name: string): string => name.split('\n').sort().join('\n');

/** Checks names and signature. Extensions are not looked at: published samples use one plain certificate as root and leaf. */
function isSignedBy(certificate: X509Certificate, issuer: X509Certificate, order: NameOrder): boolean {
  const [given, own] = [certificate.issuer, issuer.subject].map(name => (order === 'any' ? sorted(name) : name));
  try {
    return given === own && certificate.verify(issuer.publicKey);
  } catch {
    // A signature algorithm that does not fit the issuer's key.
    return false;
  }
}

export function checkSelfSigned(certificate: X509Certificate, member: string): void {
  if (!isSignedBy(certificate, certificate, 'same')) throw new CertificateError(`${member} is not self-signed, so it is no root certificate.`);
}

export function checkIssuer(certificate: X509Certificate, member: string, issuer: X509Certificate, order: NameOrder): void {
  if (!isSignedBy(certificate, issuer, order)) throw new CertificateError(`${member} is not signed by the certificate authority given.`);
  const [own, authority] = [certificate, issuer].map(({ publicKey }) => algorithmOf(publicKey));
  if (own !== undefined && authority !== undefined && securityStrength(own) > securityStrength(authority)) {
    throw new CertificateError(`${member} has a key of ${own}, which is stronger than ${authority} of its certificate authority.`);
  }
}

/** Issuer and serial number in DER: how TR-34 names a certificate. */
export function issuerAndSerialNumber(certificate: X509Certificate): Buffer {
  const [body] = inside(readElements(certificate.raw)[0], TAG.sequence);
  const elements = inside(body, TAG.sequence);
  // The version stands before them, unless it is the first.
  const [serialNumber, , issuer] = elements[0].tag === TAG.constructed0 ? elements.slice(1) : elements;
  return sequence(issuer.encoded, serialNumber.encoded);
}
