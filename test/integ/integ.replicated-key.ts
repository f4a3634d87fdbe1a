import { Duration, RemovalPolicy, Tags } from 'aws-cdk-lib';
import { AccountTest } from './account-test';
import { hasAlias, hasTag, isComplete } from './looks';
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
Tags.of(key).add('purpose', 'integration test');

const everywhere = [undefined, ...REPLICAS];
test.expect({
  stacks: [stack],
  looks: [
    ...isComplete(key, everywhere),
    ...hasAlias(key, ALIAS, everywhere),
    ...hasTag(key, 'purpose', 'integration test', everywhere),
  ],
});
