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

/** What no name of a member looks like, but a wrapped or clear key does. It is neither declared nor told. */
export const MAY_BE_A_KEY = /^[SR]?[A-D]\d{4}[0-9A-Z]{11}|^[0-9A-F]{16,}$|^.{65,}$/is;

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
