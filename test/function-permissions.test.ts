import { Template } from 'aws-cdk-lib/assertions';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { App, Stack } from 'aws-cdk-lib/core';
import { AccountDefaultReplication, KeyBlock, KeyMaterial, KeyReplication, MultiRegionPaymentKey, PaymentKeySpec } from '../src';
import { COUNTS } from './bench/budgets';
import { References, resolved } from './permissions/intrinsics';
import { CHARACTERS_OF_NAMED_BY_STACK, inlinePolicySize } from '../src/private/inline-policy-size';

const ENV = { account: '111122223333', region: 'us-east-1' };
const ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/';
const FUNCTION_POLICY = /^PaymentKeyProviderFunctionPolicy27EC5360/;
const READING_POLICY = /^PaymentKeyProviderReadingPolicy/;

function resources(declare: (stack: Stack) => void): Record<string, any> {
  const stack = new Stack(new App(), 'Payments', { env: ENV });
  new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification() });
  declare(stack);
  return Template.fromStack(stack).toJSON().Resources;
}
const replication = (keyId: string, id = 'Replication') => (stack: Stack) => {
  new KeyReplication(stack, id, { key: MultiRegionPaymentKey.fromKeyArn(stack, `Key${id}`, ARN + keyId), replicationRegions: ['us-west-2'] });
};
const defaults = (stack: Stack) => { new AccountDefaultReplication(stack, 'Defaults', { regions: ['us-west-2'] }); };
const native = (scope: Stack, id = 'Native') => new CfnKey(scope, id, {
  exportable: true, keyAttributes: { keyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', keyClass: 'SYMMETRIC_KEY', keyAlgorithm: 'TDES_2KEY', keyModesOfUse: { generate: true } },
});
const imported = (index: number) => (stack: Stack) => {
  const wrappingKey = MultiRegionPaymentKey.fromKeyArn(stack, `Kek${index}`, `${ARN}kwapwa6qaifllw2h`);
  const secret = Secret.fromSecretCompleteArn(stack, `Secret${index}`, `arn:aws:secretsmanager:us-east-1:111122223333:secret:payments/key-${1000 + index}-AbCdEf`);
  new MultiRegionPaymentKey(stack, `Imported${index}`, {
    spec: PaymentKeySpec.pinEncryption(),
    material: KeyMaterial.tr31({ wrappingKey, keyBlock: KeyBlock.fromSecret(secret, { versionId: `6b6b0b5c-7f0e-4c1c-9c52-2f3f6f1c${1000 + index}` }) }),
  });
};
const ofNative = (stack: Stack) => { new KeyReplication(stack, 'Replication', { key: native(stack), replicationRegions: ['us-west-2'] }); };

/** Whatever a policy refers to, as long as it is in a stack like this one. */
const DEPLOYED: References = new Proxy({}, {
  has: () => true,
  get: (_, name) => {
    switch (name) {
      case 'AWS::Partition': return 'aws';
      case 'AWS::StackId': return `arn:aws:cloudformation:us-east-1:111122223333:stack/Payments/${'x'.repeat(36)}`;
      default: return `arn:aws:states:us-east-1:111122223333:stateMachine:PaymentKeyProviderStateMachineC2908462-${'x'.repeat(12)}`;
    }
  },
});

const policies = (all: Record<string, any>) => Object.keys(all).filter(id => all[id].Type === 'AWS::IAM::Policy').sort();
const policyOfAll = (all: Record<string, any>) => policies(all).find(id => FUNCTION_POLICY.test(id))!;
const policyOfKey = (all: Record<string, any>) => policies(all).find(id => !FUNCTION_POLICY.test(id))!;
const sids = (policy: any) => policy.Properties.PolicyDocument.Statement.map(({ Sid }: any) => Sid);
const countOfNone = Object.keys(resources(() => undefined)).length;

describe('permissions that only some constructs need', () => {
  test.each<[string, (stack: Stack) => void, number]>([
    ['an AccountDefaultReplication', defaults, COUNTS.moreResources.accountDefaultReplication],
    ['a KeyReplication of an ARN', replication('kwapwa6qaifllw2h'), COUNTS.moreResources.keyReplicationOfArn],
    ['an import by ARN', imported(1), COUNTS.moreResources.firstImport],
    ['a second one', stack => { imported(1)(stack); imported(2)(stack); }, COUNTS.moreResources.firstImport + 1 + COUNTS.moreResources.furtherImport],
    // The native key is one more itself.
    ['a KeyReplication of a key of the template', ofNative, COUNTS.moreResources.keyReplicationOfToken + 1],
  ])('%s costs as many resources as its budget says, besides itself', (_, declare, more) => {
    expect(Object.keys(resources(declare)).length - countOfNone).toBe(1 + more);
  });

  test('stand in the function\'s policy, only if there are any', () => {
    const none = resources(() => undefined);
    expect(policies(none).map(id => sids(none[id]))).toEqual([['StartExecutions']]);
    const all = resources(stack => { defaults(stack); replication('kwapwa6qaifllw2h')(stack); });
    expect(policies(all).map(id => sids(all[id]))).toEqual([['StartExecutions', 'SetAccountDefaults', 'ReplicateKeysOfOthers']]);
    expect(all[policyOfAll(all)].Properties.Roles).toEqual([{ Ref: expect.stringMatching(/^PaymentKeyProviderFunctionRole/) }]);
  });

  // CloudFormation deletes what is gone after it has updated everything else: the permissions of before must be there still.
  test('are another policy of another name whenever they allow something else', () => {
    const both = (stack: Stack) => { defaults(stack); replication('aaaaaaaaaaaaaaaa')(stack); };
    const found = [() => undefined, defaults, replication('kwapwa6qaifllw2h'), replication('aaaaaaaaaaaaaaaa'), both].map(resources);
    expect(new Set(found.map(policyOfAll)).size).toBe(found.length);
    expect(new Set(found.map(all => all[policyOfAll(all)].Properties.PolicyName)).size).toBe(found.length);
  });

  test('are another policy when a key comes from a stack of another name', () => {
    const found = ['Keys', 'OtherKeys'].map(name => {
      const app = new App();
      const stack = new Stack(app, 'Payments');
      new KeyReplication(stack, 'Replication', { key: native(new Stack(app, name)), replicationRegions: ['us-west-2'] });
      return Template.fromStack(stack).toJSON().Resources;
    });
    expect(policyOfKey(found[0])).not.toEqual(policyOfKey(found[1]));
    expect(found[0][policyOfKey(found[0])].Properties.PolicyName).not.toEqual(found[1][policyOfKey(found[1])].Properties.PolicyName);
    expect(policyOfAll(found[0])).toEqual(policyOfAll(found[1]));
  });

  test('are the same policy as long as they allow the same, whatever is declared first', () => {
    const [one, other] = [replication('kwapwa6qaifllw2h', 'One'), replication('aaaaaaaaaaaaaaaa', 'Other')];
    const there = resources(stack => { one(stack); other(stack); defaults(stack); });
    const again = resources(stack => {
      defaults(stack);
      other(stack);
      new MultiRegionPaymentKey(stack, 'More', { spec: PaymentKeySpec.cmac() });
      one(stack);
    });
    expect(policies(again)).toEqual(policies(there));
  });

  test('are there before every custom resource that may need them, and until after it', () => {
    const all = resources(stack => { defaults(stack); ofNative(stack); });
    expect(sids(all[policyOfKey(all)])).toEqual(['ReplicateKeysOfOthers']);
    const dependencies = Object.fromEntries(Object.values(all).filter(({ Type }) => Type.startsWith('Custom::'))
      .map(({ Type, DependsOn }) => [Type, DependsOn.filter((id: string) => policies(all).includes(id)).sort()]));
    expect(dependencies).toEqual({
      'Custom::MultiRegionPaymentKey': [policyOfAll(all)],
      'Custom::PaymentAccountDefaultReplication': [policyOfAll(all)],
      'Custom::PaymentKeyReplication': [policyOfAll(all), policyOfKey(all)].sort(),
    });
  });

  test('of a key that a template makes wait for that key alone, and only the resource waits for them', () => {
    const all = resources(stack => { defaults(stack); ofNative(stack); });
    const waiting = Object.entries(all).filter(([, { DependsOn = [], ...rest }]) =>
      DependsOn.includes(policyOfKey(all)) || JSON.stringify(rest).includes(`"${policyOfKey(all)}"`));
    expect(waiting.map(([, { Type }]) => Type)).toEqual(['Custom::PaymentKeyReplication']);
    expect(JSON.stringify(all[policyOfAll(all)])).not.toContain('Native');
    expect(all[policyOfKey(all)].Properties.PolicyDocument.Statement).toEqual([expect.objectContaining({ Resource: { Ref: 'Native' } })]);
  });

  describe('in the 10,240 characters that IAM gives the inline policies of a role', () => {
    const many = (count: number, declare: (stack: Stack, index: number) => void) => (stack: Stack) => {
      for (let index = 100; index < 100 + count; index += 1) { declare(stack, index); }
    };
    const ofArn = (stack: Stack, index: number) => replication(`kwapwa6qaifll${index}`, `ReplicationOfAKeyWhoseConstructIdIsQuiteLong${index}`)(stack);
    const ofTemplate = (stack: Stack, index: number) => {
      new KeyReplication(stack, `Replication${index}`, { key: native(stack, `Native${index}`), replicationRegions: ['us-west-2'] });
    };
    const adopted = (stack: Stack, index: number) => {
      MultiRegionPaymentKey.adopt(stack, `Adopted${index}`, { key: MultiRegionPaymentKey.fromKeyArn(stack, `Key${index}`, `${ARN}kwapwa6qaifll${index}`), restoreIfPending: true });
    };

    test.each<[string, number, (stack: Stack, index: number) => void]>([
      ['30 keys that are replicated, known by their ARNs', 30, ofArn], ['8 keys of the template', 8, ofTemplate], ['15 adopted keys', 15, adopted],
      ['40 imported keys', 40, (stack, index) => imported(index)(stack)],
    ])('%s fit, with the policies twice that an update makes anew', (_, count, declare) => {
      const all = resources(many(count, declare));
      const inRole = Object.values(all).find(({ Type, Properties }) => Type === 'AWS::IAM::Role' && JSON.stringify(Properties).includes('lambda.amazonaws.com'));
      const size = (document: object) => JSON.stringify(resolved(document, DEPLOYED)).length;
      const times = (id: string) => READING_POLICY.test(id) ? 1 : 2;
      const changing = policies(all).reduce((sum, id) => sum + times(id) * size(all[id].Properties.PolicyDocument), 0);
      expect(size(inRole.Properties.Policies[0].PolicyDocument) + changing).toBeLessThan(10_240);
    });

    test('the count is not less than what is deployed, however long the names are', () => {
      const name = 'S'.repeat(128);
      const stack = new Stack(new App(), name);
      many(30, ofArn)(stack);
      const all: Record<string, any> = Template.fromStack(stack).toJSON().Resources;
      // As CloudFormation names what has no name: stack, logical id, twelve characters.
      const named = (id: string) => `${name}-${id}-${'X'.repeat(13)}`;
      const arns: Record<string, (id: string) => string> = {
        'AWS::DynamoDB::Table': id => `arn:aws:dynamodb:ap-southeast-2:111122223333:table/${named(id)}`,
        'AWS::Logs::LogGroup': id => `arn:aws:logs:ap-southeast-2:111122223333:log-group:${named(id)}:*`,
        'AWS::StepFunctions::StateMachine': () => `arn:aws:states:ap-southeast-2:111122223333:stateMachine:${'x'.repeat(80)}`,
      };
      const deployed: References = new Proxy({}, {
        has: () => true,
        get: (_, id: string) => {
          if (id in all) { return arns[all[id].Type](id); }
          return { 'AWS::Partition': 'aws-us-gov-x', 'AWS::Region': 'ap-southeast-2', 'AWS::AccountId': '111122223333', 'AWS::StackId': `arn:aws:cloudformation:ap-southeast-2:111122223333:stack/${name}/${'x'.repeat(36)}` }[id]!;
        },
      });
      const { PolicyDocument: always } = Object.values(all)
        .find(({ Type, Properties }) => Type === 'AWS::IAM::Role' && JSON.stringify(Properties).includes('lambda.amazonaws.com')).Properties.Policies[0];
      const size = JSON.stringify(resolved(always, deployed)).length;
      expect(size).toBeLessThanOrEqual(inlinePolicySize(stack, always, CHARACTERS_OF_NAMED_BY_STACK));
      // The table and the log group alone, as other references, would not be counted in full.
      Object.keys(all).filter(id => ['AWS::DynamoDB::Table', 'AWS::Logs::LogGroup'].includes(all[id].Type))
        .forEach(id => expect(arns[all[id].Type](id).length).toBeLessThanOrEqual(CHARACTERS_OF_NAMED_BY_STACK));
    });

    test.each<[string, (stack: Stack, index: number) => void]>([['known by their ARNs', ofArn], ['of the template', ofTemplate], ['adopted', adopted]])(
      'a hundred keys %s do not: the synthesis says so, and what to do', (_, declare) => {
        expect(() => resources(many(100, declare))).toThrow(/FunctionRoleFull: Payments\/PaymentKeyProvider: .* takes \d+ of the \d+ characters .* another stack/);
      });
  });

  // Nothing that is deleted reads, so an update may take away at once what it does not ask for any more.
  test('to read are the same policy, whatever is imported, and the others do not change with them', () => {
    const found = [imported(1), imported(2), (stack: Stack) => { imported(1)(stack); imported(2)(stack); }].map(resources);
    expect(new Set(found.map(all => policies(all).join())).size).toBe(1);
    const reading = found.map(all => all[policies(all).find(id => READING_POLICY.test(id))!].Properties);
    expect(new Set(reading.map(({ PolicyName }) => PolicyName)).size).toBe(1);
    expect(new Set(reading.map(({ PolicyDocument }) => JSON.stringify(PolicyDocument))).size).toBe(3);
  });

  test('may name a key of the same stack or another', () => {
    const app = new App();
    const stack = new Stack(app, 'Keys');
    const key = native(stack);
    const scopes = [stack, new Stack(app, 'Other')];
    for (const scope of scopes) { new KeyReplication(scope, 'Replication', { key, replicationRegions: ['us-west-2'] }); }
    for (const scope of scopes) {
      expect(policies(Template.fromStack(scope).toJSON().Resources)).toHaveLength(2);
    }
  });
});
