import { Template } from 'aws-cdk-lib/assertions';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { App, Stack } from 'aws-cdk-lib/core';
import { AccountDefaultReplication, KeyReplication, MultiRegionPaymentKey, PaymentKeySpec } from '../src';

const ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/';

function resources(declare: (stack: Stack) => void): Record<string, any> {
  const stack = new Stack(new App(), 'Payments', { env: { account: '111122223333', region: 'us-east-1' } });
  new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification() });
  declare(stack);
  return Template.fromStack(stack).toJSON().Resources;
}
const replication = (keyId: string) => (stack: Stack) => {
  new KeyReplication(stack, 'Replication', { key: MultiRegionPaymentKey.fromKeyArn(stack, 'Key', ARN + keyId), replicationRegions: ['us-west-2'] });
};
const defaults = (stack: Stack) => { new AccountDefaultReplication(stack, 'Defaults', { regions: ['us-west-2'] }); };
const policies = (all: Record<string, any>) => Object.keys(all).filter(id => all[id].Type === 'AWS::IAM::ManagedPolicy').sort();
const sids = (policy: any) => policy.Properties.PolicyDocument.Statement.map(({ Sid }: any) => Sid);
const native = (scope: Stack) => new CfnKey(scope, 'Native', {
  exportable: true, keyAttributes: { keyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', keyClass: 'SYMMETRIC_KEY', keyAlgorithm: 'TDES_2KEY', keyModesOfUse: { generate: true } },
});

/** CloudFormation deletes what is gone after it has updated everything else: the permissions of before must be there still. */
describe('permissions that only some constructs need', () => {
  test('stand in policies of their own, only if there are any', () => {
    const none = resources(() => undefined);
    expect(policies(none)).toEqual([]);
    const all = resources(defaults);
    const [onDemand, ...more] = policies(all);
    expect(more).toEqual([]);
    for (const [id, resource] of Object.entries(none).filter(([, { Type }]) => Type === 'AWS::IAM::Policy')) { expect(all[id]).toEqual(resource); }
    expect(sids(all[onDemand])).toEqual(['SetAccountDefaults', 'KeepRecords']);
    expect(all[onDemand].Properties.Roles).toEqual([{ Ref: expect.stringMatching(/^PaymentKeyProviderFunctionRole/) }]);
  });

  test('are another policy whenever they say something else, and CloudFormation names it', () => {
    const onDemand = [defaults, replication('kwapwa6qaifllw2h'), replication('aaaaaaaaaaaaaaaa'), (stack: Stack) => { defaults(stack); replication('aaaaaaaaaaaaaaaa')(stack); }]
      .map(declare => {
        const all = resources(declare);
        policies(all).forEach(id => expect(all[id].Properties).not.toHaveProperty('ManagedPolicyName'));
        return policies(all);
      });
    expect(new Set(onDemand.slice(0, 3).flat()).size).toBe(3);
    expect(onDemand[3]).toEqual([...onDemand[2], ...onDemand[0]].sort());
  });

  test('are another policy when a key comes from a stack of another name', () => {
    const ids = ['Keys', 'OtherKeys'].map(name => {
      const app = new App();
      const stack = new Stack(app, 'Payments');
      new KeyReplication(stack, 'Replication', { key: native(new Stack(app, name)), replicationRegions: ['us-west-2'] });
      return policies(Template.fromStack(stack).toJSON().Resources);
    });
    expect(ids[0]).not.toEqual(ids[1]);
  });

  test('are the same policy as long as they say the same', () => {
    const again = policies(resources(stack => {
      replication('kwapwa6qaifllw2h')(stack);
      new MultiRegionPaymentKey(stack, 'Other', { spec: PaymentKeySpec.cmac() });
    }));
    expect(again).toEqual(policies(resources(replication('kwapwa6qaifllw2h'))));
  });

  test('are there before every custom resource that may need them, and until after it', () => {
    const all = resources(stack => { defaults(stack); replication('aaaaaaaaaaaaaaaa')(stack); });
    const [ofKeys, ofAll] = policies(all);
    expect(sids(all[ofKeys])).toEqual(['ReplicateKeysOfOthers', 'KeepRecords']);
    const dependencies = Object.fromEntries(Object.values(all).filter(({ Type }) => Type.startsWith('Custom::'))
      .map(({ Type, DependsOn }) => [Type, DependsOn.filter((id: string) => policies(all).includes(id))]));
    expect(dependencies).toEqual({
      'Custom::MultiRegionPaymentKey': [ofAll],
      'Custom::PaymentAccountDefaultReplication': [ofAll],
      'Custom::PaymentKeyReplication': [ofKeys, ofAll],
    });
  });

  test('close no circle with a key that depends on other resources of this library', () => {
    const all = resources(stack => {
      const key = native(stack);
      defaults(stack);
      key.node.addDependency(stack.node.findChild('Defaults'), stack.node.findChild('Cvk'));
      new KeyReplication(stack, 'Replication', { key, replicationRegions: ['us-west-2'] });
    });
    expect(policies(all)).toHaveLength(2);
  });

  test('fit, also for a hundred keys: IAM takes 6,144 characters in a managed policy', () => {
    const all = resources(stack => {
      for (let index = 100; index < 200; index += 1) {
        const key = MultiRegionPaymentKey.fromKeyArn(stack, `Key${index}`, `${ARN}kwapwa6qaifll${index}`);
        if (index % 2) {
          new KeyReplication(stack, `ReplicationOfAKeyWhoseConstructIdIsQuiteLong${index}`, { key, replicationRegions: ['us-west-2'] });
        } else {
          MultiRegionPaymentKey.adopt(stack, `Adopted${index}`, { key, restoreIfPending: true });
        }
      }
    });
    const sizes = policies(all).map(id => JSON.stringify(all[id].Properties.PolicyDocument).length);
    expect(sizes).toHaveLength(7);
    expect(Math.max(...sizes)).toBeLessThan(6144);
  });

  test('may name a key of the same stack or another', () => {
    const app = new App();
    const stack = new Stack(app, 'Keys');
    const key = native(stack);
    const scopes = [stack, new Stack(app, 'Other')];
    for (const scope of scopes) { new KeyReplication(scope, 'Replication', { key, replicationRegions: ['us-west-2'] }); }
    for (const scope of scopes) {
      expect(policies(Template.fromStack(scope).toJSON().Resources)).toHaveLength(1);
    }
  });
});
