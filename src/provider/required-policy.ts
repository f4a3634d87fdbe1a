import { CfnTable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { CfnResource, Stack, Token } from 'aws-cdk-lib/core';

/*
 * What a role must be allowed before a stack is deployed for the first time. Nothing has a name by then that CloudFormation makes
 * up, so patterns stand where policies of the stack itself have references:
 *
 *   the stack          its id ends in a UUID
 *   table, log group   <stack>-<logical id>-<random>
 *   state machine      <logical id>-<random>
 *   function           the same as of a table, but cut to 64 characters: of the logical id, at least the beginning stays
 */

/** Of the logical id, what stays in the name of a function however long the name of its stack is. */
const CHARACTERS_THAT_STAY = 22;

/** The parts of a provider that its policies name. */
export interface NamedParts {
  readonly table: CfnTable;
  readonly logGroup?: CfnResource;
  readonly handler: CfnResource;
  readonly stateMachine: CfnResource;
}

/** Operators that compare for equality, and those that know patterns. */
const WITH_PATTERNS: Readonly<Record<string, string>> = { StringEquals: 'StringLike', StringEqualsIfExists: 'StringLikeIfExists' };

/** All statements of some policies, with patterns for what has no name yet. */
export function requiredPolicy(stack: Stack, documents: readonly PolicyDocument[], parts: NamedParts): PolicyDocument {
  const names = patternsOf(stack, parts);
  const statements = documents.flatMap(document => (stack.resolve(document) as { Statement?: object[] }).Statement ?? []);
  return PolicyDocument.fromJson({ Version: '2012-10-17', Statement: statements.map(statement => withPatterns(named(statement, names))) });
}

/** A policy as somebody copies it; what only the deployment knows stands there as in a template. */
export function printed(stack: Stack, document: PolicyDocument): string {
  return JSON.stringify(written(stack.resolve(document)));
}

function patternsOf(stack: Stack, { table, logGroup, handler, stateMachine }: NamedParts): ReadonlyMap<string, string> {
  const { partition, region, account } = stack;
  const prefix = Token.isUnresolved(stack.stackName) ? '*' : `${stack.stackName}-`;
  const idOf = (part: CfnResource) => stack.resolve(part.logicalId) as string;
  const arn = (service: string, name: string) => `arn:${partition}:${service}:${region}:${account}:${name}`;
  const patterns: Array<readonly [string, string]> = [
    ['AWS::StackId', arn('cloudformation', `stack/${prefix.replace(/-$/, '')}/*`)],
    ['AWS::Partition', partition], ['AWS::Region', region], ['AWS::AccountId', account],
    [idOf(table), arn('dynamodb', `table/${prefix}${idOf(table)}-*`)],
    [idOf(handler), arn('lambda', `function:*${idOf(handler).slice(0, CHARACTERS_THAT_STAY)}*`)],
    [idOf(stateMachine), arn('states', `stateMachine:${idOf(stateMachine)}-*`)],
    [`${idOf(stateMachine)}.Name`, `${idOf(stateMachine)}-*`],
    ...logGroup ? [[idOf(logGroup), arn('logs', `log-group:${prefix}${idOf(logGroup)}-*`)] as const] : [],
  ];
  return new Map(patterns);
}

/** With the pattern for each reference that has one. Others stay: they are somebody else's to name. */
function named(value: any, names: ReadonlyMap<string, string>): any {
  if (Array.isArray(value)) { return value.map(element => named(element, names)); }
  if (typeof value !== 'object' || value === null) { return value; }
  if ('Ref' in value) { return names.get(value.Ref) ?? value; }
  if ('Fn::GetAtt' in value) {
    const [id, attribute] = value['Fn::GetAtt'];
    return names.get(`${id}.${attribute}`) ?? names.get(id) ?? value;
  }
  if ('Fn::Join' in value) {
    const parts: any[] = named(value['Fn::Join'][1], names);
    return parts.every(part => typeof part === 'string') ? parts.join(value['Fn::Join'][0]) : { 'Fn::Join': [value['Fn::Join'][0], parts] };
  }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, named(member, names)]));
}

function withPatterns({ Condition: conditions, ...statement }: any): any {
  if (!conditions) { return statement; }
  const operator = (name: string, values: unknown) => JSON.stringify(values).includes('*') ? WITH_PATTERNS[name] ?? name : name;
  return { ...statement, Condition: Object.fromEntries(Object.entries(conditions).map(([name, values]) => [operator(name, values), values])) };
}

function written(value: any): any {
  if (Array.isArray(value)) { return value.map(written); }
  if (typeof value !== 'object' || value === null) { return value; }
  if ('Ref' in value) { return `\${${value.Ref}}`; }
  if ('Fn::GetAtt' in value) { return `\${${value['Fn::GetAtt'].join('.')}}`; }
  if ('Fn::Join' in value) { return value['Fn::Join'][1].map(written).join(value['Fn::Join'][0]); }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, written(member)]));
}
