import * as cdk from 'aws-cdk-lib';
import { App, CfnOutput, CfnParameter, NestedStack, Stack, Validations } from 'aws-cdk-lib';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { AccountPrincipal, OrganizationPrincipal, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Alias, Key } from 'aws-cdk-lib/aws-kms';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks, NagPack, PCIDSS321Checks } from 'cdk-nag';
import { Construct, IConstruct } from 'constructs';
import { COUNTS } from './bench/budgets';
import { exampleFiles, examplesIn, readmeExamples, synthesizedApps } from './example-apps';
import * as library from '../src';

const {
  AccountDefaultReplication, KeyBlock, KeyMaterial, KeyReplication, MultiRegionPaymentKey,
  PaymentKeyEndpoints, PaymentKeyGrants, PaymentKeyInventory, PaymentKeyOperation, PaymentKeyProvider, PaymentKeyShare, PaymentKeySpec,
  PaymentKeyWatch, RegionalAlias, RegionalTags, SharedPaymentKey,
} = library;

const ENV = { account: '111122223333', region: 'us-east-1' };
const KEY_ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/kwapwa6qaifllw2h';

const versionOf = ({ name }: Runtime) => Number(/^nodejs(\d+)\./.exec(name)?.[1] ?? 0);
const NEWEST_RUNTIME = [...Runtime.ALL].sort((one, other) => versionOf(one) - versionOf(other)).pop()!;

/** Some releases of aws-cdk-lib know a newer runtime than those of the Regions. */
const UP_TO_THE_CDK = [
  'PaymentKeyProvider/Function: AwsSolutions-L1', 'Watch/Function: AwsSolutions-L1', 'Payments/Inventory/Function: AwsSolutions-L1',
  'Audit/Inventory/Function: AwsSolutions-L1',
];

interface Finding {
  readonly id: string;
  readonly path: string;
}

const text = ({ id, path }: Finding) => `${path}: ${id}`;

/** What the packs find, whether it is acknowledged or not; or only what is not. */
function findings(app: App, which: 'all' | 'not acknowledged'): Finding[] {
  const packs: NagPack[] = [new AwsSolutionsChecks(), new PCIDSS321Checks()];
  if (which === 'all') { packs.forEach(pack => Object.assign(pack, { isAcknowledged: () => false })); }
  return packs.flatMap(pack => pack.validateScope(app).violations)
    .flatMap(({ ruleName: id, violatingResources }) => violatingResources.map(({ constructPath }) => ({ id, path: constructPath! })));
}

/** Examples have topics and networks of their own. Ours is what is in our constructs, the roles of consumers beside them, and what our grants say in other policies. */
function isOurs(app: App, { id, path }: Finding): boolean {
  const scopes = find(app, path).node.scopes;
  const classes = Object.values(library).filter(one => typeof one === 'function') as (abstract new (...args: any[]) => unknown)[];
  return id.includes('payment-cryptography') || path.includes('/PaymentKeyConsumer-') || scopes.some(scope => classes.some(one => scope instanceof one));
}

const find = (app: App, path: string): IConstruct => path.split('/').reduce((scope: IConstruct, id) => scope.node.findChild(id), app);

/** What is acknowledged where, of what these packs find. */
function acknowledged(app: App): Finding[] {
  return app.node.findAll().flatMap(({ node }) => node.metadata.filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.keys(data)).map(id => ({ id: id.replace(/^annotation::/i, ''), path: node.path })))
    .filter(({ id }) => /^(AwsSolutions|PCI\.DSS\.321)-/.test(id));
}

/** Every construct, with every option that makes a difference to the template. */
function everything(env?: typeof ENV): App {
  const app = new App();
  const stack = new Stack(app, 'Payments', { env });
  const grantee = (scope: Construct) => new Role(scope, 'User', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const user = grantee(stack);
  const native = new CfnKey(stack, 'Native', {
    exportable: true,
    keyAttributes: { keyUsage: 'TR31_B0_BASE_DERIVATION_KEY', keyClass: 'SYMMETRIC_KEY', keyAlgorithm: 'AES_128', keyModesOfUse: { deriveKey: true } },
  });

  const key = new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] });
  key.addAlias('alias/key');
  key.addToResourcePolicy(new PolicyStatement({ principals: [user], actions: ['payment-cryptography:GetKey'], resources: ['*'] }));
  key.grants.verifyCardValidationData(user);
  key.events.onDeletionScheduled('Deletion');
  const anywhere = new MultiRegionPaymentKey(stack, 'Anywhere', { spec: PaymentKeySpec.pinEncryption() });
  anywhere.grants.translatePinData(user);
  const byAlias = MultiRegionPaymentKey.fromAliasName(stack, 'ByAlias', 'alias/elsewhere');
  byAlias.grants.decryptData(user);
  const bound = new Function(stack, 'Bound', { code: Code.fromInline('x'), handler: 'index.handler', runtime: NEWEST_RUNTIME, role: grantee(new Construct(stack, 'OfBound')) });
  key.bind(bound, { operations: [PaymentKeyOperation.VERIFY_CARD_VALIDATION_DATA], environmentPrefix: 'KEY' });
  byAlias.bind(bound, { operations: [PaymentKeyOperation.DECRYPT_DATA], regions: ['us-east-1', 'us-west-2'], environmentPrefix: 'ELSEWHERE' });
  MultiRegionPaymentKey.adopt(stack, 'Adopted', {
    key: MultiRegionPaymentKey.fromKeyArn(stack, 'Made', KEY_ARN), restoreIfPending: true, replicationRegions: ['us-west-2'],
  });
  new MultiRegionPaymentKey(stack, 'Imported', {
    spec: PaymentKeySpec.pinEncryption(),
    material: KeyMaterial.tr31({
      wrappingKey: key,
      keyBlock: KeyBlock.fromSecret(Secret.fromSecretAttributes(stack, 'Secret', {
        secretPartialArn: 'arn:aws:secretsmanager:us-east-1:111122223333:secret:pek', encryptionKey: Alias.fromAliasName(stack, 'KmsKey', 'alias/wrapped-keys'),
      }), { versionId: '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0' }),
    }),
  });
  new KeyReplication(stack, 'Replication', { key: native, replicationRegions: ['us-west-2'] });
  new AccountDefaultReplication(stack, 'Defaults', { regions: ['us-west-2'] });
  new RegionalAlias(stack, 'Alias', { key: native, aliasName: 'alias/native' });
  new RegionalTags(stack, 'Tags', { key: native, tags: { team: 'terminals' } });
  PaymentKeyGrants.fromKey(native).decryptData(user);
  new CfnOutput(stack, 'Arn', { value: key.keyArnIn('us-west-2') });
  const operations = [PaymentKeyOperation.of('GetKey')];
  key.shareWith(new AccountPrincipal('444455556666'), { operations, externalId: 'issuer-42' });
  anywhere.shareWith(new OrganizationPrincipal('o-exampleorgid'), { operations });
  [native, MultiRegionPaymentKey.fromAliasName(stack, 'SharedByAlias', 'alias/shared')].forEach((shared, index) =>
    new PaymentKeyShare(stack, `Share${index}`, { key: shared, principal: new AccountPrincipal('777788889999'), operations, roleOnly: true }));
  SharedPaymentKey.fromAttributes({ keyArn: KEY_ARN.replace('111122223333', '444455556666'), operations, roleArn: 'arn:aws:iam::444455556666:role/keys' }).grantUse(user);

  const inventory = new PaymentKeyInventory(stack, 'Inventory', {
    bucket: new Bucket(stack, 'Evidence', { encryptionKey: new Key(stack, 'EvidenceKey', { enableKeyRotation: true }) }), schedule: Schedule.cron({ day: '1' }), regions: ['us-west-2', 'eu-west-1'],
  });
  inventory.onCompleted('Completed');
  inventory.metricRetainedKeysWithoutStack();

  // Declared before some of what it needs permissions for.
  const watch = new PaymentKeyWatch(stack, 'Watch');
  watch.onFinding('Finding');
  const nested = new NestedStack(stack, 'Nested');
  new PaymentKeyWatch(nested, 'Watch', { resources: [new MultiRegionPaymentKey(nested, 'Key', { spec: PaymentKeySpec.cardVerification() })] });

  const configured = new Stack(app, 'Configured', { env });
  new PaymentKeyProvider(configured, {
    vpc: new Vpc(configured, 'Vpc'),
    logGroup: LogGroup.fromLogGroupName(configured, 'Given', 'given'),
    runtime: NEWEST_RUNTIME,
  });
  new PaymentKeyInventory(configured, 'Inventory', {
    bucket: Bucket.fromBucketName(configured, 'Evidence', 'evidence'), logGroup: LogGroup.fromLogGroupName(configured, 'Lines', 'lines'), runtime: NEWEST_RUNTIME,
  });
  new MultiRegionPaymentKey(configured, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: [] });
  new PaymentKeyWatch(configured, 'Watch');
  const aliasName = new CfnParameter(configured, 'KmsAlias').valueAsString;
  new MultiRegionPaymentKey(configured, 'Imported', {
    spec: PaymentKeySpec.pinEncryption(),
    material: KeyMaterial.rsaCryptogram({
      cryptogram: KeyBlock.fromSecret(new Secret(configured, 'Secret', { encryptionKey: Alias.fromAliasName(configured, 'KmsKey', aliasName) }), {
        versionId: '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0',
      }),
    }),
  });

  const regulated = new Stack(app, 'Regulated', { env });
  const kmsKey = new Key(regulated, 'KmsKey', { enableKeyRotation: true });
  new PaymentKeyProvider(regulated, {
    encryptionKey: kmsKey,
    role: Role.fromRoleName(regulated, 'Role', 'PaymentAdminRole'),
    stateMachineRole: Role.fromRoleName(regulated, 'StateMachineRole', 'PaymentStatesRole'),
    vpc: new Vpc(regulated, 'Vpc'),
    controlPlaneEndpoints: { 'us-west-2': 'https://vpce-0123.controlplane.payment-cryptography.us-west-2.vpce.amazonaws.com' },
    tracing: true,
    reservedConcurrency: 20,
    deadLetterQueue: new Queue(regulated, 'Queue', { enforceSSL: true }),
  });
  new MultiRegionPaymentKey(regulated, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] }).addAlias('alias/key');

  const isolated = new Stack(app, 'Isolated', { env });
  const vpc = new Vpc(isolated, 'Vpc', { natGateways: 0, subnetConfiguration: [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }] });
  const isolatedProvider = new PaymentKeyProvider(isolated, { vpc, vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } });
  const isolatedKey = new MultiRegionPaymentKey(isolated, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: [] });
  isolatedKey.grants.verifyCardValidationData(grantee(isolated));
  new PaymentKeyEndpoints(isolated, 'Endpoints', { vpc, provider: isolatedProvider, keys: [isolatedKey], imports: true });

  const traced = new Stack(app, 'Traced', { env });
  new PaymentKeyProvider(traced, { tracing: true, encryptionKey: kmsKey });
  new MultiRegionPaymentKey(traced, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: [] });

  const fixed = new Stack(app, 'Fixed', { env });
  new PaymentKeyProvider(fixed, { role: Role.fromRoleName(fixed, 'Role', 'PaymentAdminRole', { mutable: false }), tracing: true });
  new MultiRegionPaymentKey(fixed, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: [] });

  // A grantee in another stack refers to the key by an export.
  anywhere.grants.translatePinData(grantee(new Stack(app, 'Consumer', { env })));
  app.synth();
  return app;
}

const apps: Record<string, () => App[]> = {
  'every construct and option': () => [everything(ENV)],
  'the same in any account and Region': () => [everything()],
  ...Object.fromEntries([...exampleFiles(), ...readmeExamples(), ...examplesIn('docs/organizations.md')].map((example, index) => [`${index + 1}: ${example.name}`, () => synthesizedApps(example)])),
};

describe('audits by cdk-nag', () => {
  const needed = new Set<string>();
  const there = new Set<string>();
  // The same wherever the provider or a watch is, but for references to it from other stacks.
  const kind = ({ id, path }: Finding) => `${path.replace(/^.*(?=PaymentKeyProvider|\bWatch\/)/, '')}: ${id}`;

  test.each(Object.entries(apps))('find nothing that is not acknowledged: %s', (_, make) => {
    for (const app of make()) {
      const open = findings(app, 'not acknowledged').filter(finding => isOurs(app, finding)).map(text);
      if (open.length > COUNTS.findingsNotAcknowledged) {
        throw new Error(`${open.length} findings, at most ${COUNTS.findingsNotAcknowledged}. Mend what is found, or acknowledge it where it is made,`
          + ` with the reason:\n  ${open.join('\n  ')}`);
      }
      const all = findings(app, 'all');
      acknowledged(app).forEach(one => {
        there.add(kind(one));
        if (all.some(({ id, path }) => id === one.id && `${path}/`.startsWith(`${one.path}/`))) { needed.add(kind(one)); }
      });
    }
  });

  test('need every acknowledgement that there is', () => {
    expect(there.size).toBeGreaterThan(10);
    expect([...there].filter(one => !needed.has(one) && !UP_TO_THE_CDK.includes(one))).toEqual([]);
  });

  // The oldest aws-cdk-lib does not hand its constructs to plugins.
  if ('CloudFormationValidatePlugin' in cdk) {
    test('find nothing as plugins of the CDK', () => {
      const synthesized = (declare: (stack: Stack) => void) => () => {
        const app = new App();
        Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new PCIDSS321Checks(app));
        declare(new Stack(app, 'Payments', { env: ENV }));
        return app.synth();
      };
      const key = (stack: Stack) => new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] });
      expect(synthesized(stack => key(stack).addAlias('alias/key'))).not.toThrow();
      expect(synthesized(stack => new LogGroup(stack, 'Log'))).toThrow(/CloudWatchLogGroupEncrypted/);
    });
  }

  test.each<[string, (stack: Stack) => void, string[]]>([
    ['a permission of its own for the function', stack => {
      PaymentKeyProvider.of(stack).role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:Get*'], resources: ['*'] }));
    }, ['AwsSolutions-IAM5[Action::s3:Get*]', 'AwsSolutions-IAM5[Resource::*]', 'PCI.DSS.321-IAMNoInlinePolicy']],
    ['a permission of its own for the state machine', stack => {
      PaymentKeyProvider.of(stack).stateMachineRole.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::one'] }));
    }, ['PCI.DSS.321-IAMNoInlinePolicy']],
    ['a permission of its own for a watch', stack => {
      MultiRegionPaymentKey.fromAliasName(stack, 'ByAlias', 'alias/cvk').grants.encryptData(new PaymentKeyWatch(stack, 'Watch').role);
      new PaymentKeyWatch(stack, 'Second').role.addToPrincipalPolicy(new PolicyStatement({ actions: ['s3:Get*'], resources: ['*'] }));
    }, ['AwsSolutions-IAM5[Action::s3:Get*]', 'AwsSolutions-IAM5[Resource::*]', 'PCI.DSS.321-IAMNoInlinePolicy', 'PCI.DSS.321-IAMNoInlinePolicy']],
    ['an older runtime', stack => { new PaymentKeyProvider(stack, { runtime: Runtime.NODEJS_20_X }); }, ['AwsSolutions-L1']],
    ['an older runtime of a watch', stack => {
      new PaymentKeyProvider(stack, { runtime: Runtime.NODEJS_20_X });
      new PaymentKeyWatch(stack, 'Watch');
    }, ['AwsSolutions-L1', 'AwsSolutions-L1']],
    ['a log group that is not encrypted', stack => { new PaymentKeyProvider(stack, { logGroup: new LogGroup(stack, 'Log') }); },
      ['PCI.DSS.321-CloudWatchLogGroupEncrypted']],
  ])('still show what a user brings about: %s', (_, bring, expected) => {
    const app = new App();
    const stack = new Stack(app, 'Payments', { env: ENV });
    bring(stack);
    new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: [] });
    app.synth();
    expect(findings(app, 'not acknowledged').map(({ id }) => id).sort()).toEqual(expected);
  });

  test('leave no trace in the template', () => {
    const app = everything(ENV);
    expect(acknowledged(app).length).toBeGreaterThan(0);
    expect(JSON.stringify(app.synth().stacks.map(({ template }) => template))).not.toMatch(/AwsSolutions|PCI\.DSS|cdk_nag/);
  });
});
