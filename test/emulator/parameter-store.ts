import { invalid, ServiceError } from './errors';
import { Operations } from './operations/operation';
import { Context } from './service';

const LONGEST_VALUE = 4096;
const PAGE = 50;

interface Named {
  readonly Name: string;
  readonly NextToken?: string;
  readonly Value?: unknown;
  readonly Type?: unknown;
  readonly Overwrite?: unknown;
}

function read(input: unknown): Named {
  const named = (input ?? {}) as Partial<Named>;
  if (typeof named.Name !== 'string' || named.Name === '') throw invalid('Name must be a string.');
  return named as Named;
}

const at = ({ region }: Context, { Name }: Named): string => `${region}/${Name}`;

function versions(context: Context, named: Named): object[] {
  const values = context.service.parameters.get(at(context, named));
  if (values === undefined) throw new ServiceError('ParameterNotFound', '');
  return values.map((Value, index) => ({ Name: named.Name, Type: 'String', Value, Version: index + 1, DataType: 'text' }));
}

function getParameter(context: Context, input: unknown): object {
  return { Parameter: versions(context, read(input)).at(-1) };
}

function getParameterHistory(context: Context, input: unknown): object {
  const named = read(input);
  const all = versions(context, named);
  const from = Number(named.NextToken ?? 0);
  return { Parameters: all.slice(from, from + PAGE), ...from + PAGE < all.length && { NextToken: String(from + PAGE) } };
}

function putParameter(context: Context, input: unknown): object {
  const named = read(input);
  const { Value, Type, Overwrite } = named;
  const { parameters } = context.service;
  const before = parameters.get(at(context, named));
  if (typeof Value !== 'string' || Value === '') throw invalid('Value must be a string of at least one character.');
  if (Value.length > LONGEST_VALUE) throw invalid(`Standard tier parameters support a maximum parameter value of ${LONGEST_VALUE} characters.`);
  if (!before && Type === undefined) throw invalid('A parameter type is required when you create a parameter.');
  if (before && Overwrite !== true) throw invalid('The parameter already exists.');
  const after = [...before ?? [], Value];
  parameters.set(at(context, named), after);
  return { Tier: 'Standard', Version: after.length };
}

/** The operations of Systems Manager Parameter Store that keep a text under a name (API: GetParameter, GetParameterHistory, PutParameter). */
export const parameterOperations: Operations = { GetParameter: getParameter, GetParameterHistory: getParameterHistory, PutParameter: putParameter };
