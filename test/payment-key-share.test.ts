import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import {
  AccountPrincipal, ArnPrincipal, CompositePrincipal, IGrantable, OrganizationPrincipal, PolicyStatement, Role, ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { App, CfnOutput, NestedStack, PhysicalName, Stack, Stage } from 'aws-cdk-lib/core';
import { MultiRegionPaymentKey, MultiRegionPaymentKeyProps, PaymentKeyOperation, PaymentKeyRotation, PaymentKeyShare, PaymentKeySpec } from '../src';
import { operations as ofControlPlane } from './emulator/payment-cryptography.model.json';

// The newest aws-cdk-lib validates every template, and refuses one without a resource.
process.env.CDK_VALIDATION = 'false';

const ENV = { account: '111122223333', region: 'us-east-1' };
const OTHER = '444455556666';
const PROCESSOR = () => new AccountPrincipal(OTHER);
const { VERIFY_CARD_VALIDATION_DATA, GENERATE_CARD_VALIDATION_DATA, VERIFY_PIN_DATA } = PaymentKeyOperation;
const operations = [VERIFY_CARD_VALIDATION_DATA];
const VERIFY = 'payment-cryptography:VerifyCardValidationData';

const payments = () => new Stack(new App(), 'Payments', { env: ENV });
const declare = (stack: Stack, props: Partial<MultiRegionPaymentKeyProps> = {}, id = 'Cvk') =>
  new MultiRegionPaymentKey(stack, id, { spec: PaymentKeySpec.cardVerification(), replicationRegions: [], ...props });

/** Of ARNs only what differs. */
const short = (value: any): string => typeof value === 'string' ? value : value['Fn::GetAtt']?.join('.') ?? value.Ref
  ?? value['Fn::Join'][1].map((part: any) => typeof part === 'string' ? part : part['Fn::GetAtt']?.[1] ?? '…').join('');
const inRegion = (region: string, id = 'KeyId') => `arn:…:payment-cryptography:${region}:${ENV.account}:key/${id}`;
const ROOT = `arn:…:iam::${OTHER}:root`;

const joined = (text: any): string => typeof text === 'string' ? text : text['Fn::Join'][1].map((part: any) => typeof part === 'string' ? part : '…').join('');

/** What the template says: the resource policies of keys, and the roles by which others use them. */
function shares(stack: Stack) {
  const template = Template.fromStack(stack);
  const documents = Object.values(template.findResources('Custom::MultiRegionPaymentKey')).map(({ Properties }) => Properties.ResourcePolicy).filter(text => text);
  const policies = documents.map(text => JSON.parse(joined(text)));
  const roles = Object.entries(template.findResources('AWS::IAM::Role')).filter(([id]) => id.startsWith('PaymentKeyConsumer'));
  const granted = Object.values(template.findResources('AWS::IAM::Policy')).filter(({ Properties }) => Properties.Roles[0].Ref.startsWith('PaymentKeyConsumer'));
  return {
    policies: policies.map(({ Statement }) => Statement.map(({ Action, Principal, Resource, Condition }: any) =>
      ({ Action, Principal: Principal.AWS, Resource, ...Condition && { Condition } }))),
    trust: roles.map(([, { Properties }]) => Properties.AssumeRolePolicyDocument.Statement.map(({ Action, Principal, Condition }: any) =>
      ({ Action, Principal: short(Principal.AWS), ...Condition && { Condition } }))),
    granted: granted.map(({ Properties }) => Properties.PolicyDocument.Statement.map(({ Action, Resource, Condition }: any) =>
      ({ Action, Resource: [Resource].flat().map(short), ...Condition && { Condition } }))),
  };
}
const warnings = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));

describe('a key is shared', () => {
  test('in the Region of its primary by its resource policy, and needs no role there', () => {
    const stack = payments();
    const share = declare(stack).shareWith(PROCESSOR(), { operations: [...operations, ...operations] });
    expect(share.role).toBeUndefined();
    expect(shares(stack)).toEqual({ policies: [[{ Action: VERIFY, Principal: ROOT, Resource: '*' }]], trust: [], granted: [] });
  });

  test('in the Regions of its replicas by a role, and the warning about replicas is not given', () => {
    const stack = payments();
    const share = declare(stack, { replicationRegions: ['us-west-2', 'eu-west-1'] }).shareWith(PROCESSOR(), { operations });
    expect(share.role).toBeDefined();
    expect(shares(stack)).toEqual({
      policies: [[{ Action: VERIFY, Principal: ROOT, Resource: '*' }]],
      trust: [[{ Action: 'sts:AssumeRole', Principal: ROOT }]],
      granted: [[{ Action: VERIFY, Resource: [inRegion('us-west-2'), inRegion('eu-west-1')] }]],
    });
    expect(warnings(stack)).toEqual([]);
  });

  test.each([
    ['declared before the share', true],
    ['added after the share', false],
  ])('in Regions that are %s, in the same template', (_, before) => {
    const stack = payments();
    const key = declare(stack, { replicationRegions: before ? ['us-west-2', 'eu-west-1'] : [] });
    const share = key.shareWith(PROCESSOR(), { operations });
    if (!before) { ['us-west-2', 'eu-west-1'].forEach(region => key.addReplicationRegion(region)); }
    expect(share.role).toBeDefined();
    expect(shares(stack).granted).toEqual([[{ Action: VERIFY, Resource: [inRegion('us-west-2'), inRegion('eu-west-1')] }]]);
    expect(stack.getLogicalId(share.role!.node.defaultChild as never)).toBe('PaymentKeyConsumer444455556666RoleD239F526');
  });

  test('in every Region by the role, where the account\'s defaults decide about the Regions', () => {
    const stack = payments();
    declare(stack, { replicationRegions: undefined }).shareWith(PROCESSOR(), { operations });
    expect(shares(stack).granted).toEqual([[{ Action: VERIFY, Resource: [inRegion('*')] }]]);
    expect(shares(stack).policies).toHaveLength(1);
  });

  test('in the Regions that are named only', () => {
    const stack = payments();
    const key = declare(stack, { replicationRegions: ['us-west-2', 'eu-west-1'] });
    const inPrimary = key.shareWith(PROCESSOR(), { operations, regions: ['us-east-1'] });
    const inReplica = key.shareWith(new AccountPrincipal('777788889999'), { operations, regions: ['eu-west-1'] });
    key.addReplicationRegion('eu-central-1');
    expect([inPrimary.role, inReplica.role].map(role => role !== undefined)).toEqual([false, true]);
    const { policies, granted } = shares(stack);
    expect(policies).toEqual([[{ Action: VERIFY, Principal: ROOT, Resource: '*' }]]);
    expect(granted).toEqual([[{ Action: VERIFY, Resource: [inRegion('eu-west-1')] }]]);
  });

  test('by the role only, in every Region, without a resource policy', () => {
    const stack = payments();
    const key = declare(stack, { replicationRegions: ['us-west-2'] });
    key.shareWith(PROCESSOR(), { operations, roleOnly: true });
    key.addReplicationRegion('eu-west-1');
    expect(shares(stack)).toMatchObject({
      policies: [], granted: [[{ Action: VERIFY, Resource: [expect.stringMatching(/^Cvk.*\.KeyArn$/), inRegion('us-west-2'), inRegion('eu-west-1')] }]],
    });
    expect(Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Policy')).filter(id => id.includes('ResourcePolic'))).toEqual([]);
  });

  test('by the role only, in the Regions that are named', () => {
    const stack = payments();
    declare(stack, { replicationRegions: ['us-west-2', 'eu-west-1'] }).shareWith(PROCESSOR(), { operations, roleOnly: true, regions: ['us-east-1', 'eu-west-1'] });
    expect(shares(stack).granted).toEqual([[{ Action: VERIFY, Resource: [expect.stringMatching(/^Cvk.*\.KeyArn$/), inRegion('eu-west-1')] }]]);
  });

  test('beside a statement of its own for the primary, of which the warning stays', () => {
    const stack = payments();
    const key = declare(stack);
    key.shareWith(PROCESSOR(), { operations });
    key.addToResourcePolicy(new PolicyStatement({ principals: [new AccountPrincipal('777788889999')], actions: [VERIFY], resources: ['*'] }));
    key.addReplicationRegion('us-west-2');
    expect(shares(stack).policies[0]).toHaveLength(2);
    expect(warnings(stack)).toEqual([expect.stringContaining('resource policies do not replicate')]);
  });

  test('when it was adopted', () => {
    const stack = payments();
    const adopted = MultiRegionPaymentKey.adopt(stack, 'Adopted', {
      key: MultiRegionPaymentKey.fromKeyArn(stack, 'Made', `arn:aws:payment-cryptography:us-east-1:${ENV.account}:key/kwapwa6qaifllw2h`), replicationRegions: ['us-west-2'],
    });
    adopted.shareWith(PROCESSOR(), { operations });
    const [{ Properties }] = Object.values(Template.fromStack(stack).findResources('Custom::AdoptedPaymentKey'));
    expect(JSON.stringify(Properties.ResourcePolicy)).toContain(OTHER);
    expect(shares(stack).granted).toEqual([[{ Action: VERIFY, Resource: [inRegion('us-west-2')] }]]);
  });
});

describe('the role', () => {
  const pinKeys = (stack: Stack) => [PaymentKeySpec.pinEncryption(), PaymentKeySpec.visaPinVerification()]
    .map((spec, index) => declare(stack, { spec, replicationRegions: ['us-west-2'] }, `Key${index}`));

  test('is one for all keys of a stack that are shared with a principal, since a request may use two', () => {
    const stack = payments();
    const roles = pinKeys(stack).map(key => key.shareWith(PROCESSOR(), { operations: [VERIFY_PIN_DATA] }).role);
    expect(roles[0]).toBe(roles[1]);
    expect(shares(stack).granted).toEqual([[expect.anything(), expect.anything()]]);
  });

  test('is another for another principal: another account, or the same under conditions', () => {
    const stack = payments();
    const key = declare(stack, { replicationRegions: ['us-west-2'] });
    const principals = [
      PROCESSOR(), new AccountPrincipal('777788889999'),
      PROCESSOR().withConditions({ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OTHER}:role/authorizer` } }),
      PROCESSOR().withConditions({ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OTHER}:role/issuer` } }),
      new ArnPrincipal(`arn:aws:iam::${OTHER}:role/authorizer`),
      new CompositePrincipal(PROCESSOR(), new AccountPrincipal('777788889999')),
    ];
    const roles = principals.map(principal => key.shareWith(principal, { operations }).role);
    expect(new Set(roles).size).toBe(principals.length);
    expect(shares(stack).trust[2]).toEqual([{ Action: 'sts:AssumeRole', Principal: ROOT, Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OTHER}:role/authorizer` } } }]);
    expect(shares(stack).policies[0][2]).toMatchObject({ Condition: { ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OTHER}:role/authorizer` } } });
  });

  test('does not change with the order in which keys are declared', () => {
    const inOrder = (turn: (keys: MultiRegionPaymentKey[]) => MultiRegionPaymentKey[]) => {
      const stack = payments();
      turn(pinKeys(stack)).forEach(key => key.shareWith(PROCESSOR(), { operations: [VERIFY_PIN_DATA] }));
      return Object.keys(Template.fromStack(stack).findResources('AWS::IAM::Role')).filter(id => id.startsWith('PaymentKeyConsumer'));
    };
    expect(inOrder(keys => keys)).toEqual(inOrder(keys => keys.reverse()));
  });

  test('asks for the external id', () => {
    const stack = payments();
    declare(stack, { replicationRegions: ['us-west-2'] }).shareWith(PROCESSOR(), { operations, externalId: 'issuer-42' });
    expect(shares(stack).trust).toEqual([[{ Action: 'sts:AssumeRole', Principal: ROOT, Condition: { StringEquals: { 'sts:ExternalId': 'issuer-42' } } }]]);
    expect(shares(stack).policies[0][0]).not.toHaveProperty('Condition');
  });

  test('may be given, and keeps its trust policy', () => {
    const stack = payments();
    const role = new Role(stack, 'PaymentKeyConsumerOfUser', { assumedBy: PROCESSOR(), externalIds: ['issuer-42'] });
    const share = declare(stack, { replicationRegions: ['us-west-2'] }).shareWith(PROCESSOR(), { operations, role });
    expect(share.role).toBe(role);
    expect(shares(stack)).toMatchObject({ trust: [[{ Condition: { StringEquals: { 'sts:ExternalId': 'issuer-42' } } }]], granted: [[{ Resource: [inRegion('us-west-2')] }]] });
  });

  const nameIn = (stack: Stack) => Object.values(Template.fromStack(stack).findResources('AWS::IAM::Role'))
    .find(({ Properties }) => Properties.Description?.startsWith('Uses the payment keys'))!.Properties.RoleName;
  const shared = (stack: Stack) => declare(stack, { replicationRegions: ['us-west-2'] }).shareWith(PROCESSOR(), { operations });

  test('has a name that stacks of other accounts in the app know, also of a later stage', () => {
    const app = new App();
    const stack = new Stack(new Stage(app, 'Keys'), 'Payments', { env: ENV });
    const { role } = shared(stack);
    const consumer = new Stack(new Stage(app, 'Consumers'), 'Consumer', { env: { account: OTHER, region: 'us-west-2' } });
    new CfnOutput(consumer, 'Role', { value: role!.roleArn });
    // The stages, one after the other, as they are when the app is synthesized.
    app.synth();
    expect(nameIn(stack)).toMatch(/^PaymentKeyConsumer-444455556666-[0-9a-f]{8}$/);
    expect(short(Template.fromStack(consumer).findOutputs('*').Role.Value)).toBe(`arn:…:iam::${ENV.account}:role/${nameIn(stack)}`);
  });

  test('has a name of its own in each stack and Region, and one of CloudFormation where the Region is not known', () => {
    const nested = (parent: Stack) => new NestedStack(parent, 'Nested');
    const stacks = [
      payments(), new Stack(new App(), 'Payments', { env: { ...ENV, region: 'eu-west-1' } }), new Stack(new App(), 'Others', { env: ENV }),
      new Stack(new App(), 'Payments', { env: ENV, stackName: 'Again' }), nested(payments()),
    ];
    stacks.forEach(shared);
    expect(new Set(stacks.map(nameIn)).size).toBe(stacks.length);
    const anywhere = new Stack(new App(), 'Payments');
    shared(anywhere);
    expect(nameIn(anywhere)).toBeUndefined();
  });

  test('comes back under its name with the next replica', () => {
    const [before, after] = [['us-west-2'], ['eu-west-1']].map(replicationRegions => {
      const stack = payments();
      declare(stack, { replicationRegions }).shareWith(PROCESSOR(), { operations });
      return nameIn(stack);
    });
    expect(after).toBe(before);
  });

  test('lets in a role of the app in another account, by its name', () => {
    const app = new App();
    const authorizer = new Role(new Stack(app, 'Consumer', { env: { account: OTHER, region: 'us-west-2' } }), 'Role', {
      roleName: PhysicalName.GENERATE_IF_NEEDED, assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    const stack = new Stack(app, 'Payments', { env: ENV });
    declare(stack, { replicationRegions: ['us-west-2'] }).shareWith(authorizer, { operations });
    expect(shares(stack).trust).toEqual([[{ Action: 'sts:AssumeRole', Principal: expect.stringMatching(`^arn:…:iam::${OTHER}:role/consumerconsumerrole`) }]]);
  });
});

describe('keys whose resource policy the app does not manage are shared by the role only', () => {
  const arn = `arn:aws:payment-cryptography:us-east-1:${ENV.account}:key/kwapwa6qaifllw2h`;

  test('by its ARN', () => {
    const stack = payments();
    const key = MultiRegionPaymentKey.fromKeyAttributes(stack, 'Imported', { keyId: 'kwapwa6qaifllw2h', replicationRegions: ['us-west-2'] });
    new PaymentKeyShare(stack, 'Share', { key, principal: PROCESSOR(), operations, roleOnly: true });
    expect(shares(stack).granted).toEqual([[{ Action: VERIFY, Resource: [inRegion('us-east-1', 'kwapwa6qaifllw2h'), inRegion('us-west-2', 'kwapwa6qaifllw2h')] }]]);
  });

  test('native, in the Regions that are named', () => {
    const stack = payments();
    const key = new CfnKey(stack, 'Native', {
      exportable: true,
      replicationRegions: ['us-west-2'],
      keyAttributes: { keyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', keyClass: 'SYMMETRIC_KEY', keyAlgorithm: 'TDES_2KEY', keyModesOfUse: { generate: true, verify: true } },
    });
    new PaymentKeyShare(stack, 'Share', { key, principal: PROCESSOR(), operations, roleOnly: true, regions: ['us-east-1'] });
    expect(shares(stack).granted).toEqual([[{ Action: VERIFY, Resource: ['Native'] }]]);
  });

  test('a replica, in its Region', () => {
    const stack = payments();
    const key = declare(stack, { replicationRegions: ['us-west-2', 'eu-west-1'] }).replica('eu-west-1');
    new PaymentKeyShare(stack, 'Share', { key, principal: PROCESSOR(), operations, roleOnly: true });
    expect(shares(stack)).toMatchObject({ policies: [], granted: [[{ Action: VERIFY, Resource: [inRegion('eu-west-1')] }]] });
  });

  test('behind the alias of a rotation, which the role follows', () => {
    const stack = payments();
    const { keyBehindAlias: key } = new PaymentKeyRotation(stack, 'Cvk', {
      spec: PaymentKeySpec.cardVerification(), aliasName: 'alias/cvk', versions: ['2026'], current: '2026', replicationRegions: ['us-west-2'],
    });
    new PaymentKeyShare(stack, 'Share', { key, principal: PROCESSOR(), operations, roleOnly: true });
    expect(shares(stack).granted).toEqual([[{
      Action: VERIFY, Resource: [inRegion('us-east-1', '*'), inRegion('us-west-2', '*')], Condition: { 'ForAnyValue:StringEquals': { 'payment-cryptography:ResourceAliases': 'alias/cvk' } },
    }]]);
  });

  test.each<[string, (stack: Stack) => any]>([
    ['an imported key', stack => MultiRegionPaymentKey.fromKeyArn(stack, 'Key', arn)],
    ['a key behind an alias', stack => MultiRegionPaymentKey.fromAliasName(stack, 'Key', 'alias/cvk')],
    ['a replica', stack => declare(stack, { replicationRegions: ['us-west-2'] }).replica('us-west-2')],
  ])('and %s is refused otherwise', (_, make) => {
    const stack = payments();
    expect(() => new PaymentKeyShare(stack, 'Share', { key: make(stack), principal: PROCESSOR(), operations }))
      .toThrow(expect.objectContaining({ name: 'ResourcePolicyNotManaged', message: expect.stringContaining('roleOnly') }));
  });
});

describe('whom a key can be shared with', () => {
  const share = (principal: IGrantable) => declare(payments()).shareWith(principal, { operations });
  const organization = (conditions: Record<string, unknown>) => new ArnPrincipal('*').withConditions(conditions);

  test.each<[string, IGrantable]>([
    ['an account', PROCESSOR()],
    ['an account by its id', new ArnPrincipal(OTHER)],
    ['a role', new ArnPrincipal(`arn:aws:iam::${OTHER}:role/service/authorizer`)],
    ['a user', new ArnPrincipal(`arn:aws:iam::${OTHER}:user/terminal`)],
    ['a session', new ArnPrincipal(`arn:aws:sts::${OTHER}:assumed-role/authorizer/one`)],
    ['an organization', new OrganizationPrincipal('o-exampleorgid')],
    ['a unit of an organization', organization({ 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': ['o-exampleorgid/r-ab12/ou-ab12-11111111/*'] } })],
    ['roles of an account by their names', organization({ ArnLike: { 'aws:PrincipalArn': `arn:aws:iam::${OTHER}:role/authorizer-*` } })],
  ])('%s', (_, principal) => expect(() => share(principal)).not.toThrow());

  test.each<[string, Record<string, unknown>]>([
    ['a condition that says nothing about whom', { Bool: { 'aws:SecureTransport': 'true' } }],
    ['any organization', { StringLike: { 'aws:PrincipalOrgID': 'o-*' } }],
    ['one organization, or any', { StringLike: { 'aws:PrincipalOrgID': ['o-exampleorgid', '*'] } }],
    ['those without an organization too', { StringEqualsIfExists: { 'aws:PrincipalOrgID': 'o-exampleorgid' } }],
    ['those who are not of the organization', { StringNotEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } }],
    ['a role of any account', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::*:role/authorizer' } }],
    ['paths that may be none', { 'ForAllValues:StringLike': { 'aws:PrincipalOrgPaths': ['o-exampleorgid/*'] } }],
  ])('not everybody under %s', (_, conditions) => {
    expect(() => share(organization(conditions))).toThrow(expect.objectContaining({ name: 'InvalidPrincipal', message: expect.stringContaining('everybody') }));
  });

  test.each([
    ['every role', `arn:aws:iam::${OTHER}:role/*`], ['a group', `arn:aws:iam::${OTHER}:group/terminals`], ['a unique id', 'AROAEXAMPLEEXAMPLE12'],
    ['a function', `arn:aws:lambda:us-east-1:${OTHER}:function:authorizer`],
  ])('not %s', (_, arn) => {
    expect(() => share(new ArnPrincipal(arn))).toThrow(expect.objectContaining({ name: 'InvalidPrincipal', message: expect.stringContaining(`'${arn}'`) }));
  });

  test.each<[string, IGrantable, object]>([
    ['an organization', new OrganizationPrincipal('o-exampleorgid'), { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' }, StringNotEquals: { 'aws:PrincipalAccount': [ENV.account] } }],
    ['an organization without some accounts', new OrganizationPrincipal('o-exampleorgid').withConditions({ StringNotEquals: { 'aws:principalaccount': OTHER, 'aws:PrincipalType': 'User' } }),
      { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' }, StringNotEquals: { 'aws:principalaccount': [OTHER, ENV.account], 'aws:PrincipalType': 'User' } }],
  ])('%s, but not the own account, where grants decide', (_, principal, Condition) => {
    const stack = payments();
    declare(stack, { replicationRegions: ['us-west-2'] }).shareWith(principal, { operations });
    const { policies, trust } = shares(stack);
    expect(policies).toEqual([[{ Action: VERIFY, Principal: '*', Resource: '*', Condition }]]);
    expect(trust).toEqual([[{ Action: 'sts:AssumeRole', Principal: '*', Condition }]]);
  });

  test('an organization in a resource policy draws a warning, by the role only it does not', () => {
    const [byPolicy, byRole] = [false, true].map(roleOnly => {
      const stack = payments();
      declare(stack).shareWith(new OrganizationPrincipal('o-exampleorgid'), { operations, roleOnly });
      return warnings(stack);
    });
    expect(byPolicy).toEqual([expect.stringContaining('set roleOnly, or name accounts')]);
    expect(byRole).toEqual([]);
  });
});

describe('what can be shared', () => {
  const share = (...names: string[]) => declare(payments()).shareWith(PROCESSOR(), { operations: names.map(name => PaymentKeyOperation.of(name)) });
  const USES_OR_READS = ['ExportKey', 'GetCertificateSigningRequest', 'GetKey', 'GetPublicKeyCertificate', 'ListTagsForResource'];

  // Those of the data plane have another model.
  test.each(Object.keys(ofControlPlane))('%s of the control plane only if it uses or reads the key', name => {
    const outcome = () => share(name);
    if (!USES_OR_READS.includes(name)) { return expect(outcome).toThrow(expect.objectContaining({ name: 'OperationNotShareable', message: expect.stringContaining(name) })); }
    return name === 'GetPublicKeyCertificate' ? expect(outcome).toThrow(expect.objectContaining({ name: 'OperationNotAllowedByKeyUsage' })) : expect(outcome).not.toThrow();
  });

  test('is what the key can do', () => {
    expect(() => share('EncryptData')).toThrow(expect.objectContaining({ name: 'OperationNotAllowedByKeyUsage' }));
    expect(() => share('GenerateAs2805KekValidation')).not.toThrow();
  });

  test('as many accounts as a policy has room for', () => {
    const stack = payments();
    const key = declare(stack);
    const shareWith = (account: number) => key.shareWith(new AccountPrincipal(`${account}`), { operations: [VERIFY_CARD_VALIDATION_DATA, GENERATE_CARD_VALIDATION_DATA] });
    const first = 200_000_000_000;
    for (let account = first; account < first + 100; account += 1) { shareWith(account); }
    expect(key.node.validate()).toEqual([]);
    for (let account = first + 100; account < first + 130; account += 1) { shareWith(account); }
    expect(key.node.validate()).toEqual([expect.stringMatching(/^InvalidResourcePolicy: .*at most 20480 are allowed/)]);
  });
});

test('a role has room for a hundred keys, in policies beside its own', () => {
  const stack = payments();
  for (let index = 0; index < 100; index += 1) {
    declare(stack, { replicationRegions: ['us-west-2', 'eu-west-1'] }, `Key${index}`).shareWith(PROCESSOR(), { operations });
  }
  const template = Template.fromStack(stack);
  const [own, beside] = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'].map(type => Object.values(template.findResources(type))
    .filter(({ Properties }) => Properties.Roles[0].Ref.startsWith('PaymentKeyConsumer')).map(({ Properties }) => Properties.PolicyDocument));
  // IAM quotas. References are longer in the template than what they stand for.
  const longest = (documents: object[]) => Math.max(...documents.map(document => JSON.stringify(document).length));
  expect(longest(own)).toBeLessThanOrEqual(10_240);
  expect(longest(beside)).toBeLessThanOrEqual(6_144);
  expect(beside.length).toBeLessThanOrEqual(10);
  expect([...own, ...beside].flatMap(({ Statement }) => Statement)).toHaveLength(100);
});

test('whoever depends on a share waits for the key and the role', () => {
  const stack = payments();
  const share = declare(stack, { replicationRegions: ['us-west-2'] }).shareWith(PROCESSOR(), { operations });
  const output = new CfnKey(stack, 'Later', { exportable: true, keyAttributes: { keyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', keyClass: 'SYMMETRIC_KEY', keyAlgorithm: 'TDES_2KEY', keyModesOfUse: { generate: true } } });
  output.node.addDependency(share);
  const { DependsOn } = Template.fromStack(stack).findResources('AWS::PaymentCryptography::Key').Later as any;
  expect(DependsOn).toEqual(expect.arrayContaining([expect.stringMatching(/^Cvk/), expect.stringMatching(/^PaymentKeyConsumer.*Role/)]));
});
