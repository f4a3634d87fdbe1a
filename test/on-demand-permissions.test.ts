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
const policies = (all: Record<string, any>) => Object.keys(all).filter(id => all[id].Type === 'AWS::IAM::Policy').sort();

/** CloudFormation deletes what is gone after it has updated everything else: the permissions of before must be there still. */
describe('permissions that only some constructs need', () => {
  test('stand in a policy of their own, only if there are any', () => {
    expect(policies(resources(() => undefined))).toEqual(['PaymentKeyProviderFunctionPolicy803453AC']);
    const all = resources(defaults);
    const [always, onDemand, ...more] = policies(all);
    expect(more).toEqual([]);
    expect(all[always]).toEqual(resources(() => undefined)[always]);
    expect(all[onDemand].Properties.PolicyDocument.Statement.map(({ Sid }: any) => Sid)).toEqual(['SetAccountDefaults', 'KeepRecords']);
  });

  test('are another policy, under another name, whenever they say something else', () => {
    const onDemand = [defaults, replication('kwapwa6qaifllw2h'), replication('aaaaaaaaaaaaaaaa'), (stack: Stack) => { defaults(stack); replication('aaaaaaaaaaaaaaaa')(stack); }]
      .map(declare => {
        const all = resources(declare);
        const id = policies(all)[1];
        return { id, name: all[id].Properties.PolicyName };
      });
    expect(new Set(onDemand.map(({ id }) => id)).size).toBe(4);
    expect(new Set(onDemand.map(({ name }) => name)).size).toBe(4);
  });

  test('are the same policy as long as they say the same', () => {
    const again = policies(resources(stack => {
      replication('kwapwa6qaifllw2h')(stack);
      new MultiRegionPaymentKey(stack, 'Other', { spec: PaymentKeySpec.cmac() });
    }));
    expect(again).toEqual(policies(resources(replication('kwapwa6qaifllw2h'))));
  });

  test('are there before every custom resource, and until after it', () => {
    const all = resources(stack => { defaults(stack); replication('aaaaaaaaaaaaaaaa')(stack); });
    const custom = Object.values(all).filter(({ Type }) => Type.startsWith('Custom::'));
    expect(custom).toHaveLength(3);
    for (const { DependsOn } of custom) { expect(DependsOn).toEqual(expect.arrayContaining(policies(all))); }
  });

  test('may name a key of the same stack or another', () => {
    const app = new App();
    const stack = new Stack(app, 'Keys');
    const native = new CfnKey(stack, 'Native', {
      exportable: true, keyAttributes: { keyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', keyClass: 'SYMMETRIC_KEY', keyAlgorithm: 'TDES_2KEY', keyModesOfUse: { generate: true } },
    });
    const scopes = [stack, new Stack(app, 'Other')];
    for (const scope of scopes) { new KeyReplication(scope, 'Replication', { key: native, replicationRegions: ['us-west-2'] }); }
    for (const scope of scopes) {
      expect(policies(Template.fromStack(scope).toJSON().Resources)).toHaveLength(2);
    }
  });
});
