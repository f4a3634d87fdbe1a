import { mayBeAKey, WrappedKeyReference } from '../../../../contract/key-material';
import { ifFound, ServiceFault } from '../../../control-plane/fault';
import { WrappedKeys, WrappedKeyText } from '../../../control-plane/wrapped-keys';

/*
 * Reads what a reference to a wrapped key finds: the wrapped key, or the JSON object that brings it along with an import token
 * and certificates. No text here repeats any of it: a misplaced field may be the key itself.
 */

export type Found<T> =
  | { readonly kind: 'found'; readonly value: T }
  | { readonly kind: 'refused'; readonly reason: string };

/** For whoever stored something else where a wrapped key belongs. */
export const IF_IN_THE_CLEAR = 'Store it as it was exported. If it is the key itself, it is disclosed: delete it there, and replace the key everywhere';

/** The wrapped key, without the white space around it that editors and shells leave. */
export async function readText(reference: WrappedKeyReference, store: WrappedKeys): Promise<Found<string>> {
  const read = await readValue(reference, store);
  if (read.kind === 'refused') { return read; }
  const { value } = read;
  if (typeof value !== 'string') { return refusedFor(reference, `its ${memberOf(reference)} is not a text. Store the wrapped key there as a JSON string`); }
  if (reference.Field === undefined && value.trimStart().startsWith('{')) {
    return refusedFor(reference, 'it is a JSON object, and the wrapped key is one of its members. Name it with field');
  }
  return value.trim() === '' ? refusedFor(reference, 'it is empty') : found(value.trim());
}

/** The JSON object, with these members as texts. */
export async function readObject<M extends string, O extends string>(
  reference: WrappedKeyReference, store: WrappedKeys, members: readonly M[], optional: readonly O[],
): Promise<Found<Readonly<Record<M, string> & Partial<Record<O, string>>>>> {
  const read = await readValue(reference, store);
  if (read.kind === 'refused') { return read; }
  const object = asObject(read.value);
  if (!object) { return refusedFor(reference, `it is not a JSON object with the members ${members.join(', ')}. ${NOT_JSON}`); }
  const wrong = members.find(name => typeof object.get(name) !== 'string' || (object.get(name) as string).trim() === '');
  if (wrong) { return refusedFor(reference, `its member ${wrong} is ${object.has(wrong) ? 'not a text' : 'missing'}. It needs ${members.join(', ')}`); }
  const given = [...members, ...optional].filter(name => object.get(name) !== undefined && object.get(name) !== null);
  const odd = given.find(name => !['string', 'number'].includes(typeof object.get(name)));
  if (odd) { return refusedFor(reference, `its member ${odd} is no text. Store it as it was shown`); }
  return found(Object.fromEntries(given.map(name => [name, String(object.get(name)).trim()])) as any);
}

const DENIED = 'If it is encrypted with a KMS key of your own, give the secret or parameter its encryptionKey (Secret.fromSecretAttributes). The policies of that KMS key, '
  + 'and of a secret in another account, must allow the role of the provider\'s function';
const KMS_KEY = 'The KMS key that it is encrypted with is disabled, or scheduled for deletion: aws kms cancel-key-deletion, aws kms enable-key';

/** What to do about errors of the two services, for people. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ['DecryptionFailure', KMS_KEY],
  ['InvalidKeyId', KMS_KEY],
  ['InvalidRequestException', 'A secret that is scheduled for deletion can be read again after aws secretsmanager restore-secret'],
]);
const OTHERWISE: Readonly<Record<WrappedKeyReference['Service'], string>> = {
  SECRETS_MANAGER: 'Name its version by its id, not by a staging label',
  PARAMETER_STORE: 'Name it by its name and the number of its version',
};

const VERSIONS: Readonly<Record<WrappedKeyReference['Service'], string>> = {
  SECRETS_MANAGER: 'aws secretsmanager list-secret-version-ids --include-deprecated',
  PARAMETER_STORE: 'aws ssm get-parameter-history',
};
const NOT_JSON = 'In JSON, a line end is written \\n, and no comma follows the last member';

async function readValue(reference: WrappedKeyReference, store: WrappedKeys): Promise<Found<unknown>> {
  let read: WrappedKeyText | undefined;
  try {
    read = await ifFound(() => store.readWrappedKey(reference));
  } catch (fault) {
    if (!(fault instanceof ServiceFault)) { throw fault; }
    if (fault.kind === 'accessDenied') { throw fault.withDetail(`${nameOf(reference)} may not be read. ${DENIED}`); }
    if (fault.kind !== 'invalid') { throw fault; }
    return refusedFor(reference, `${fault.message}. ${ADVICE.get(fault.code) ?? OTHERWISE[reference.Service]}`);
  }
  if (!read) { return refusedFor(reference, `there is none. Check its name and version, letter by letter: ${VERSIONS[reference.Service]}. One without a staging label may have been deleted`); }
  if (read.kind === 'unencrypted') {
    return refusedFor(reference, `it is no SecureString, so others may have read it. Delete it, and store it with aws ssm put-parameter --type SecureString. ${IF_IN_THE_CLEAR}`);
  }
  if (read.kind === 'binary') { return refusedFor(reference, 'it was stored as bytes. Store the wrapped key as text (aws secretsmanager put-secret-value --secret-string)'); }
  if (reference.Field === undefined) { return found(read.text); }
  const object = asObject(read.text);
  if (!object) { return refusedFor(reference, `it is not a JSON object, so it has no ${memberOf(reference)}. Leave out field, or store an object`); }
  return object.has(reference.Field) ? found(object.get(reference.Field))
    : refusedFor(reference, `it is a JSON object without the ${memberOf(reference)}`);
}

/** By the names that users gave, whatever they are. */
function asObject(value: unknown): ReadonlyMap<string, unknown> | undefined {
  try {
    const object = typeof value === 'string' ? JSON.parse(value.trim()) : value;
    return typeof object === 'object' && object !== null && !Array.isArray(object) ? new Map(Object.entries(object)) : undefined;
  } catch {
    return undefined;
  }
}

export function found<T>(value: T): Found<T> {
  return { kind: 'found', value };
}

export function refused(reason: string): Found<never> {
  return { kind: 'refused', reason };
}

/** For what was stored there. */
export function refusedFor(reference: WrappedKeyReference, reason: string): Found<never> {
  return refused(`${nameOf(reference)}: ${reason}`);
}

/** What was named by mistake may be the key. */
function memberOf({ Field = '' }: WrappedKeyReference): string {
  return mayBeAKey(Field) ? 'member that field names' : `member ${Field}`;
}

/** For people. */
export function nameOf(reference: WrappedKeyReference): string {
  switch (reference.Service) {
    case 'SECRETS_MANAGER': return `the wrapped key in version ${reference.VersionId} of the secret ${reference.SecretArn}`;
    case 'PARAMETER_STORE': return `the wrapped key in version ${reference.Version} of the parameter ${reference.ParameterName}`;
  }
}
