/**
 * Keys that are shared with other accounts, as docs/organizations.md says, judged in both accounts: that of the keys by resource policies
 * and trust policies, the other one by the policies of its roles.
 */
import { isWildcardOnlyAction } from '@cloud-copilot/iam-simulate';
import { AccountPrincipal, IPrincipal, OrganizationPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { App, Stack } from 'aws-cdk-lib/core';
import { AnyStatement, deployed, Deployed, KnownKey, KnownRole, Membership, narrowings, passes, Request } from './two-accounts';
import { MultiRegionPaymentKey, PaymentKeyOperation, PaymentKeyShareOptions, PaymentKeySpec, SharedPaymentKey } from '../../src';
import { operations as ofDataPlane } from '../emulator/payment-cryptography-data.model.json';
import { operations as ofControlPlane } from '../emulator/payment-cryptography.model.json';
import { examplesIn, synthesizedApps } from '../example-apps';

// The newest aws-cdk-lib validates every template, and refuses one without a resource.
process.env.CDK_VALIDATION = 'false';

const [KEYS, CONSUMER, STRANGER] = ['111122223333', '444455556666', '999999999999'];
const REGIONS = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1'];
const MEMBERSHIP: Membership = { organization: 'o-exampleorgid', path: 'o-exampleorgid/r-ab12/ou-ab12-11111111/ou-ab12-22222222/' };
const { VERIFY_CARD_VALIDATION_DATA } = PaymentKeyOperation;

const only = <T>(all: Readonly<Record<string, T>>, pattern: RegExp): T => {
  const found = Object.entries(all).filter(([name]) => pattern.test(name));
  if (found.length !== 1) { throw new Error(`${pattern} names ${found.length} of ${Object.keys(all).join(', ')}`); }
  return found[0][1];
};
const roleFor = ({ roles }: Deployed) => only(roles, /\/PaymentKeyConsumer/);

/** Who is to do what, and in which way, in all. */
interface Sharing {
  readonly deployment: Deployed;
  readonly requests: readonly Request[];
  readonly membership?: Membership;
}

const example = (heading: string) => examplesIn('docs/organizations.md').filter(({ name }) => name === heading);

/** The app of the keys, and that of the other account, which has been told what the first one's outputs say. */
function inTwoApps(): Sharing {
  const [ofKeys, ofConsumer] = example('One account for keys');
  const first = synthesizedApps(ofKeys);
  const told = deployed(first, CONSUMER);
  const [pek, pvk] = [/\/Pek/, /\/Pvk/].map(pattern => only(told.keys, pattern));
  const code = ofConsumer.code.replace(/arn:.*kwapwa6qaifllw2h/, pek.arn).replace(/arn:.*solqyoqcexg3hlra/, pvk.arn);
  expect(code).toContain(roleFor(told).arn);
  const deployment = deployed([...first, ...synthesizedApps({ ...ofConsumer, code })], CONSUMER);
  const by = only(deployment.roles, /\/PinService/);
  const operation = 'VerifyPinData';
  return {
    deployment,
    requests: [pek, pvk].flatMap(key => [
      { by, operation, key, region: 'us-east-1' },
      { by, operation, key, region: 'us-west-2', assumed: roleFor(deployment) },
    ]),
  };
}

function byAlias(): Sharing {
  const deployment = deployed(synthesizedApps(example('By the role and the alias only')[0]), CONSUMER);
  return {
    deployment,
    requests: ['us-east-1', 'us-west-2'].map(region => ({
      by: only(deployment.roles, /\/Translator/), assumed: roleFor(deployment), operation: 'TranslatePinData', key: only(deployment.keys, /Version2026/), region,
    })),
  };
}

function inOrganization(): Sharing {
  const deployment = deployed(synthesizedApps(example('An organization, and StackSets for its accounts')[0]), CONSUMER);
  return {
    deployment,
    membership: MEMBERSHIP,
    requests: ['us-east-1', 'us-west-2'].map(region => ({
      by: only(deployment.roles, /^payment-key-consumers\//), assumed: roleFor(deployment), operation: 'VerifyCardValidationData', key: only(deployment.keys, /Cvk/), region,
    })),
  };
}

function inStages(): Sharing {
  const deployment = deployed(synthesizedApps(example('Pipelines across accounts')[0]), CONSUMER);
  return {
    deployment,
    requests: ['us-west-2', 'eu-west-1'].flatMap(stage => ['us-west-2', 'eu-west-1'].map(region => ({
      by: only(deployment.roles, new RegExp(`^Authorizer-${stage}-`)),
      assumed: roleFor(deployment),
      operation: 'VerifyCardValidationData',
      key: only(deployment.keys, /Cvk/),
      region,
    }))),
  };
}

/** What requests say besides. */
type Using = Partial<Request> & { readonly membership?: Membership };

/** A card verification key with a replica, shared and used by both ways. */
function declared(principal: IPrincipal, options: Partial<PaymentKeyShareOptions>, using: Using = {}): Sharing {
  const app = new App();
  const stack = new Stack(app, 'Keys', { env: { account: KEYS, region: 'us-east-1' } });
  const cvk = new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: [] });
  cvk.shareWith(principal, { operations: [VERIFY_CARD_VALIDATION_DATA], ...options });
  cvk.addReplicationRegion('us-west-2');
  cvk.addReplicationRegion('eu-west-1');
  const told = deployed([app], CONSUMER);
  const other = new App();
  const consumer = new Stack(other, 'Consumer', { env: { account: CONSUMER, region: 'us-east-1' } });
  SharedPaymentKey.fromAttributes({ keyArn: only(told.keys, /Cvk/).arn, operations: [VERIFY_CARD_VALIDATION_DATA], roleArn: roleFor(told).arn })
    .grantUse(new Role(consumer, 'Authorizer', { roleName: 'authorizer', assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
  const deployment = deployed([app, other], CONSUMER);
  const { membership, ...rest } = using;
  const request = { by: only(deployment.roles, /\/Authorizer/), operation: 'VerifyCardValidationData', key: only(deployment.keys, /Cvk/), ...rest };
  return {
    deployment,
    membership,
    requests: [{ ...request, region: 'us-east-1' }, ...['us-west-2', 'eu-west-1'].map(region => ({ ...request, region, assumed: roleFor(deployment) }))],
  };
}

const SHARINGS: Readonly<Record<string, () => Sharing>> = {
  'docs: one account for keys': inTwoApps,
  'docs: by the role and the alias': byAlias,
  'docs: an organization and a stack set': inOrganization,
  'docs: a pipeline': inStages,
  'an account, and Regions that came later': () => declared(new AccountPrincipal(CONSUMER), {}),
  'an account that names an external id': () => declared(new AccountPrincipal(CONSUMER), { externalId: 'issuer-42' }, { externalId: 'issuer-42' }),
  'roles of an account by their names': () => declared(new AccountPrincipal(CONSUMER).withConditions({ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${CONSUMER}:role/auth*` } }), {}),
  'an organization': () => declared(new OrganizationPrincipal(MEMBERSHIP.organization), {}, { membership: MEMBERSHIP }),
};

/** All that one can do with a key. */
async function operationsOnKeys(): Promise<string[]> {
  const names = [...Object.keys(ofControlPlane).filter(name => !/Alias|MpaTeam/.test(name)), ...Object.keys(ofDataPlane)];
  const onNoKey = await Promise.all(names.map(name => isWildcardOnlyAction('payment-cryptography', name)));
  return names.filter((_, index) => !onNoKey[index]);
}

const line = ({ by, assumed, operation, key, region }: Request) => `${by.arn}${assumed ? ' by the role' : ''}: ${operation} on ${key.arn} in ${region}`;
const ALL_OF_THEM: AnyStatement = { Effect: 'Allow', Action: ['payment-cryptography:*', 'sts:AssumeRole'], Resource: '*' };
const roleOf = (account: string, statements: readonly AnyStatement[], name = 'other'): KnownRole => ({ arn: `arn:aws:iam::${account}:role/${name}`, trust: [], statements });

describe.each(Object.keys(SHARINGS))('%s', name => {
  let sharing: Sharing;
  beforeAll(() => { sharing = SHARINGS[name](); });

  const refused = async (requests: readonly Request[], membership = sharing.membership) => {
    const outcomes = await Promise.all(requests.map(request => passes(request, membership)));
    return requests.filter((_, index) => !outcomes[index]).map(line);
  };

  test('lets the other account do what is shared', async () => {
    expect(sharing.requests.length).toBeGreaterThan(1);
    expect(await refused(sharing.requests)).toEqual([]);
  });

  test('lets it do nothing else, with any key, in any Region, in either way', async () => {
    const all = await operationsOnKeys();
    expect(all.length).toBeGreaterThan(25);
    const assumed = roleFor(sharing.deployment);
    const callers = [...new Set(sharing.requests.map(({ by }) => by))];
    const externalId = sharing.requests[0].externalId;
    const requests = callers.flatMap(by => Object.values(sharing.deployment.keys).flatMap(key => REGIONS.flatMap(region => all.flatMap(operation =>
      [{ by, key, region, operation }, { by, key, region, operation, assumed, externalId }]))));
    const denied = new Set(await refused(requests));
    expect(requests.map(line).filter(one => !denied.has(one)).sort()).toEqual(sharing.requests.map(line).sort());
  });

  test('allows nothing that is not needed, in either account', async () => {
    /** The requests, after something was taken from what one of those involved has. */
    const changed = (change: (request: Request) => Partial<Request>) => sharing.requests.map(request => ({ ...request, ...change(request) }));
    const unique = <T extends KnownRole | KnownKey>(all: readonly (T | undefined)[]) => [...new Set(all)].filter(one => one !== undefined);
    const without = [
      ...unique(sharing.requests.map(({ by }) => by)).flatMap(by => narrowings(by.statements).map(({ less, statements }) =>
        ({ less: `${by.arn} ${less}`, requests: changed(request => request.by === by ? { by: { ...by, statements } } : {}) }))),
      ...unique(sharing.requests.map(({ assumed }) => assumed)).flatMap(assumed => [
        ...narrowings(assumed.statements).map(({ less, statements }) => ({ less, changes: { statements } })),
        ...narrowings(assumed.trust).map(({ less, statements: trust }) => ({ less: `trust ${less}`, changes: { trust } })),
      ].map(({ less, changes }) => ({ less: `${assumed.arn} ${less}`, requests: changed(request => request.assumed ? { assumed: { ...assumed, ...changes } } : {}) }))),
      ...unique(sharing.requests.map(({ key }) => key)).flatMap(key => narrowings(key.policy).map(({ less, statements: policy }) =>
        ({ less: `${key.arn} ${less}`, requests: changed(request => request.key === key ? { key: { ...key, policy } } : {}) }))),
    ];
    expect(without.length).toBeGreaterThan(3);
    const unneeded = await Promise.all(without.map(async ({ less, requests }) => (await refused(requests)).length > 0 ? [] : [less]));
    expect(unneeded.flat()).toEqual([]);
  });

  test('lets in nobody who was not allowed by both accounts', async () => {
    const others = (by: KnownRole) => sharing.requests.map(request => ({ ...request, by }));
    const withoutPermission = roleOf(CONSUMER, [], sharing.requests[0].by.arn.split('/').pop());
    const elsewhere = { organization: 'o-otherorgidx', path: 'o-otherorgidx/r-ab12/ou-ab12-11111111/' };
    expect(await refused(others(withoutPermission))).toHaveLength(sharing.requests.length);
    expect(await refused(others(roleOf(STRANGER, [ALL_OF_THEM])), elsewhere)).toHaveLength(sharing.requests.length);
    // In the account of the keys, whoever has no permission of its own gets none by a share.
    expect(await refused(others(roleOf(KEYS, [])))).toHaveLength(sharing.requests.length);
  });
});

test('an external id that is missing or wrong does not open the role', async () => {
  const { requests } = SHARINGS['an account that names an external id']();
  const byRole = requests.filter(({ assumed }) => assumed);
  const outcomes = await Promise.all(byRole.flatMap(request => [undefined, 'issuer-43', 'issuer-42'].map(externalId => passes({ ...request, externalId }))));
  expect(outcomes).toEqual(byRole.flatMap(() => [false, false, true]));
});

test('a role of another name stays outside, where roles are let in by their names', async () => {
  const { requests } = SHARINGS['roles of an account by their names']();
  const outcomes = await Promise.all(requests.flatMap(request => ['issuer', 'authorizer-2'].map(name =>
    passes({ ...request, by: { ...request.by, arn: `arn:aws:iam::${CONSUMER}:role/${name}` } }))));
  expect(outcomes).toEqual(requests.flatMap(() => [false, true]));
});

test('another unit of the organization stays outside', async () => {
  const { requests } = SHARINGS['docs: an organization and a stack set']();
  const outcomes = await Promise.all(requests.map(request => passes(request, { ...MEMBERSHIP, path: 'o-exampleorgid/r-ab12/ou-ab12-99999999/' })));
  expect(outcomes).toEqual(requests.map(() => false));
});
