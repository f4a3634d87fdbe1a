import { WrappedKeyReference } from '../../contract/key-material';

/**
 * Where wrapped keys are kept, AWS Secrets Manager and AWS Systems Manager Parameter Store, as the reconcilers see them.
 * What is read here is a secret: it is passed to ImportKey in the same turn, and is never logged, recorded or answered.
 */
export interface WrappedKeys {
  /** The text of the secret or parameter, untouched. One request, which is not repeated. Throws `ServiceFault`, nothing else. */
  readWrappedKey(reference: WrappedKeyReference): Promise<WrappedKeyText>;
}

export type WrappedKeyText =
  | { readonly kind: 'text'; readonly text: string }
  /** The secret was stored as bytes. Wrapped keys are texts, so these bytes are of no use. */
  | { readonly kind: 'binary' }
  /** The parameter is no SecureString, so whoever may list parameters can read it. */
  | { readonly kind: 'unencrypted' };
