import { RemovalPolicy, Stack, Tags, Validations } from 'aws-cdk-lib';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { AccountTest } from './account-test';
import { isUsable, PURPOSE } from './looks';
import { NATIVE_CARD_VERIFICATION } from './native-attributes';
import { REPLICAS } from './regions';
import { MultiRegionPaymentKey, RegionalAlias } from '../../src';

const ALIAS = 'alias/integ-adoption';

const test = new AccountTest('integ-adoption');
// Another stack, since no stack deletes a key that it adopted.
const maker = new Stack(test.app, 'integ-adoption-maker');
const made = new CfnKey(maker, 'Key', {
  exportable: true,
  keyAttributes: NATIVE_CARD_VERIFICATION,
});

const stack = test.stack();
const key = MultiRegionPaymentKey.adopt(stack, 'Key', { key: made, replicationRegions: REPLICAS });
Validations.of(key).acknowledge({ id: 'cdk-multi-region-payment-keys:adoptedKeyOfTemplate', reason: 'the maker deletes the key after the test' });
Tags.of(key).add('purpose', PURPOSE);
new RegionalAlias(stack, 'Alias', { key, aliasName: ALIAS, removalPolicy: RemovalPolicy.DESTROY });

test.expect({
  stacks: [maker, stack],
  looks: isUsable(key, ALIAS, [undefined, ...REPLICAS]),
});
