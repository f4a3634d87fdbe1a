import { invalid, ServiceError } from './errors';
import { Operations } from './operations/operation';
import {
  addParameterVersion, deleteParameterNamed, findParameter, NewParameterVersion, Parameter, parameterArn, ParameterType, ParameterVersion,
  selectVersion,
} from './parameter';
import { Context } from './service';

const LONGEST_STANDARD_VALUE = 4096;
const LONGEST_ADVANCED_VALUE = 8192;
const PAGE = 50;

interface GetParameterInput {
  readonly Name: string;
  readonly WithDecryption?: boolean;
}

interface GetParameterHistoryInput extends GetParameterInput {
  readonly MaxResults?: number;
  readonly NextToken?: string;
}

interface PutParameterInput {
  readonly Name: string;
  readonly Value: string;
  readonly Type?: ParameterType;
  readonly KeyId?: string;
  readonly Overwrite?: boolean;
  readonly Tier?: string;
}

/** Without decryption, of what is encrypted only the ciphertext is shown. */
function shownVersion({ name, type }: Parameter, { number, value, modifiedAt, encryption }: ParameterVersion, decrypted: boolean): object {
  return {
    Name: name,
    Type: type,
    Value: encryption === undefined || decrypted ? value : encryption.ciphertext,
    Version: number,
    LastModifiedDate: modifiedAt / 1000,
    DataType: 'text',
  };
}

function getParameter(context: Context, { Name, WithDecryption = false }: GetParameterInput): object {
  const { parameter, version, selector } = selectVersion(context, Name);
  return { Parameter: { ...shownVersion(parameter, version, WithDecryption), Selector: selector, ARN: parameterArn(context, parameter) } };
}

function parameterNamed(context: Context, name: string): Parameter {
  const parameter = findParameter(context, name);
  if (parameter === undefined) throw new ServiceError('ParameterNotFound', '');
  return parameter;
}

function getParameterHistory(context: Context, { Name, WithDecryption = false, MaxResults = PAGE, NextToken = '0' }: GetParameterHistoryInput): object {
  const parameter = parameterNamed(context, Name);
  if (!/^\d{1,6}$/.test(NextToken)) throw new ServiceError('InvalidNextToken', 'The specified token isn\'t valid.');
  const from = Number(NextToken);
  const shown = parameter.versions.slice(from, from + MaxResults);
  return {
    Parameters: shown.map(version => ({ ...shownVersion(parameter, version, WithDecryption), KeyId: version.encryption?.keyId, Tier: version.tier })),
    ...from + MaxResults < parameter.versions.length && { NextToken: String(from + MaxResults) },
  };
}

function tierFor(value: string, wanted: string): string {
  const tier = wanted === 'Intelligent-Tiering' ? value.length > LONGEST_STANDARD_VALUE ? 'Advanced' : 'Standard' : wanted;
  const longest = tier === 'Advanced' ? LONGEST_ADVANCED_VALUE : LONGEST_STANDARD_VALUE;
  if (value.length > longest) throw invalid(`${tier} tier parameters support a maximum parameter value of ${longest} characters.`);
  return tier;
}

function typeFor(before: Parameter | undefined, { Name, Type, Overwrite }: PutParameterInput): ParameterType {
  const type = Type ?? before?.type;
  if (type === undefined) throw invalid('A parameter type is required when you create a parameter.');
  if (before !== undefined && Overwrite !== true) {
    throw new ServiceError('ParameterAlreadyExists', 'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.');
  }
  if (before !== undefined && before.type !== type) {
    throw new ServiceError('HierarchyTypeMismatchException', `The parameter ${Name} is a ${before.type}. Parameter Store doesn't support changing a parameter type.`);
  }
  return type;
}

function putParameter(context: Context, input: PutParameterInput): object {
  const { Name, Value, KeyId, Tier = 'Standard' } = input;
  if (!/^[\w./-]+$/.test(Name)) throw invalid('A parameter name must have letters, numbers and the symbols .-_/ only.');
  if (Value === '') throw invalid('Value must be a string of at least one character.');
  const version: NewParameterVersion = {
    name: Name, type: typeFor(findParameter(context, Name), input), value: Value, tier: tierFor(Value, Tier), keyId: KeyId,
  };
  const { number, tier } = addParameterVersion(context, version);
  return { Tier: tier, Version: number };
}

function deleteParameter(context: Context, { Name }: GetParameterInput): object {
  deleteParameterNamed(context, parameterNamed(context, Name).name);
  return {};
}

/** The operations of Systems Manager Parameter Store that keep a text under a name. */
export const parameterOperations: Operations = {
  DeleteParameter: deleteParameter,
  GetParameter: getParameter,
  GetParameterHistory: getParameterHistory,
  PutParameter: putParameter,
};
