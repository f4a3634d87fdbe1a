import { checkName, findSecret, findUsableSecret, findVersion, invalidParameter, invalidRequest, secretNamed, selectVersion } from './lookup';
import { addSecretVersion, createSecretNamed, CURRENT, moveLabel, sameValue, Secret, SecretValue, SecretVersion, versionLabelled, versionWithId } from './secret';
import { ServiceError } from '../errors';
import { Operations } from '../operations/operation';
import { page, PageInput } from '../pagination';
import { Context } from '../service';
import { Tag } from '../shapes';

interface SecretInput {
  readonly SecretId: string;
}

interface ValueInput {
  readonly SecretString?: string;
  readonly SecretBinary?: string;
  /** Becomes the id of the version. Clients of AWS make one for each request. */
  readonly ClientRequestToken?: string;
}

interface CreateSecretInput extends ValueInput {
  readonly Name: string;
  readonly Description?: string;
  readonly KmsKeyId?: string;
  readonly Tags?: readonly Tag[];
  readonly AddReplicaRegions?: readonly object[];
}

interface PutSecretValueInput extends SecretInput, ValueInput {
  readonly VersionStages?: readonly string[];
}

interface GetSecretValueInput extends SecretInput {
  readonly VersionId?: string;
  readonly VersionStage?: string;
}

interface UpdateSecretVersionStageInput extends SecretInput {
  readonly VersionStage: string;
  readonly RemoveFromVersionId?: string;
  readonly MoveToVersionId?: string;
}

interface DeleteSecretInput extends SecretInput {
  readonly RecoveryWindowInDays?: number;
  readonly ForceDeleteWithoutRecovery?: boolean;
}

interface ListSecretVersionIdsInput extends SecretInput, PageInput {
  readonly IncludeDeprecated?: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;
const [SHORTEST_WINDOW, LONGEST_WINDOW] = [7, 30];

const identity = ({ arn, name }: Secret): object => ({ ARN: arn, Name: name });
const labelsOf = ({ labels }: SecretVersion): object => labels.length > 0 ? { VersionStages: labels } : {};

function valueOf({ SecretString, SecretBinary }: ValueInput): SecretValue | undefined {
  if (SecretString !== undefined && SecretBinary !== undefined) {
    throw invalidParameter('You can\'t specify both a binary secret value and a string secret value in the same secret.');
  }
  if (SecretString !== undefined) return { kind: 'string', text: SecretString };
  return SecretBinary === undefined ? undefined : { kind: 'binary', base64: SecretBinary };
}

function tokenOf({ ClientRequestToken }: ValueInput): string {
  if (ClientRequestToken === undefined) throw invalidRequest('You must provide a ClientRequestToken value. We recommend a UUID-type value.');
  return ClientRequestToken;
}

/** Whether this very request was made before. A version cannot be overwritten, so the same token with another value is refused. */
function isRepeated(secret: Secret, token: string, value: SecretValue): boolean {
  const version = versionWithId(secret, token);
  if (version === undefined) return false;
  if (sameValue(version.value, value)) return true;
  throw new ServiceError('ResourceExistsException', `You can't use ClientRequestToken ${token} because that value is already in use for a version of secret ${secret.arn}.`);
}

function createSecret(context: Context, input: CreateSecretInput): object {
  const { Name, Description, KmsKeyId, Tags } = input;
  checkName(Name);
  if (input.AddReplicaRegions !== undefined) throw invalidParameter('The emulator does not replicate secrets.');
  const value = valueOf(input);
  const token = value && tokenOf(input);
  const before = secretNamed(context, Name);
  if (before?.deletionAt !== undefined) throw invalidRequest('You can\'t create this secret because a secret with this name is already scheduled for deletion.');
  if (before !== undefined && (value === undefined || !isRepeated(before, token!, value))) {
    throw new ServiceError('ResourceExistsException', `The operation failed because the secret ${Name} already exists.`);
  }
  const secret = before ?? createSecretNamed(context, Name, { description: Description, kmsKeyId: KmsKeyId, tags: Tags });
  if (before === undefined && value !== undefined) addSecretVersion(secret, token!, value, [], context.now);
  return { ...identity(secret), VersionId: token };
}

function putSecretValue(context: Context, input: PutSecretValueInput): object {
  const secret = findUsableSecret(context, input.SecretId);
  const value = valueOf(input);
  if (value === undefined) throw invalidRequest('You must provide either SecretString or SecretBinary.');
  const token = tokenOf(input);
  if (!isRepeated(secret, token, value)) addSecretVersion(secret, token, value, input.VersionStages ?? [CURRENT], context.now);
  return { ...identity(secret), VersionId: token, ...labelsOf(findVersion(secret, token)) };
}

function getSecretValue(context: Context, { SecretId, VersionId, VersionStage }: GetSecretValueInput): object {
  const secret = findUsableSecret(context, SecretId);
  const version = selectVersion(secret, VersionId, VersionStage);
  const { id, value, createdAt } = version;
  return {
    ...identity(secret),
    VersionId: id,
    ...value.kind === 'string' ? { SecretString: value.text } : { SecretBinary: value.base64 },
    ...labelsOf(version),
    CreatedDate: createdAt / 1000,
  };
}

function updateSecretVersionStage(context: Context, input: UpdateSecretVersionStageInput): object {
  const { SecretId, VersionStage: label, RemoveFromVersionId: from, MoveToVersionId: to } = input;
  const secret = findUsableSecret(context, SecretId);
  for (const id of [from, to]) { if (id !== undefined) findVersion(secret, id); }
  const holder = versionLabelled(secret, label);
  if (to === undefined && label === CURRENT) {
    throw invalidParameter(`You can only move staging label ${CURRENT} to a different secret version. It can't be completely removed.`);
  }
  if (from !== undefined && holder?.id !== from) throw invalidParameter(`The staging label ${label} isn't attached to version ${from}.`);
  if (to !== undefined && from === undefined && holder !== undefined && holder.id !== to) {
    throw invalidParameter(`The parameter RemoveFromVersionId can't be empty. Staging label ${label} is currently attached to version ${holder.id}, `
      + 'so you must explicitly reference that version in RemoveFromVersionId.');
  }
  if (from === undefined && to === undefined) throw invalidParameter('You must provide either RemoveFromVersionId or MoveToVersionId.');
  moveLabel(secret, label, to);
  return identity(secret);
}

function deleteSecret(context: Context, { SecretId, RecoveryWindowInDays, ForceDeleteWithoutRecovery = false }: DeleteSecretInput): object {
  if (ForceDeleteWithoutRecovery && RecoveryWindowInDays !== undefined) {
    throw invalidParameter('You can\'t use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.');
  }
  const days = ForceDeleteWithoutRecovery ? 0 : RecoveryWindowInDays ?? LONGEST_WINDOW;
  if (!ForceDeleteWithoutRecovery && (days < SHORTEST_WINDOW || days > LONGEST_WINDOW)) {
    throw invalidParameter(`The RecoveryWindowInDays value must be between ${SHORTEST_WINDOW} and ${LONGEST_WINDOW} days (inclusive).`);
  }
  const secret = ForceDeleteWithoutRecovery ? findSecret(context, SecretId) : findUsableSecret(context, SecretId);
  secret.deletionAt = context.now + days * DAY_MS;
  return { ...identity(secret), DeletionDate: secret.deletionAt / 1000 };
}

function restoreSecret(context: Context, { SecretId }: SecretInput): object {
  const secret = findSecret(context, SecretId);
  delete secret.deletionAt;
  return identity(secret);
}

function describeSecret(context: Context, { SecretId }: SecretInput): object {
  const secret = findSecret(context, SecretId);
  const { description, kmsKeyId, tags, createdAt, changedAt, deletionAt, versions } = secret;
  return {
    ...identity(secret),
    Description: description,
    KmsKeyId: kmsKeyId,
    Tags: tags,
    CreatedDate: createdAt / 1000,
    LastChangedDate: changedAt / 1000,
    DeletedDate: deletionAt && deletionAt / 1000,
    VersionIdsToStages: Object.fromEntries(versions.filter(({ labels }) => labels.length > 0).map(({ id, labels }) => [id, labels])),
  };
}

function listSecretVersionIds(context: Context, { SecretId, IncludeDeprecated = false, MaxResults, NextToken }: ListSecretVersionIdsInput): object {
  const secret = findSecret(context, SecretId);
  const listed = secret.versions.filter(({ labels }) => IncludeDeprecated || labels.length > 0);
  const { items, ...rest } = pageOf(listed, { MaxResults, NextToken });
  return {
    ...identity(secret),
    Versions: items.map(version => ({ VersionId: version.id, ...labelsOf(version), CreatedDate: version.createdAt / 1000 })),
    ...rest,
  };
}

function pageOf(versions: readonly SecretVersion[], input: PageInput): { items: SecretVersion[]; NextToken?: string } {
  try {
    return page('secret versions', versions, ({ id }) => id, input);
  } catch {
    throw new ServiceError('InvalidNextTokenException', 'The NextToken value is invalid.');
  }
}

/** The operations of AWS Secrets Manager that keep a secret in versions. */
export const secretOperations: Operations = {
  CreateSecret: createSecret,
  DeleteSecret: deleteSecret,
  DescribeSecret: describeSecret,
  GetSecretValue: getSecretValue,
  ListSecretVersionIds: listSecretVersionIds,
  PutSecretValue: putSecretValue,
  RestoreSecret: restoreSecret,
  UpdateSecretVersionStage: updateSecretVersionStage,
};
