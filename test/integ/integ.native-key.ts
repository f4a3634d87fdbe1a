import { RemovalPolicy } from 'aws-cdk-lib';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { AccountTest } from './account-test';
import { isUsable, PURPOSE } from './looks';
import { REPLICAS } from './regions';
import { KeyReplication, RegionalAlias, RegionalTags } from '../../src';

const ALIAS = 'alias/integ-native-key';

const test = new AccountTest('integ-native-key');
const stack = test.stack();
const key = new CfnKey(stack, 'Key', {
  exportable: true,
  keyAttributes: {
    keyUsage: 'TR31_B0_BASE_DERIVATION_KEY',
    keyClass: 'SYMMETRIC_KEY',
    keyAlgorithm: 'AES_128',
    keyModesOfUse: { deriveKey: true },
  },
});
const regions = [stack.region, ...REPLICAS];
const removalPolicy = RemovalPolicy.DESTROY;
const replication = new KeyReplication(stack, 'Replication', { key, replicationRegions: REPLICAS, removalPolicy });
const alias = new RegionalAlias(stack, 'Alias', { key, aliasName: ALIAS, regions, removalPolicy });
const tags = new RegionalTags(stack, 'Tags', { key, tags: { purpose: PURPOSE }, regions, removalPolicy });
alias.node.addDependency(replication);
tags.node.addDependency(replication);

test.expect({
  stacks: [stack],
  looks: isUsable(key, ALIAS, [undefined, ...REPLICAS]),
});
