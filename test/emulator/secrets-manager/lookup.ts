import { CURRENT, Secret, SecretVersion, versionLabelled, versionWithId } from './secret';
import { invalid, ServiceError } from '../errors';
import { Context } from '../service';

const ARN = /^arn:aws:secretsmanager:([^:]+):([^:]+):secret:.+$/;
const NAME = /^[\w/+=.@!-]+$/;
const NO_SECRET = 'Secrets Manager can\'t find the specified secret.';
const DELETED = 'You can\'t perform this operation on the secret because it was marked for deletion.';

export const invalidRequest = (message: string): ServiceError => new ServiceError('InvalidRequestException', message);
export const invalidParameter = (message: string): ServiceError => new ServiceError('InvalidParameterException', message);
const missing = (message: string): ServiceError => new ServiceError('ResourceNotFoundException', message);

export function checkName(name: string): void {
  if (!NAME.test(name)) throw invalid('Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!');
}

/** The secret of this name, unless its time is over. */
export function secretNamed({ service: { secrets }, region, now }: Context, name: string): Secret | undefined {
  const secret = secrets.get(`${region}/${name}`);
  if (secret?.deletionAt === undefined || secret.deletionAt > now) return secret;
  secrets.delete(`${region}/${name}`);
  return undefined;
}

/** A partial ARN lacks the hyphen and the six characters at the end. */
const isArnOf = ({ arn }: Secret, given: string): boolean => given === arn || given === arn.slice(0, -7);

function secretOfArn(context: Context, arn: string): Secret | undefined {
  const [, region, account] = ARN.exec(arn) ?? [];
  if (account !== undefined && account !== context.service.options.account) {
    // Only a resource policy could permit this, and those of other accounts are out of reach.
    throw new ServiceError('AccessDeniedException', `User: ${context.accessKeyId} is not authorized to access ${arn} because no resource-based policy allows the action`);
  }
  if (region !== context.region) return undefined;
  const found = [...context.service.secrets.values()].find(secret => isArnOf(secret, arn));
  return found && secretNamed(context, found.name);
}

/** Finds by ARN, partial ARN or name, also what is scheduled for deletion. */
export function findSecret(context: Context, secretId: string): Secret {
  const isArn = secretId.startsWith('arn:');
  if (!isArn) checkName(secretId);
  const secret = isArn ? secretOfArn(context, secretId) : secretNamed(context, secretId);
  if (secret === undefined) throw missing(NO_SECRET);
  return secret;
}

export function findUsableSecret(context: Context, secretId: string): Secret {
  const secret = findSecret(context, secretId);
  if (secret.deletionAt !== undefined) throw invalidRequest(DELETED);
  return secret;
}

export function findVersion(secret: Secret, id: string): SecretVersion {
  const version = versionWithId(secret, id);
  if (version === undefined) throw missing(`Secrets Manager can't find the specified secret value for VersionId: ${id}`);
  return version;
}

/** By id, by label, or by both when they name the same version. */
export function selectVersion(secret: Secret, id: string | undefined, label: string | undefined): SecretVersion {
  if (id !== undefined) {
    const version = findVersion(secret, id);
    if (label === undefined || version.labels.includes(label)) return version;
    throw invalidRequest('You provided a VersionStage that is not associated to the provided VersionId.');
  }
  const wanted = label ?? CURRENT;
  const version = versionLabelled(secret, wanted);
  if (version === undefined) throw missing(`Secrets Manager can't find the specified secret value for staging label: ${wanted}`);
  return version;
}
