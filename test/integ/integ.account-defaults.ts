// CHANGES THE ACCOUNT: while this is deployed, every new exportable key of the account and Region that is created without
// replication Regions, by whomever, is replicated to REPLICA and billed there, and keeps that replica afterwards.
import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import { AccountTest } from './account-test';
import { hasAlias, isComplete } from './looks';
import { REPLICAS } from './regions';
import { AccountDefaultReplication, MultiRegionPaymentKey, PaymentKeySpec, RegionalAlias } from '../../src';

const [REPLICA] = REPLICAS;
const ALIAS = 'alias/integ-account-defaults';

const test = new AccountTest('integ-account-defaults');
const stack = test.stack();
const defaults = new AccountDefaultReplication(stack, 'Defaults', { regions: [REPLICA], removalPolicy: RemovalPolicy.DESTROY });
const key = new MultiRegionPaymentKey(stack, 'Key', {
  spec: PaymentKeySpec.cardVerification(),
  removalPolicy: RemovalPolicy.DESTROY,
  deletionWindow: Duration.days(3),
});
key.node.addDependency(defaults);
// The deployment does not wait for replicas that the defaults give, but an alias waits for the replica in its Region.
new RegionalAlias(stack, 'Alias', { key, aliasName: ALIAS, regions: [REPLICA], removalPolicy: RemovalPolicy.DESTROY });

test.expect({
  stacks: [stack],
  looks: [...isComplete(key, [undefined, REPLICA]), ...hasAlias(key, ALIAS, [REPLICA])],
});
