import { Template } from 'aws-cdk-lib/assertions';
import { CfnAlias, CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { App, Aspects, CfnResource, MissingRemovalPolicies, RemovalPolicies, RemovalPolicy, Resource, Stack } from 'aws-cdk-lib/core';
import { AccountDefaultReplication, KeyReplication, MultiRegionPaymentKey, PaymentKeySpec, RegionalAlias, RegionalTags } from '../src';
import { PaymentKeyError } from '../src/private/errors';

const FOREIGN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/kwapwa6qaifllw2h';
const KEY = 'Custom::MultiRegionPaymentKey';
const ALIAS = 'Custom::RegionalPaymentKeyAlias';

function declare(removalPolicy?: RemovalPolicy) {
  const app = new App();
  const stack = new Stack(app, 'Payments', { env: { account: '111122223333', region: 'us-east-1' } });
  const key = new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'], removalPolicy });
  return { app, stack, key };
}

const foreign = (stack: Stack, id: string) => MultiRegionPaymentKey.fromKeyArn(stack, id, FOREIGN);

/** Every construct that has a removal policy. */
const CONSTRUCTS: Record<string, (stack: Stack, key: MultiRegionPaymentKey) => Resource> = {
  MultiRegionPaymentKey: (_, key) => key,
  RegionalAlias: (stack, key) => new RegionalAlias(stack, 'Alias', { aliasName: 'alias/a', key }),
  RegionalTags: stack => new RegionalTags(stack, 'Tags', { key: foreign(stack, 'Foreign'), tags: { team: 'cards' } }),
  KeyReplication: stack => new KeyReplication(stack, 'Replication', { key: foreign(stack, 'Foreign'), replicationRegions: ['us-west-2'] }),
  AccountDefaultReplication: stack => new AccountDefaultReplication(stack, 'Defaults', { regions: ['us-west-2'] }),
};
const IN_TEMPLATE: [RemovalPolicy, string, string][] = [
  [RemovalPolicy.DESTROY, 'Delete', 'Delete'],
  [RemovalPolicy.RETAIN, 'Retain', 'Retain'],
  [RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE, 'RetainExceptOnCreate', 'Retain'],
];

/** Which policies a resource of the template has. */
function policiesOf(stack: Stack, construct: Resource): [string, string] {
  const logicalId = stack.getLogicalId(construct.node.defaultChild as CfnResource);
  const { DeletionPolicy, UpdateReplacePolicy } = Template.fromStack(stack).toJSON().Resources[logicalId];
  return [DeletionPolicy, UpdateReplacePolicy];
}
const policiesOfType = (stack: Stack, type: string) =>
  Object.values(Template.fromStack(stack).findResources(type)).map(({ DeletionPolicy }) => DeletionPolicy);
const warnings = (stack: Stack) => stack.node.findAll()
  .flatMap(({ node }) => node.metadata)
  .filter(({ type }) => type === 'aws:cdk:warning').map(({ data }) => data).join('\n');
const nameOf = (act: () => unknown): string => {
  try { act(); } catch (error) { return (error as PaymentKeyError).name; }
  return 'nothing was thrown';
};

describe.each(Object.keys(CONSTRUCTS))('%s', name => {
  test.each(IN_TEMPLATE)('applyRemovalPolicy(%s) is what CloudFormation is told', (policy, deletion, replacement) => {
    const { stack, key } = declare();
    const construct = CONSTRUCTS[name](stack, key);
    construct.applyRemovalPolicy(policy);
    expect(policiesOf(stack, construct)).toEqual([deletion, replacement]);
  });

  test.each(IN_TEMPLATE)('so is RemovalPolicies.of(stack).apply(%s)', (policy, deletion, replacement) => {
    const { stack, key } = declare();
    const construct = CONSTRUCTS[name](stack, key);
    RemovalPolicies.of(stack).apply(policy);
    expect(policiesOf(stack, construct)).toEqual([deletion, replacement]);
  });

  test('has no snapshots', () => {
    const { stack, key } = declare();
    const construct = CONSTRUCTS[name](stack, key);
    expect(nameOf(() => construct.applyRemovalPolicy(RemovalPolicy.SNAPSHOT))).toBe('RemovalPolicyNotSupported');
    RemovalPolicies.of(stack).snapshot();
    expect(nameOf(() => Template.fromStack(stack))).toBe('RemovalPolicyNotSupported');
  });

  test('has a policy, so that MissingRemovalPolicies changes nothing', () => {
    const before = declare();
    const expected = policiesOf(before.stack, CONSTRUCTS[name](before.stack, before.key));
    const { stack, key } = declare();
    const construct = CONSTRUCTS[name](stack, key);
    MissingRemovalPolicies.of(stack).apply(expected[0] === 'Delete' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    expect(policiesOf(stack, construct)).toEqual(expected);
  });
});

describe('guardrails pick keys and aliases by the types of AWS\'s own', () => {
  test('a key is retained that was declared with DESTROY', () => {
    const { app, stack } = declare(RemovalPolicy.DESTROY);
    RemovalPolicies.of(app).retain({ applyToResourceTypes: [CfnKey.CFN_RESOURCE_TYPE_NAME] });
    expect(policiesOfType(stack, KEY)).toEqual(['Retain']);
  });

  test('an alias is deleted, and its key stays', () => {
    const { app, stack, key } = declare();
    key.addAlias('alias/a');
    RemovalPolicies.of(app).destroy({ applyToResourceTypes: [CfnAlias.CFN_RESOURCE_TYPE_NAME] });
    expect([policiesOfType(stack, KEY), policiesOfType(stack, ALIAS)]).toEqual([['RetainExceptOnCreate'], ['Delete']]);
  });

  test('a key that is excluded stays as it was, and there is no warning', () => {
    const { app, stack } = declare();
    RemovalPolicies.of(app).destroy({ excludeResourceTypes: [CfnKey.CFN_RESOURCE_TYPE_NAME] });
    expect(policiesOfType(stack, KEY)).toEqual(['RetainExceptOnCreate']);
    expect(warnings(stack)).not.toContain('keyDestroyedByAspect');
  });

  test('the template has the custom types', () => {
    const { stack, key } = declare();
    key.addAlias('alias/a');
    const types = Object.values<{ Type: string }>(Template.fromStack(stack).toJSON().Resources).map(({ Type }) => Type);
    expect(types).toEqual(expect.arrayContaining([KEY, ALIAS]));
    expect(types.filter(type => type.startsWith('AWS::PaymentCryptography'))).toEqual([]);
  });
});

describe('a key that is to be destroyed', () => {
  test('by an aspect draws a warning', () => {
    const { app, stack } = declare();
    RemovalPolicies.of(app).destroy();
    expect(policiesOfType(stack, KEY)).toEqual(['Delete']);
    expect(warnings(stack)).toMatch(/removal policy of the key is RETAIN_ON_UPDATE_OR_DELETE, but an aspect.*made it DESTROY.*keyDestroyedByAspect/);
  });

  test.each<[string, (app: App) => void]>([
    ['that comes after all others', app => RemovalPolicies.of(app).destroy({ priority: 5000 })],
    ['that applies it to the construct', app => Aspects.of(app).add({ visit: node => { if (node instanceof MultiRegionPaymentKey) { node.applyRemovalPolicy(RemovalPolicy.DESTROY); } } })],
    ['that applies it to every resource of the template', app => Aspects.of(app).add({
      visit: node => { if (CfnResource.isCfnResource(node)) { node.applyRemovalPolicy(RemovalPolicy.DESTROY); } },
    })],
  ])('by an aspect %s draws a warning', (_, add) => {
    const { app, stack } = declare();
    add(app);
    expect(policiesOfType(stack, KEY)).toEqual(['Delete']);
    expect(warnings(stack)).toMatch(/removal policy of the key is RETAIN_ON_UPDATE_OR_DELETE, but an aspect.*keyDestroyedByAspect/);
  });

  test('an aspect may add others to the app: that of the key does not come in between', () => {
    const { app, stack } = declare();
    let added = false;
    new CfnResource(stack, 'Last', { type: 'AWS::S3::Bucket' });
    Aspects.of(app).add({
      visit: node => {
        if (node.node.id !== 'Last' || added) { return; }
        added = true;
        Aspects.of(app).add({ visit: () => {} });
      },
    });
    expect(() => app.synth({ aspectStabilization: true })).not.toThrow();
  });

  test('by an aspect, and kept by a later one, draws none', () => {
    const { app, stack } = declare();
    RemovalPolicies.of(app).destroy({ priority: 100 });
    RemovalPolicies.of(app).retain({ priority: 200 });
    expect(policiesOfType(stack, KEY)).toEqual(['Retain']);
    expect(warnings(stack)).not.toContain('keyDestroyedByAspect');
  });

  test.each<[string, (key: MultiRegionPaymentKey) => void, RemovalPolicy | undefined]>([
    ['by its property', () => {}, RemovalPolicy.DESTROY],
    ['by applyRemovalPolicy', key => key.applyRemovalPolicy(RemovalPolicy.DESTROY), undefined],
  ])('%s draws none', (_, act, removalPolicy) => {
    const { stack, key } = declare(removalPolicy);
    act(key);
    expect(policiesOfType(stack, KEY)).toEqual(['Delete']);
    expect(warnings(stack)).not.toContain('keyDestroyedByAspect');
  });
});

describe('an alias inherits what becomes of its key', () => {
  test.each<[string, (app: App, key: MultiRegionPaymentKey) => void]>([
    ['after applyRemovalPolicy', (_, key) => key.applyRemovalPolicy(RemovalPolicy.RETAIN)],
    ['after a guardrail for keys', app => RemovalPolicies.of(app).retain({ applyToResourceTypes: [CfnKey.CFN_RESOURCE_TYPE_NAME] })],
  ])('%s, also that of a replica', (_, act) => {
    const { app, stack, key } = declare(RemovalPolicy.DESTROY);
    key.addAlias('alias/a');
    key.replica('us-west-2').addAlias('alias/b');
    act(app, key);
    expect(policiesOfType(stack, ALIAS)).toEqual(['Retain', 'Retain']);
  });

  test('unless it has a policy of its own', () => {
    const { stack, key } = declare();
    new RegionalAlias(stack, 'Alias', { aliasName: 'alias/a', key, removalPolicy: RemovalPolicy.DESTROY });
    key.applyRemovalPolicy(RemovalPolicy.RETAIN);
    expect(policiesOfType(stack, ALIAS)).toEqual(['Delete']);
  });
});

describe('an adopted key', () => {
  const adopt = () => {
    const { app, stack } = declare();
    return { app, stack, key: MultiRegionPaymentKey.adopt(stack, 'Adopted', { key: foreign(stack, 'Foreign') }) };
  };

  test('stays whatever an aspect says', () => {
    const { app, stack, key } = adopt();
    RemovalPolicies.of(app).destroy();
    expect(policiesOf(stack, key)).toEqual(['Retain', 'Retain']);
  });

  test('cannot be declared to be deleted later either', () => {
    const { key } = adopt();
    expect(nameOf(() => key.applyRemovalPolicy(RemovalPolicy.DESTROY))).toBe('RemovalPolicyNotSupported');
    expect(nameOf(() => key.applyRemovalPolicy(RemovalPolicy.SNAPSHOT))).toBe('RemovalPolicyNotSupported');
  });

  test('its aliases follow its removal policy, since a rollback must take them away', () => {
    const { stack, key } = adopt();
    key.addAlias('alias/a');
    expect(policiesOfType(stack, ALIAS)).toEqual(['RetainExceptOnCreate']);
    key.applyRemovalPolicy(RemovalPolicy.RETAIN);
    expect(policiesOf(stack, key)).toEqual(['Retain', 'Retain']);
  });
});
