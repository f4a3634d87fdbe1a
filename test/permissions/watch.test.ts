import { Template } from 'aws-cdk-lib/assertions';
import { AccountRootPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { App, Stack } from 'aws-cdk-lib/core';
import { DEPLOYMENT } from './deployment';
import { foreignKey } from './foreign-key';
import { IamRequest, iamRequests } from './iam-request';
import { Policies } from './policies';
import { statementsOfRole } from './provider-policies';
import { recordedWatch } from './recorded-watch';
import { denied, unusedGrants } from './usage';
import {
  AccountDefaultReplication, KeyReplication, MultiRegionPaymentKey, PaymentKeySpec, PaymentKeyWatch, RegionalAlias, RegionalTags,
} from '../../src';
import { ACCOUNT_DEFAULT_REPLICATION } from '../../src/provider/contract/account-default-replication';
import { ADOPTED_PAYMENT_KEY } from '../../src/provider/contract/adopted-payment-key';
import { FINDING_EVENT_SOURCE } from '../../src/provider/contract/finding-codes';
import { KEY_REPLICATION } from '../../src/provider/contract/key-replication';
import { STACK_ID_TAG } from '../../src/provider/contract/ownership-tags';
import { REGIONAL_ALIAS } from '../../src/provider/contract/regional-alias';
import { REGIONAL_TAGS } from '../../src/provider/contract/regional-tags';
import { operations } from '../emulator/payment-cryptography.model.json';
import { ACCOUNT, REGION, STACK_ID } from '../lifecycle/world';
import { WatchedStack } from '../provider/watch/watched-stack';

/*
 * What a watch asks for that watches a resource of each kind: when all is as declared, and when everything differs. All of it is
 * allowed, all that is allowed is asked for, and nothing that changes anything is.
 */

const WEST = 'us-west-2';
const OTHER_STACK = STACK_ID.replace('payments', 'others');
const EVENT_BUS = `arn:aws:events:${REGION}:${ACCOUNT}:event-bus/default`;
const KEY = `arn:aws:payment-cryptography:${REGION}:${ACCOUNT}:key/aaaaaaaaaaaaaaaa`;
const POLICY = JSON.stringify({
  Version: '2012-10-17', Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'payment-cryptography:EncryptData', Resource: '*' }],
});

/** The role of a watch, in a stack with these constructs beside a key. */
function policiesOf(declare: (stack: Stack, key: MultiRegionPaymentKey) => void = () => undefined): Policies {
  const stack = new Stack(new App(), 'Payments');
  const key = new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: [WEST] });
  const watch = new PaymentKeyWatch(stack, 'Watch');
  declare(stack, key);
  const template = Template.fromStack(stack).toJSON();
  return new Policies(statementsOfRole(stack.resolve(watch.role.roleName).Ref, template, DEPLOYMENT), ACCOUNT, REGION);
}

function everyKind(stack: Stack, key: MultiRegionPaymentKey): void {
  const foreign = (id: string) => MultiRegionPaymentKey.fromKeyArn(stack, id, KEY.replace(/a$/, id.charAt(0).toLowerCase()));
  key.addToResourcePolicy(new PolicyStatement({ actions: ['payment-cryptography:EncryptData'], principals: [new AccountRootPrincipal()], resources: ['*'] }));
  key.addAlias('alias/cvk');
  MultiRegionPaymentKey.adopt(stack, 'Adopted', { key: foreign('First') });
  new KeyReplication(stack, 'Replication', { key: foreign('Second'), replicationRegions: [WEST] });
  const third = foreign('Third');
  new RegionalAlias(stack, 'Alias', { key: third, aliasName: 'alias/third' });
  new RegionalTags(stack, 'Tags', { key: third, tags: { team: 'cards' } });
  new AccountDefaultReplication(stack, 'Defaults', { regions: [WEST] });
}
const ofEveryKind = policiesOf(everyKind);

/** Lambda itself writes the log, with the function's permissions. */
const LOGGING: IamRequest[] = ['logs:CreateLogStream', 'logs:PutLogEvents']
  .map(action => ({ action, resource: `${DEPLOYMENT.logGroupArn.replace(/:\*$/, '')}:log-stream:2026/01/01/[$LATEST]0123`, context: {} }));

/** A stack with a resource of each kind, as the emulator has it. */
async function deployed(): Promise<{ readonly stack: WatchedStack; readonly key: string; readonly others: readonly string[] }> {
  const stack = await WatchedStack.start();
  const key = await stack.key({ Tags: { team: 'cards' }, ResourcePolicy: POLICY, Enabled: true });
  const others = [await foreignKey(stack.world, [WEST]), await foreignKey(stack.world), await foreignKey(stack.world, [WEST])];
  stack.settle();
  const [first, second, third] = others;
  await stack.attached('Adopted', ADOPTED_PAYMENT_KEY, {
    KeyArn: first, Tags: { team: 'cards' }, WaitForReplication: true, RestoreIfPending: false, ReplicationRegions: [WEST], ResourcePolicy: POLICY,
  });
  await stack.attached('Replication', KEY_REPLICATION, { KeyArn: second, ReplicationRegions: [WEST], WaitForReplication: true });
  await stack.attached('Alias', REGIONAL_ALIAS, { AliasName: 'alias/cvk', KeyArn: key, Regions: [REGION, WEST] });
  await stack.attached('Tags', REGIONAL_TAGS, { KeyArn: third, Tags: { team: 'cards' }, Regions: [REGION, WEST] });
  await stack.attached('Defaults', ACCOUNT_DEFAULT_REPLICATION, { Regions: [WEST] });
  stack.settle();
  return { stack, key, others };
}

/** What others change, one thing of each kind; each sweep after one of these. */
const CHANGES: Readonly<Record<string, (stack: WatchedStack, key: string, others: readonly string[]) => Promise<unknown>>> = {
  'a disabled key without its replica': async (stack, key) => {
    await stack.byHand('StopKeyUsage', { KeyIdentifier: key });
    await stack.byHand('RemoveKeyReplicationRegions', { KeyIdentifier: key, ReplicationRegions: [WEST] });
  },
  'other tags, another policy': async (stack, key) => {
    await stack.byHand('TagResource', { ResourceArn: key, Tags: [{ Key: 'team', Value: 'theirs' }] });
    await stack.byHand('DeleteResourcePolicy', { ResourceArn: key });
  },
  'an alias that is gone, other defaults': async stack => {
    await stack.byHand('DeleteAlias', { AliasName: 'alias/cvk' }, WEST);
    await stack.byHand('DisableDefaultKeyReplicationRegions', { ReplicationRegions: [WEST] });
  },
  'an alias of another key': (stack, _, [first]) => stack.byHand('UpdateAlias', { AliasName: 'alias/cvk', KeyArn: first }),
  'a replica that is in progress': async (stack, _, [, second]) => {
    stack.world.emulator.setReplicationOutcome(WEST, { kind: 'stays in progress' });
    await stack.byHand('RemoveKeyReplicationRegions', { KeyIdentifier: second, ReplicationRegions: [WEST] });
    stack.settle();
    await stack.byHand('AddKeyReplicationRegions', { KeyIdentifier: second, ReplicationRegions: [WEST] });
  },
  'a key that another stack adopted': (stack, _, [first]) => stack.byHand('TagResource', { ResourceArn: first, Tags: [{ Key: STACK_ID_TAG, Value: OTHER_STACK }] }),
  'keys that are pending deletion': async (stack, key, [, second, third]) => {
    for (const KeyIdentifier of [key, second, third]) { await stack.byHand('DeleteKey', { KeyIdentifier, DeleteKeyInDays: 3 }); }
  },
  'keys that are gone': async stack => stack.world.clock.advance(4 * 86_400),
};

describe('what a watch asks for', () => {
  const asked: IamRequest[] = [];
  const codes = new Set<string>();

  beforeAll(async () => {
    const { stack, key, others } = await deployed();
    const ports = recordedWatch(stack.ports, { table: DEPLOYMENT.tableArn, eventBus: EVENT_BUS }, request => asked.push(request));
    const record = async () => {
      stack.world.clock.advance(3_600);
      stack.world.emulator.log.clear();
      await stack.invoke(ports);
      const entries = stack.world.emulator.log.entries.filter(({ accessKeyId }) => accessKeyId === 'AKIATEST');
      asked.push(...(await Promise.all(entries.map(entry => iamRequests(entry, ACCOUNT)))).flat());
      stack.findings.forEach(({ code }) => codes.add(code));
    };
    try {
      await record();
      expect(stack.findings).toEqual([]);
      for (const change of Object.values(CHANGES)) {
        await change(stack, key, others);
        stack.settle();
        await record();
      }
    } finally {
      await stack.close();
    }
  }, 120_000);

  test('is recorded from sweeps that find something of every resource', () => {
    expect([...codes].sort()).toEqual([
      'ALIAS_MISSING', 'ALIAS_MOVED', 'DEFAULTS_CHANGED', 'KEY_DISABLED', 'KEY_MISSING', 'KEY_PENDING_DELETION', 'OWNER_CHANGED', 'POLICY_CHANGED',
      'REPLICA_IN_PROGRESS', 'REPLICA_MISSING', 'TAG_CHANGED',
    ]);
    expect(asked.length).toBeGreaterThan(200);
  });

  test('is all allowed', async () => {
    expect(await denied(asked, ofEveryKind)).toEqual([]);
  }, 60_000);

  test('is all that its role is allowed: whatever is taken away is missed', async () => {
    expect(await unusedGrants([...asked, ...LOGGING], ofEveryKind)).toEqual([]);
    expect(new Set(ofEveryKind.statements.map(({ Sid }) => Sid)).size).toBe(10);
  }, 120_000);

  test('is nothing that could change a key, an alias, a tag or a request of CloudFormation', () => {
    const actions = [...new Set(asked.map(({ action }) => action))];
    expect(actions.filter(action => !/^[\w-]+:(Get|List)/.test(action)).sort()).toEqual(['dynamodb:PutItem', 'events:PutEvents']);
    const written = asked.filter(({ action }) => action === 'dynamodb:PutItem').flatMap(({ context }) => context['dynamodb:LeadingKeys']);
    expect(new Set(written)).toEqual(new Set(['watch/Watch']));
  });
});

describe('what a watch cannot do', () => {
  const allowed = async (request: IamRequest, policies = ofEveryKind) => (await policies.verdict(request)).allowed;
  const OWN = { [`aws:ResourceTag/${STACK_ID_TAG}`]: STACK_ID, [`aws:RequestTag/${STACK_ID_TAG}`]: STACK_ID };
  const READS = ['GetAlias', 'GetDefaultKeyReplicationRegions', 'GetKey', 'GetResourcePolicy', 'ListTagsForResource'];
  const resources = [KEY, KEY.replace(REGION, WEST), KEY.replace(/key\/.*/, 'alias/cvk'), '*'];

  test('any operation of the control plane but five reads, whatever it is asked about', async () => {
    const names = Object.keys(operations);
    expect(names.length).toBeGreaterThan(30);
    const may = await Promise.all(names.map(async name => {
      const verdicts = await Promise.all(resources.map(resource => allowed({ action: `payment-cryptography:${name}`, resource, context: OWN }).catch(() => false)));
      return verdicts.some(Boolean);
    }));
    expect(names.filter((_, index) => may[index]).sort()).toEqual(READS);
  }, 60_000);

  test.each(['EncryptData', 'DecryptData', 'GenerateCardValidationData', 'TranslatePinData', 'GenerateMac'])('%s, or another use of a key', async operation => {
    expect(await allowed({ action: `payment-cryptography:${operation}`, resource: KEY, context: OWN })).toBe(false);
  });

  const table = (action: string, id: string): IamRequest =>
    ({ action: `dynamodb:${action}`, resource: DEPLOYMENT.tableArn, context: { 'dynamodb:LeadingKeys': [id] } });
  test('to write what is a resource\'s or the rate limiter\'s in the ledger', async () => {
    expect(await allowed(table('PutItem', 'watch/Watch'))).toBe(true);
    for (const id of ['Cvk', 'Cvk/properties/r1', 'quota/us-east-1', 'watch']) { expect(await allowed(table('PutItem', id))).toBe(false); }
    for (const action of ['UpdateItem', 'DeleteItem', 'Scan', 'Query', 'BatchWriteItem']) { expect(await allowed(table(action, 'watch/Watch'))).toBe(false); }
    expect(await allowed({ ...table('PutItem', 'watch/Watch'), resource: `${DEPLOYMENT.tableArn}-other` })).toBe(false);
  });

  test('to tell events of others, or another bus', async () => {
    const put = (resource: string, source: string) => ({ action: 'events:PutEvents', resource, context: { 'events:source': [FINDING_EVENT_SOURCE, source] } });
    expect(await allowed(put(EVENT_BUS, FINDING_EVENT_SOURCE))).toBe(true);
    expect(await allowed(put(EVENT_BUS, 'com.example.payments'))).toBe(false);
    expect(await allowed(put(`${EVENT_BUS}-other`, FINDING_EVENT_SOURCE))).toBe(false);
  });

  test('to list another stack, or to ask more about its own', async () => {
    const ask = (operation: string, resource: string) => ({ action: `cloudformation:${operation}`, resource, context: {} });
    expect(await allowed(ask('ListStackResources', STACK_ID))).toBe(true);
    expect(await allowed(ask('ListStackResources', OTHER_STACK))).toBe(false);
    for (const operation of ['UpdateStack', 'DeleteStack', 'GetTemplate', 'ContinueUpdateRollback']) { expect(await allowed(ask(operation, STACK_ID))).toBe(false); }
  });

  test('to read the resource policy of a key of others', async () => {
    const ask = (stackId: string) => ({ action: 'payment-cryptography:GetResourcePolicy', resource: KEY, context: { [`aws:ResourceTag/${STACK_ID_TAG}`]: stackId } });
    expect(await allowed(ask(STACK_ID))).toBe(true);
    expect(await allowed(ask(OTHER_STACK))).toBe(false);
  });

  test.each([['GetAlias', KEY.replace(/key\/.*/, 'alias/cvk')], ['GetDefaultKeyReplicationRegions', '*'], ['GetResourcePolicy', KEY]])(
    '%s in a stack that declares nothing of the kind', async (operation, resource) => {
      const request = { action: `payment-cryptography:${operation}`, resource, context: OWN };
      expect(await allowed(request)).toBe(true);
      expect(await allowed(request, policiesOf())).toBe(false);
    });
});
