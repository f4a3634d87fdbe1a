import { oneOf, optional, struct, text } from './codec';

/*
 * Material that comes from somewhere else: the members of the union ImportKeyMaterial (API: ImportKey), with each wrapped
 * key by reference. A wrapped key is never in a template, a property or an answer: the function reads it when it imports.
 */

/** Where a wrapped key is kept: exactly one version of a secret or of a SecureString parameter. */
export const wrappedKeyReference = oneOf('Service', {
  /** AWS Secrets Manager. */
  SECRETS_MANAGER: struct({
    SecretArn: text,
    VersionId: text,
    /** The member of the secret's JSON object; absent when the secret is the wrapped key, or the whole object is asked for. */
    Field: optional(text),
  }),
  /** AWS Systems Manager Parameter Store. */
  PARAMETER_STORE: struct({
    ParameterName: text,
    /** A whole number as text. */
    Version: text,
    Field: optional(text),
  }),
});
export type WrappedKeyReference = ReturnType<typeof wrappedKeyReference.decode>;

/** The header of a key block of TR-31; a key of 8 to 32 bytes in hexadecimal; one of 16 or 32 bytes in base64. */
const KEYS = [/^[SR]?[A-D]\d{4}[0-9A-Z]{3}[A-Z][0-9A-Z]{2}[ENS]\d\d/i, /^([0-9A-F]{16}){1,4}$/i, /^([\w+/]{22}==|[\w+/]{43}=)$/];
const LONGEST_NAME = 64;

/** Whether a text that should be a name may be a wrapped or clear key instead. Such a text is neither declared nor told. */
export function mayBeAKey(name: string): boolean {
  const bare = name.replace(/^\s*0x|[\s:-]/gi, '');
  return name.length > LONGEST_NAME || KEYS.some(key => key.test(bare));
}

/** Keys are ARNs of keys or aliases. Certificates are PEM, exactly one each. */
export const keyMaterial = oneOf('Method', {
  TR31: struct({ WrappingKey: text, WrappedKey: wrappedKeyReference }),
  /** The reference finds `{ wrappedKeyBlock, signingKeyCertificate, randomNonce, importToken? }`; the token is absent with a wrapping key. */
  TR34: struct({
    CertificateAuthority: text,
    WrappedKey: wrappedKeyReference,
    WrappingKey: optional(text),
    WrappingKeyCertificate: optional(text),
  }),
  /** The reference finds `{ wrappedKeyCryptogram, importToken }`. */
  RSA_CRYPTOGRAM: struct({ WrappedKey: wrappedKeyReference, WrappingSpec: text }),
  ECDH_TR31: struct({
    PrivateKey: text,
    CertificateAuthority: text,
    PublicKeyCertificate: text,
    DeriveKeyAlgorithm: text,
    KeyDerivationFunction: text,
    KeyDerivationHashAlgorithm: text,
    /** Hexadecimal. */
    SharedInformation: text,
    WrappedKey: wrappedKeyReference,
  }),
  AS2805: struct({ WrappingKey: text, KeyVariant: text, WrappedKey: wrappedKeyReference }),
  ROOT_CERTIFICATE: struct({ Certificate: text, RequesterComment: optional(text) }),
  TRUSTED_CERTIFICATE: struct({ Certificate: text, CertificateAuthority: text }),
});
export type KeyMaterial = ReturnType<typeof keyMaterial.decode>;
