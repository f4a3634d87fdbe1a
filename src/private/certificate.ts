import { KeyObject, X509Certificate } from 'crypto';
import { Token } from 'aws-cdk-lib/core';
import { KeyProblem } from './key-problem';

/** A certificate as it stands in the template, and what is known of it while the template is made. */
export interface Certificate {
  readonly pem: string;
  readonly problem?: KeyProblem;
  /** API: KeyAlgorithm of its public key; `undefined` while it is not known, and of keys that the service does not have. */
  readonly algorithm?: string;
}

/** API: shape CertificateType. The service takes the PEM text in base64. */
const FORBIDDEN = /[[;\]<>]/;
const MOST_CHARACTERS = 32_768;

const BEGINNING = /-----BEGIN ([A-Z0-9 ]{1,40})-----/g;
const WHOLE = /^-----BEGIN CERTIFICATE-----\n[^-]+\n-----END CERTIFICATE-----$/;

const RSA_SIZES: ReadonlyMap<number | undefined, string> = new Map([[2048, 'RSA_2048'], [3072, 'RSA_3072'], [4096, 'RSA_4096']]);
const CURVES: ReadonlyMap<string | undefined, string> = new Map([
  ['prime256v1', 'ECC_NIST_P256'], ['secp384r1', 'ECC_NIST_P384'], ['secp521r1', 'ECC_NIST_P521'],
]);

/**
 * Reads a certificate that may be written in the code of an app. No text repeats what was given: it may be a private key.
 *
 * Line ends become those of Unix, and white space around it goes, so that the same file makes the same template on every machine.
 */
export function readCertificate(property: string, given: string): Certificate {
  if (Token.isUnresolved(given)) { return { pem: given }; }
  const text = given.replace(/\r\n?/g, '\n').trim();
  const pem = `${text}\n`;
  const wrong = wrongWith(text);
  if (wrong !== undefined) { return { pem, problem: invalid(property, wrong) }; }
  const key = publicKey(pem);
  return key === undefined
    ? { pem, problem: invalid(property, 'is not a certificate that can be read (X.509). Copy the file once more, as a whole') }
    : { pem, algorithm: algorithmOf(key) };
}

const invalid = (property: string, wrong: string): KeyProblem => ({ name: 'InvalidCertificate', message: `${property} ${wrong}` });

/** In the order in which it matters to whoever made the mistake. */
function wrongWith(text: string): string | undefined {
  const parts = [...text.matchAll(BEGINNING)].map(([, label]) => label);
  if (parts.some(label => label.includes('PRIVATE KEY'))) {
    return 'holds a private key, which must stand neither in code nor in a template. Take it out, pass the certificate alone, and replace the key pair: whoever read the code may have the key';
  }
  const certificates = parts.filter(label => label === 'CERTIFICATE').length;
  if (certificates === 0) {
    const instead = parts.length > 0 ? `, but ${parts.join(', ')}` : '';
    return `has no certificate in PEM${instead}. Pass the text from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE-----; a file in DER becomes one by: openssl x509 -inform der -outform pem`;
  }
  if (certificates > 1) {
    return `holds ${certificates} certificates, but the service takes one. Chains come in either order, most often with the leaf first and the root last, so this library does not choose. `
      + 'Pass the one that is meant, and import the authority above it as a key of its own';
  }
  if (FORBIDDEN.test(text)) { return 'has one of the characters [ ] < > ; which the service does not take. Pass the text from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE----- alone'; }
  if (!WHOLE.test(text)) {
    return 'has something besides one whole certificate. Pass the text from -----BEGIN CERTIFICATE----- to -----END CERTIFICATE----- alone, which is what openssl x509 -outform pem writes';
  }
  const characters = Buffer.from(text).toString('base64').length;
  return characters > MOST_CHARACTERS ? `takes ${characters} characters in base64, but the service takes ${MOST_CHARACTERS} at most` : undefined;
}

function publicKey(pem: string): KeyObject | undefined {
  try {
    return new X509Certificate(pem).publicKey;
  } catch {
    return undefined;
  }
}

function algorithmOf({ asymmetricKeyType, asymmetricKeyDetails }: KeyObject): string | undefined {
  return asymmetricKeyType === 'rsa' ? RSA_SIZES.get(asymmetricKeyDetails?.modulusLength) : CURVES.get(asymmetricKeyDetails?.namedCurve);
}
