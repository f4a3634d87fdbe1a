import { Duration, RemovalPolicy, Tags } from 'aws-cdk-lib';
import { AccountTest } from './account-test';
import { isUsable, PURPOSE } from './looks';
import { REPLICAS } from './regions';
import { MultiRegionPaymentKey, PaymentKeySpec } from '../../src';

const ALIAS = 'alias/integ-replicated-key';

const test = new AccountTest('integ-replicated-key');
const stack = test.stack();
const key = new MultiRegionPaymentKey(stack, 'Key', {
  spec: PaymentKeySpec.cardVerification(),
  replicationRegions: REPLICAS,
  removalPolicy: RemovalPolicy.DESTROY,
  deletionWindow: Duration.days(3),
});
key.addAlias(ALIAS);
Tags.of(key).add('purpose', PURPOSE);

test.expect({
  stacks: [stack],
  looks: isUsable(key, ALIAS, [undefined, ...REPLICAS]),
});
