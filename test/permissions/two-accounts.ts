import { createHash } from 'crypto';
import { runSimulation } from '@cloud-copilot/iam-simulate';
import { Template } from 'aws-cdk-lib/assertions';
import { App, Stack } from 'aws-cdk-lib/core';
import { References, resolved } from './intrinsics';
import { ADOPTED_PAYMENT_KEY } from '../../src/provider/contract/adopted-payment-key';
import { MULTI_REGION_PAYMENT_KEY } from '../../src/provider/contract/multi-region-payment-key';
import { REGIONAL_ALIAS } from '../../src/provider/contract/regional-alias';

/** A statement of a policy of either kind. */
export interface AnyStatement {
  readonly Effect: string;
  readonly Action: string | string[];
  readonly Resource?: string | string[];
  readonly Principal?: unknown;
  readonly Condition?: Record<string, Record<string, string | string[]>>;
}

/** What IAM knows of a role: who may assume it, and what it may do. */
export interface KnownRole {
  readonly arn: string;
  readonly trust: readonly AnyStatement[];
  readonly statements: readonly AnyStatement[];
}

/** What the service knows of a key of its own account. */
export interface KnownKey {
  /** Of the primary. */
  readonly arn: string;
  readonly policy: readonly AnyStatement[];
  readonly aliases: readonly string[];
}

/** What stands in all templates of an app, by construct paths, as it is deployed; also what its stack sets deploy. */
export interface Deployed {
  readonly roles: Readonly<Record<string, KnownRole>>;
  readonly keys: Readonly<Record<string, KnownKey>>;
}

/** Where an account is in an organization, as IAM tells it of a principal. */
export interface Membership {
  readonly organization: string;
  readonly path: string;
}

const accountOf = (arn: string) => arn.split(':')[4];
const regionOf = (arn: string) => arn.split(':')[3];
const KEY_TYPES = [MULTI_REGION_PAYMENT_KEY, ADOPTED_PAYMENT_KEY];

/** A template, and where it is deployed. */
interface DeployedTemplate {
  readonly name: string;
  readonly account: string;
  readonly region: string;
  readonly template: any;
  readonly parameters: References;
}

/** What an app deploys. Keys get ids of their own, which only the deployment of their stack knows. */
export function deployed(apps: readonly App[], memberOfStackSets: string): Deployed {
  const stacks = apps.flatMap(app => app.node.findAll().filter(Stack.isStack)).filter(({ account }) => /^\d{12}$/.test(account)).map(templateOf);
  const found = [...stacks, ...stacks.flatMap(one => stackSets(one, memberOfStackSets))].map(inTemplate);
  return { roles: Object.assign({}, ...found.map(({ roles }) => roles)), keys: Object.assign({}, ...found.map(({ keys }) => keys)) };
}

function templateOf(stack: Stack): DeployedTemplate {
  const { stackName: name, account, region } = stack;
  return { name, account, region, template: Template.fromStack(stack).toJSON(), parameters: {} };
}

function stackSets(one: DeployedTemplate, account: string): DeployedTemplate[] {
  return ofType(one, 'AWS::CloudFormation::StackSet').map(([, { Properties }]) => ({
    name: Properties.StackSetName,
    account,
    region: Properties.StackInstancesGroup[0].Regions[0],
    template: JSON.parse(Properties.TemplateBody),
    parameters: Object.fromEntries(Properties.Parameters.map(({ ParameterKey, ParameterValue }: any) =>
      [ParameterKey, resolved<string>(ParameterValue, referencesOf(one))])),
  }));
}

const ofType = ({ template }: DeployedTemplate, ...types: string[]) =>
  (Object.entries(template.Resources ?? {}) as [string, any][]).filter(([, { Type }]) => types.includes(Type));

const keyId = (stack: string, id: string) => createHash('sha256').update(`${stack}/${id}`).digest('hex').slice(0, 16);

function referencesOf(one: DeployedTemplate): References {
  const { name, account, region, parameters } = one;
  const keys = ofType(one, ...KEY_TYPES).flatMap(([id]) =>
    [[`${id}.KeyArn`, `arn:aws:payment-cryptography:${region}:${account}:key/${keyId(name, id)}`], [`${id}.KeyId`, keyId(name, id)]]);
  const roles = ofType(one, 'AWS::IAM::Role').flatMap(([id, { Properties }]) => {
    const roleName = Properties.RoleName ?? `${name}-${id}`;
    return [[id, roleName], [`${id}.Arn`, `arn:aws:iam::${account}:role/${roleName}`]];
  });
  return { 'AWS::Partition': 'aws', 'AWS::AccountId': account, 'AWS::Region': region, ...parameters, ...Object.fromEntries([...keys, ...roles]) };
}

function inTemplate(one: DeployedTemplate): Deployed {
  const references = referencesOf(one);
  const policies = ofType(one, 'AWS::IAM::Policy').map(([, { Properties }]) => Properties);
  const aliases = ofType(one, REGIONAL_ALIAS).map(([, { Properties }]) => Properties);
  const statementsOf = (document: any) => resolved<AnyStatement[]>(document.Statement, references);
  const roles = ofType(one, 'AWS::IAM::Role').filter(([id]) => !id.startsWith('PaymentKeyProvider')).map(([id, { Properties }]) => [`${one.name}/${id}`, {
    arn: references[`${id}.Arn`],
    trust: statementsOf(Properties.AssumeRolePolicyDocument),
    statements: policies.filter(({ Roles }) => Roles.some(({ Ref }: any) => Ref === id)).flatMap(({ PolicyDocument: its }) => statementsOf(its)),
  }]);
  const keys = ofType(one, ...KEY_TYPES).map(([id, { Properties }]) => {
    const arn = references[`${id}.KeyArn`];
    const text = Properties.ResourcePolicy && resolved<string>(Properties.ResourcePolicy, references);
    const policy = text ? JSON.parse(text).Statement : [];
    const own = aliases.filter(({ KeyArn }) => resolved<string>(KeyArn, references) === arn);
    return [`${one.name}/${id}`, { arn, policy, aliases: own.map(({ AliasName }) => AliasName) }];
  });
  return { roles: Object.fromEntries(roles), keys: Object.fromEntries(keys) };
}

/** A request by a role: with its own credentials, or with those of a role that it assumes first. */
export interface Request {
  readonly by: KnownRole;
  readonly assumed?: KnownRole;
  readonly externalId?: string;
  readonly operation: string;
  readonly key: KnownKey;
  readonly region: string;
}

/** Whether IAM lets a request pass, as the accounts of both sides judge. */
export async function passes({ by, assumed, externalId, operation, key, region }: Request, membership?: Membership): Promise<boolean> {
  const told: Context = externalId === undefined ? {} : { 'sts:ExternalId': externalId };
  if (assumed && !await allows(by, 'sts:AssumeRole', assumed.arn, assumed.trust, { ...told, ...contextOf(membership) })) { return false; }
  const resource = key.arn.replace(`:${regionOf(key.arn)}:`, `:${region}:`);
  // A replica has no resource policy.
  const policy = region === regionOf(key.arn) ? key.policy : [];
  return allows(assumed ?? by, `payment-cryptography:${operation}`, resource, policy, {
    'payment-cryptography:ResourceAliases': [...key.aliases],
    ...assumed ? {} : contextOf(membership),
  });
}

type Context = Record<string, string | string[]>;

const contextOf = (membership: Membership | undefined): Context =>
  membership ? { 'aws:PrincipalOrgID': membership.organization, 'aws:PrincipalOrgPaths': [membership.path] } : {};

async function allows(role: KnownRole, action: string, resource: string, policy: readonly AnyStatement[], context: Context): Promise<boolean> {
  const account = accountOf(role.arn);
  const response = await runSimulation({
    request: {
      principal: `arn:aws:sts::${account}:assumed-role/${role.arn.split('/').pop()}/session`,
      action,
      resource: { resource, accountId: accountOf(resource) },
      contextVariables: {
        'aws:PrincipalAccount': account,
        'aws:PrincipalArn': role.arn,
        ...context,
      },
    },
    identityPolicies: [{ name: 'role', policy: { Version: '2012-10-17', Statement: role.statements } }],
    ...policy.length > 0 && { resourcePolicy: { Version: '2012-10-17', Statement: policy } },
    serviceControlPolicies: [],
    resourceControlPolicies: [],
  }, {});
  if (response.resultType !== 'single') {
    throw new Error(`${action} on ${resource} cannot be evaluated: ${JSON.stringify('errors' in response ? response.errors : response)}`);
  }
  return response.overallResult === 'Allowed';
}

/** The same statements with one action or one resource less, in every way: what such a change does to no request is not needed. */
export function narrowings(statements: readonly AnyStatement[]): { readonly less: string; readonly statements: AnyStatement[] }[] {
  return statements.flatMap((statement, index) => (['Action', 'Resource'] as const).flatMap(part => [statement[part] ?? []].flat().map(value => {
    const kept = [statement[part]!].flat().filter(other => other !== value);
    const replaced = kept.length > 0 ? [{ ...statement, [part]: kept }] : [];
    return { less: `${part} ${value}`, statements: [...statements.slice(0, index), ...replaced, ...statements.slice(index + 1)] };
  })));
}
