import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccountTest } from './account-test';
import { hasAlias, isComplete, isGone } from './looks';
import { REPLICAS } from './regions';
import { MultiRegionPaymentKey, PaymentKeySpec } from '../../src';

const [DROPPED, ADDED] = REPLICAS;
const ALIAS = 'alias/integ-region-change';

const test = new AccountTest('integ-region-change');
const stack = test.stack();
const key = new MultiRegionPaymentKey(stack, 'Key', {
  spec: PaymentKeySpec.pinEncryption(),
  replicationRegions: [test.isBefore ? DROPPED : ADDED],
  removalPolicy: RemovalPolicy.DESTROY,
  deletionWindow: Duration.days(3),
});
key.addAlias(ALIAS);

test.expect({
  stacks: [stack],
  updates: true,
  looks: [
    ...isComplete(key, [undefined, ADDED]),
    ...hasAlias(key, ALIAS, [undefined, ADDED]),
    ...isGone(key, ALIAS, DROPPED),
  ],
});
