/**
 * With whom a key can be shared. IAM knows principals of several kinds; of them, a resource policy of the service and the trust policy
 * of a role both take only accounts, roles, users and their sessions (User Guide, "Resource-based policies": accounts and IAM
 * entities). `*` is everybody, unless a condition says whose identities are meant.
 */
import { createHash } from 'crypto';
import { IPrincipal, PrincipalWithConditions } from 'aws-cdk-lib/aws-iam';
import { Aws, Stack, Token } from 'aws-cdk-lib/core';
import { PaymentKeyError } from './errors';

/** A principal that a key can be shared with. */
export interface ShareablePrincipal {
  /** As policies name it. */
  readonly principal: IPrincipal;
  /** The same for the same principal, and part of construct ids: its account, or else a hash. */
  readonly id: string;
  /** For errors. */
  readonly name: string;
  /** Whether it is everybody whom a condition on the organization, account or principal lets pass. */
  readonly isNarrowedEverybody: boolean;
}

/** Kinds of principals that cannot use a key, and with whom to share instead. */
const OTHER_KINDS: Readonly<Record<string, string>> = {
  Service: 'an AWS service, and services do not use payment keys. Share the key with the role that the service assumes',
  Federated: 'an identity provider, whose users reach AWS by roles. Share the key with such a role',
  CanonicalUser: 'a canonical user id, which only Amazon S3 knows. Share the key with the account',
};

/** What `Principal.AWS` may be, but for `*` (IAM User Guide: AWS JSON policy elements, Principal). The first group is the account. */
const ACCOUNT = /^(\d{12})$/;
const WHOLE_ACCOUNT = /^arn:[a-z-]+:iam::(\d{12}):root$/;
const IDENTITIES = [
  ACCOUNT, WHOLE_ACCOUNT,
  /^arn:[a-z-]+:iam::(\d{12}):(?:role|user)\/[^*?]+$/,
  /^arn:[a-z-]+:sts::(\d{12}):(?:assumed-role|federated-user)\/[^*?]+$/,
];

/**
 * Condition keys that tell whose identity it is, and what each must be compared with, so that not everybody passes: `arn:aws:iam::*:role/x`
 * may be anybody's role. In these operators; `…IfExists`, `ForAllValues` and `Null` let others pass.
 */
const WHOSE: Readonly<Record<string, RegExp>> = {
  'aws:principalorgid': /^o-[a-z0-9]{10,32}$/,
  'aws:principalorgpaths': /^o-[a-z0-9]{10,32}\//,
  'aws:principalaccount': /^\d{12}$/,
  'aws:principalarn': /^arn:[a-z-]+:(iam|sts)::\d{12}:/,
};
const COMPARES = /^(ForAnyValue:)?(String(Equals|EqualsIgnoreCase|Like)|Arn(Equals|Like))$/;

const EVERYBODY = '*';
const STAND_IN_PARTITION = 'aws';

/**
 * Refuses a principal that a key cannot be shared with.
 *
 * @throws InvalidPrincipal, PrincipalInOwnAccount
 */
export function shareablePrincipal(path: string, stack: Stack, keyAccount: string, principal: IPrincipal): ShareablePrincipal {
  const { policyFragment, principalAccount } = principal;
  const kinds: Record<string, unknown[]> = stack.resolve(policyFragment.principalJson);
  const conditions: Record<string, Record<string, unknown>> = stack.resolve(policyFragment.conditions);
  const refuse = (what: string) => new PaymentKeyError('InvalidPrincipal', `${path}: the key cannot be shared with ${what}`);
  const other = Object.keys(kinds).find(kind => kind in OTHER_KINDS);
  if (other !== undefined) { throw refuse(`${JSON.stringify(kinds[other][0])}, which is ${OTHER_KINDS[other]}`); }

  const identities = Object.values(kinds).flat().map(written);
  const isEverybody = identities.includes(EVERYBODY);
  if (isEverybody && !saysWhose(conditions)) {
    throw refuse('everybody. Name accounts, roles or users; or an organization, for example new OrganizationPrincipal(\'o-…\')');
  }
  const known = identities.filter(identity => identity !== undefined && identity !== EVERYBODY) as string[];
  const invalid = known.find(identity => accountOf(identity) === undefined);
  if (invalid !== undefined) { throw refuse(`'${invalid}'. ${ADVICE}`); }
  if ([principalAccount, ...known.map(accountOf)].some(account => account === keyAccount || account === OWN_ACCOUNT)) {
    throw new PaymentKeyError('PrincipalInOwnAccount', `${path}: the principal is in the account of the key, where a grant is all that it needs, in every Region: key.grants`);
  }
  return {
    ...named(identities, kinds, conditions),
    isNarrowedEverybody: isEverybody,
    principal: isEverybody ? exceptOwnAccount(principal, keyAccount) : principal,
  };
}

/**
 * Everybody in an organization is also everybody in the account of the key, and whom a policy lets in within the own account needs no
 * identity policy besides (User Guide, "Resource-based policies"). There, grants decide.
 */
function exceptOwnAccount(principal: IPrincipal, keyAccount: string): IPrincipal {
  const { StringNotEquals: unequal = {} } = principal.policyFragment.conditions as Record<string, Record<string, unknown>>;
  const key = Object.keys(unequal).find(name => name.toLowerCase() === ACCOUNT_KEY.toLowerCase()) ?? ACCOUNT_KEY;
  return new PrincipalWithConditions(principal, { StringNotEquals: { [key]: [unequal[key] ?? [], keyAccount].flat() } });
}

const ACCOUNT_KEY = 'aws:PrincipalAccount';

const ADVICE = 'Expected an account, for example new AccountPrincipal(\'444455556666\'), or the ARN of a role or user without wildcards. To let in roles '
  + 'by their names, share it with their account under a condition: new AccountPrincipal(…).withConditions({ ArnLike: { \'aws:PrincipalArn\': … } })';

/** Stands for the account of the stack, whichever that is: `AccountRootPrincipal`. */
const OWN_ACCOUNT = Aws.ACCOUNT_ID;

/** `undefined` for what is no principal. */
function accountOf(identity: string): string | undefined {
  return identity === OWN_ACCOUNT ? OWN_ACCOUNT : IDENTITIES.map(pattern => pattern.exec(identity)?.[1]).find(account => account !== undefined);
}

/** The text of a principal, in any partition; `undefined` when it is not known before the deployment. */
function written(identity: unknown): string | undefined {
  if (typeof identity === 'string') { return identity; }
  const parts: unknown[] = (identity as any)?.['Fn::Join']?.[1] ?? [];
  const refs = parts.map(part => (part as any)?.Ref);
  if (refs.includes('AWS::AccountId')) { return OWN_ACCOUNT; }
  const texts = parts.map((part, index) => refs[index] === 'AWS::Partition' ? STAND_IN_PARTITION : part);
  return parts.length > 0 && texts.every(text => typeof text === 'string') ? texts.join('') : undefined;
}

function saysWhose(conditions: Record<string, Record<string, unknown>>): boolean {
  return Object.entries(conditions).filter(([operator]) => COMPARES.test(operator)).flatMap(([, keys]) => Object.entries(keys))
    .some(([key, values]) => key.toLowerCase() in WHOSE && [values].flat().every(value => matches(WHOSE[key.toLowerCase()], written(value))));
}

/** What only the deployment knows may match. */
const matches = (pattern: RegExp, text: string | undefined) => text === undefined || pattern.test(text);

function named(identities: readonly (string | undefined)[], kinds: object, conditions: object): Pick<ShareablePrincipal, 'id' | 'name'> {
  const known = identities.map(identity => identity ?? 'a principal that the template does not know').join(', ');
  const isConditional = Object.keys(conditions).length > 0;
  const [account] = [ACCOUNT, WHOLE_ACCOUNT].map(pattern => pattern.exec(identities.length === 1 ? identities[0] ?? '' : '')?.[1]).filter(one => one !== undefined);
  if (account !== undefined && !isConditional) { return { id: account, name: `account ${account}` }; }
  return {
    id: createHash('sha256').update(JSON.stringify([kinds, conditions])).digest('hex').slice(0, 8),
    name: isConditional ? `${known} under conditions` : known,
  };
}

/** Whether two accounts are known to be different. */
export function isOtherAccount(one: string, other: string): boolean {
  return !Token.isUnresolved(one) && !Token.isUnresolved(other) && one !== other;
}
