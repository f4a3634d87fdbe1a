/** A parameter of Systems Manager and its versions. What is encrypted has a ciphertext beside it, as AWS KMS would have made one. */
import { ServiceError } from './errors';
import { Context } from './service';

export const PARAMETER_TYPES = ['String', 'StringList', 'SecureString'] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

export interface ParameterVersion {
  readonly number: number;
  readonly value: string;
  readonly tier: string;
  readonly modifiedAt: number;
  /** Of a SecureString. */
  readonly encryption?: { readonly keyId: string; readonly ciphertext: string };
}

export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  /** The oldest first. */
  readonly versions: readonly ParameterVersion[];
}

export interface NewParameterVersion {
  readonly name: string;
  readonly type: ParameterType;
  readonly value: string;
  readonly tier?: string;
  readonly keyId?: string;
}

/** Older ones are forgotten (API: ParameterMaxVersionLimitExceeded). */
const KEPT_VERSIONS = 100;
const DEFAULT_KEY = 'alias/aws/ssm';
const CIPHERTEXT_BYTES = 120;

const placeOf = ({ region }: Pick<Context, 'region'>, name: string): string => `${region}/${name}`;

export function findParameter(context: Pick<Context, 'service' | 'region'>, name: string): Parameter | undefined {
  return context.service.parameters.get(placeOf(context, name));
}

/** Makes the parameter, if there is none. */
export function addParameterVersion(context: Context, { name, type, value, tier = 'Standard', keyId = DEFAULT_KEY }: NewParameterVersion): ParameterVersion {
  const { service, now } = context;
  const before = findParameter(context, name)?.versions ?? [];
  // Bytes that have nothing to do with the value: whoever gets them learns nothing.
  const ciphertext = service.options.random(CIPHERTEXT_BYTES).toString('base64');
  const version: ParameterVersion = {
    number: (before.at(-1)?.number ?? 0) + 1, value, tier, modifiedAt: now, ...type === 'SecureString' && { encryption: { keyId, ciphertext } },
  };
  service.parameters.set(placeOf(context, name), { name, type, versions: [...before, version].slice(-KEPT_VERSIONS) });
  return version;
}

export function deleteParameterNamed(context: Context, name: string): void {
  context.service.parameters.delete(placeOf(context, name));
}

export interface SelectedVersion {
  readonly parameter: Parameter;
  readonly version: ParameterVersion;
  /** As it was asked for, with its colon: `:3`. */
  readonly selector?: string;
}

/** What a name asks for: `name`, `name:version`, or either at the end of an ARN. There are no labels here. */
export function selectVersion(context: Context, asked: string): SelectedVersion {
  const [, name, number] = /^(.*?)(?::([^:]*))?$/s.exec(withoutArn(context, asked))!;
  const parameter = findParameter(context, name) ?? findParameter(context, name.replace(/^\//, ''));
  if (parameter === undefined) throw new ServiceError('ParameterNotFound', '');
  if (number === undefined) return { parameter, version: parameter.versions.at(-1)! };
  const version = parameter.versions.find(each => String(each.number) === number);
  if (version !== undefined) return { parameter, version, selector: `:${number}` };
  throw new ServiceError('ParameterVersionNotFound', `Systems Manager could not find version ${number} of ${name}. Verify the version and try again.`);
}

/** In an ARN, every name begins with a slash, whether or not it does elsewhere. */
function withoutArn({ region, service: { options } }: Context, asked: string): string {
  const prefix = `arn:aws:ssm:${region}:${options.account}:parameter`;
  return asked.startsWith(`${prefix}/`) ? asked.slice(prefix.length) : asked;
}

export function parameterArn({ region, service: { options } }: Context, { name }: Parameter): string {
  return `arn:aws:ssm:${region}:${options.account}:parameter${name.startsWith('/') ? '' : '/'}${name}`;
}
