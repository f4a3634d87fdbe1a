import { secretNamed } from './lookup';
import { addSecretVersion, createSecretNamed, CURRENT, newVersionId, SecretValue } from './secret';
import { Context } from '../service';

/** A secret as a test has it. */
export type SecretToPut = {
  readonly name: string;
  readonly region: string;
  /** Default: a new one. */
  readonly versionId?: string;
} & ({ readonly string: string } | { readonly binary: Uint8Array });

export interface SecretPut {
  readonly arn: string;
  readonly versionId: string;
}

const valueOf = (put: SecretToPut): SecretValue =>
  'string' in put ? { kind: 'string', text: put.string } : { kind: 'binary', base64: Buffer.from(put.binary).toString('base64') };

/** Makes a secret, or gives it another version, which becomes the current one. */
export function putSecret(context: Context, put: SecretToPut): SecretPut {
  const { name, versionId = newVersionId(context.service.options.random) } = put;
  const secret = secretNamed(context, name) ?? createSecretNamed(context, name);
  addSecretVersion(secret, versionId, valueOf(put), [CURRENT], context.now);
  return { arn: secret.arn, versionId };
}
