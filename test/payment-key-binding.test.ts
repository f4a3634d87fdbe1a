import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { App, Aws, Lazy, Stack } from 'aws-cdk-lib/core';
import {
  IPaymentKey, MultiRegionPaymentKey, MultiRegionPaymentKeyProps, PaymentKeyBinding, PaymentKeyBindingOptions, PaymentKeyOperation,
  PaymentKeyRotation, PaymentKeySpec, RegionalAlias,
} from '../src';
import { operation, OPERATION_NAMES } from '../src/private/grant-operations';

const ACCOUNT = '111122223333';
const ENV = { account: ACCOUNT, region: 'us-east-1' };
const KEY_ID = 'abcdefghijklmnop';
const { VERIFY_CARD_VALIDATION_DATA, GENERATE_CARD_VALIDATION_DATA } = PaymentKeyOperation;
const VERIFY: PaymentKeyBindingOptions = { operations: [VERIFY_CARD_VALIDATION_DATA] };

const stackIn = (env: { account: string; region: string } | undefined = ENV, id = 'Payments', app = new App()) => new Stack(app, id, { env });
const functionIn = (stack: Stack, props: object = {}) =>
  new Function(stack, 'Authorizer', { code: Code.fromInline('exports.handler = () => {}'), handler: 'index.handler', runtime: Runtime.NODEJS_22_X, ...props });
const keyIn = (stack: Stack, props: Partial<MultiRegionPaymentKeyProps> = {}) =>
  new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2', 'eu-west-1'], ...props });

/** A key and a function in one stack, bound. */
function bound(options: Partial<PaymentKeyBindingOptions> = {}, declare: (stack: Stack) => IPaymentKey = keyIn) {
  const stack = stackIn();
  const [key, handler] = [declare(stack), functionIn(stack)];
  return { stack, key, handler, binding: key.bind(handler, { ...VERIFY, ...options }) };
}

/** What stands in a template, with references as their last part. */
const text = (value: any): any => {
  if (Array.isArray(value)) { return value.map(text); }
  if (typeof value !== 'object') { return value; }
  return value['Fn::Join']?.[1].map(text).join('') ?? value['Fn::GetAtt']?.[1] ?? value.Ref;
};
const only = (stack: Stack, type: string) => Object.entries(Template.fromStack(stack).findResources(type)).filter(([id]) => id.startsWith('Authorizer'));
const variables = (stack: Stack): Record<string, string> => {
  const [[, { Properties }]] = only(stack, 'AWS::Lambda::Function');
  return Object.fromEntries(Object.entries(Properties.Environment.Variables).map(([name, value]) => [name, text(value)]));
};
const statements = (stack: Stack) => only(stack, 'AWS::IAM::Policy').flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
  .map(({ Action, Resource, Condition }) => ({ Action: [Action].flat(), Resource: [Resource].flat().map(text), ...Condition && { Condition } }));
const arnIn = (region: string, id = 'KeyId') => `arn:AWS::Partition:payment-cryptography:${region}:${ACCOUNT}:key/${id}`;
/** Of this library alone. */
const warnings = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.anyValue())
  .map(({ entry }) => String(entry.data)).filter(one => one.includes('cdk-multi-region-payment-keys:'));

describe('without an alias', () => {
  test('the function is told the ARN of each Region, and may use the key in each', () => {
    const { stack, binding } = bound();
    expect(variables(stack)).toEqual({
      PAYMENT_KEY_REGIONS: 'us-east-1,us-west-2,eu-west-1',
      PAYMENT_KEY_IDENTIFIERS: `KeyArn,${arnIn('us-west-2')},${arnIn('eu-west-1')}`,
    });
    expect(statements(stack)).toEqual([
      { Action: ['payment-cryptography:VerifyCardValidationData'], Resource: ['KeyArn', arnIn('us-west-2'), arnIn('eu-west-1')] },
    ]);
    expect(binding.grant.success).toBe(true);
    expect(Object.keys(binding.environment)).toEqual(['PAYMENT_KEY_REGIONS', 'PAYMENT_KEY_IDENTIFIERS']);
  });

  test('Regions that are added later are tried last, and granted', () => {
    const { stack, key } = bound();
    (key as MultiRegionPaymentKey).addReplicationRegion('eu-central-1');
    expect(variables(stack).PAYMENT_KEY_REGIONS).toBe('us-east-1,us-west-2,eu-west-1,eu-central-1');
    expect(statements(stack)[0].Resource).toContain(arnIn('eu-central-1'));
  });

  test('Regions that are added after somebody looked are in the template', () => {
    const { stack, key, binding } = bound();
    expect(stack.resolve(binding.environment.PAYMENT_KEY_REGIONS)).toBe('us-east-1,us-west-2,eu-west-1');
    (key as MultiRegionPaymentKey).addReplicationRegion('eu-central-1');
    expect(variables(stack).PAYMENT_KEY_REGIONS).toBe('us-east-1,us-west-2,eu-west-1,eu-central-1');
  });

  test('of the Regions that are listed, the own one is tried first, and no other is granted', () => {
    const { stack, key } = bound({ regions: ['eu-west-1', 'us-east-1'] });
    (key as MultiRegionPaymentKey).addReplicationRegion('eu-central-1');
    expect(variables(stack)).toEqual({ PAYMENT_KEY_REGIONS: 'us-east-1,eu-west-1', PAYMENT_KEY_IDENTIFIERS: `KeyArn,${arnIn('eu-west-1')}` });
    expect(statements(stack)[0].Resource).toEqual([arnIn('eu-west-1'), 'KeyArn']);
  });

  test('a list may leave out the own Region', () => {
    const { stack } = bound({ regions: ['eu-west-1', 'us-west-2'] });
    expect(variables(stack).PAYMENT_KEY_REGIONS).toBe('eu-west-1,us-west-2');
    expect(statements(stack)[0].Resource).toEqual([arnIn('eu-west-1'), arnIn('us-west-2')]);
  });

  test('a key of one Region has one', () => {
    const { stack } = bound({}, its => keyIn(its, { replicationRegions: [] }));
    expect(variables(stack)).toEqual({ PAYMENT_KEY_REGIONS: 'us-east-1', PAYMENT_KEY_IDENTIFIERS: 'KeyArn' });
  });

  test('a replica is used in its Region', () => {
    const { stack } = bound({}, its => keyIn(its).replica('us-west-2'));
    expect(variables(stack)).toEqual({ PAYMENT_KEY_REGIONS: 'us-west-2', PAYMENT_KEY_IDENTIFIERS: arnIn('us-west-2') });
    expect(statements(stack)[0].Resource).toEqual([arnIn('us-west-2')]);
  });

  test('an imported key is used where it is said to be', () => {
    const { stack } = bound({}, its => MultiRegionPaymentKey.fromKeyAttributes(its, 'Foreign', { keyId: KEY_ID, region: 'us-west-2', replicationRegions: ['us-east-1'] }));
    expect(variables(stack)).toEqual({
      PAYMENT_KEY_REGIONS: 'us-east-1,us-west-2', PAYMENT_KEY_IDENTIFIERS: `${arnIn('us-east-1', KEY_ID)},${arnIn('us-west-2', KEY_ID)}`,
    });
    const listed = bound({ regions: ['us-west-2'] }, its => MultiRegionPaymentKey.fromKeyArn(its, 'Foreign', `arn:aws:payment-cryptography:us-east-1:${ACCOUNT}:key/${KEY_ID}`));
    expect(statements(listed.stack)[0].Resource).toEqual([`arn:aws:payment-cryptography:us-west-2:${ACCOUNT}:key/${KEY_ID}`]);
  });

  test('an adopted key is one', () => {
    const { stack } = bound({}, its => MultiRegionPaymentKey.adopt(its, 'Cvk', {
      key: MultiRegionPaymentKey.fromKeyArn(its, 'Made', `arn:aws:payment-cryptography:us-east-1:${ACCOUNT}:key/${KEY_ID}`), replicationRegions: ['us-west-2'],
    }));
    expect(variables(stack).PAYMENT_KEY_REGIONS).toBe('us-east-1,us-west-2');
  });
});

describe('with an alias', () => {
  const named = (stack: Stack) => {
    const key = keyIn(stack);
    key.addAlias('alias/cvk');
    return key;
  };

  test('the function is told its name for each Region, and is not there before it', () => {
    const { stack, handler } = bound({ aliasName: 'alias/cvk', environmentPrefix: 'CVK' }, named);
    expect(variables(stack)).toEqual({ CVK_REGIONS: 'us-east-1,us-west-2,eu-west-1', CVK_IDENTIFIERS: 'alias/cvk,alias/cvk,alias/cvk' });
    const [aliasId] = Object.keys(Template.fromStack(stack).findResources('Custom::RegionalPaymentKeyAlias'));
    expect(only(stack, 'AWS::Lambda::Function')[0][1].DependsOn).toContain(aliasId);
    expect(handler.role).toBeDefined();
    expect(warnings(stack)).toEqual([]);
  });

  test('it may be declared after the binding', () => {
    const { stack, key } = bound({ aliasName: 'alias/cvk' });
    key.addAlias('alias/cvk');
    expect(only(stack, 'AWS::Lambda::Function')[0][1].DependsOn).toContain(Object.keys(Template.fromStack(stack).findResources('Custom::RegionalPaymentKeyAlias'))[0]);
    expect(warnings(stack)).toEqual([]);
  });

  test('there is no circle when the key names the role of the function in its policy', () => {
    const { stack, key, handler } = bound({ aliasName: 'alias/cvk' }, named);
    (key as MultiRegionPaymentKey).addToResourcePolicy(new PolicyStatement({ principals: [handler.role!], actions: ['payment-cryptography:VerifyCardValidationData'], resources: ['*'] }));
    // Refuses circles.
    expect(() => Template.fromStack(stack)).not.toThrow();
  });

  test('a Region that has no such alias draws a warning, and so does the alias of another key', () => {
    const { stack, key } = bound({ aliasName: 'alias/cvk' });
    key.addAlias('alias/cvk', { regions: ['us-east-1', 'eu-west-1'] });
    expect(warnings(stack)).toEqual([expect.stringMatching(/alias\/cvk of Payments\/Cvk in us-west-2\. /)]);
    const other = bound({ aliasName: 'alias/cvk' });
    new RegionalAlias(other.stack, 'Other', { aliasName: 'alias/cvk', key: MultiRegionPaymentKey.fromKeyAttributes(other.stack, 'Foreign', { keyId: KEY_ID }), regions: ['us-east-1', 'us-west-2', 'eu-west-1'] });
    expect(warnings(other.stack)).toEqual([expect.stringMatching(/alias\/cvk of Payments\/Cvk in us-east-1, us-west-2, eu-west-1\. /)]);
  });

  test('it may be declared in another stack, and for a key that is imported it is not looked for', () => {
    const { stack, key } = bound({ aliasName: 'alias/cvk' });
    new RegionalAlias(stackIn(ENV, 'Names', stack.node.root as App), 'Alias', { aliasName: 'alias/cvk', key, regions: ['us-east-1', 'us-west-2', 'eu-west-1'] });
    expect(warnings(stack)).toEqual([]);
    const imported = bound({ aliasName: 'alias/cvk' }, its => MultiRegionPaymentKey.fromKeyAttributes(its, 'Foreign', { keyId: KEY_ID, replicationRegions: [] }));
    expect(warnings(imported.stack)).toEqual([]);
  });

  test('it may be a token', () => {
    const { stack } = bound({ aliasName: Aws.STACK_NAME, regions: ['us-east-1', 'us-west-2'] });
    expect(variables(stack).PAYMENT_KEY_IDENTIFIERS).toBe('AWS::StackName,AWS::StackName');
  });

  test('a key that is known by its alias alone is named by it, in a stack of the Region of its replica too', () => {
    const stack = stackIn({ account: ACCOUNT, region: 'us-west-2' });
    MultiRegionPaymentKey.fromAliasName(stack, 'Cvk', 'alias/cvk').bind(functionIn(stack), { ...VERIFY, regions: ['us-east-1', 'us-west-2'] });
    expect(variables(stack)).toEqual({ PAYMENT_KEY_REGIONS: 'us-west-2,us-east-1', PAYMENT_KEY_IDENTIFIERS: 'alias/cvk,alias/cvk' });
    expect(statements(stack)).toEqual([{
      Action: ['payment-cryptography:VerifyCardValidationData'],
      Resource: [arnIn('us-east-1', '*'), arnIn('us-west-2', '*')],
      Condition: { 'ForAnyValue:StringEquals': { 'payment-cryptography:ResourceAliases': 'alias/cvk' } },
    }]);
    expect(warnings(stack)).toEqual([]);
  });

  test('a key that is rotated is used behind its aliases, which need no list of Regions', () => {
    const stack = stackIn();
    const rotation = new PaymentKeyRotation(stack, 'Zpk', {
      spec: PaymentKeySpec.pinEncryption(), aliasName: 'alias/zpk', versions: ['2025', '2026'], current: '2026', replicationRegions: ['us-west-2'],
    });
    const handler = functionIn(stack);
    rotation.keyBehindAlias.bind(handler, { operations: [PaymentKeyOperation.TRANSLATE_PIN_DATA], environmentPrefix: 'ZPK' });
    rotation.keyBehindPreviousAlias.bind(handler, { operations: [PaymentKeyOperation.TRANSLATE_PIN_DATA], environmentPrefix: 'ZPK_PREVIOUS' });
    expect(variables(stack)).toEqual({
      ZPK_REGIONS: 'us-east-1,us-west-2',
      ZPK_IDENTIFIERS: 'alias/zpk,alias/zpk',
      ZPK_PREVIOUS_REGIONS: 'us-east-1,us-west-2',
      ZPK_PREVIOUS_IDENTIFIERS: 'alias/zpk-previous,alias/zpk-previous',
    });
    expect(statements(stack).map(({ Condition }) => Object.values(Object.values(Condition)[0] as object)[0])).toEqual(['alias/zpk', 'alias/zpk-previous']);
    const aliases = Template.fromStack(stack).findResources('Custom::RegionalPaymentKeyAlias');
    const dependencies = only(stack, 'AWS::Lambda::Function')[0][1].DependsOn;
    expect(Object.keys(aliases).filter(id => dependencies.includes(id))).toHaveLength(2);
    expect(() => rotation.keyBehindAlias.bind(functionIn(stackIn(ENV, 'Other', stack.node.root as App)), VERIFY))
      .toThrow(expect.objectContaining({ name: 'OperationNotAllowedByKeyUsage' }));
  });

  test('the version that is current is used by the alias of the rotation', () => {
    const stack = stackIn();
    const rotation = new PaymentKeyRotation(stack, 'Zpk', {
      spec: PaymentKeySpec.pinEncryption(), aliasName: 'alias/zpk', versions: ['2026'], current: '2026', replicationRegions: ['us-west-2'],
    });
    rotation.current.bind(functionIn(stack), { operations: [PaymentKeyOperation.TRANSLATE_PIN_DATA], aliasName: 'alias/zpk' });
    expect(variables(stack).PAYMENT_KEY_IDENTIFIERS).toBe('alias/zpk,alias/zpk');
    expect(warnings(stack)).toEqual([]);
  });
});

describe('the own Region', () => {
  test('is written by CloudFormation where the stack may be deployed anywhere', () => {
    const stack = new Stack(new App(), 'Payments');
    keyIn(stack).bind(functionIn(stack), VERIFY);
    expect(variables(stack).PAYMENT_KEY_REGIONS).toBe('AWS::Region,us-west-2,eu-west-1');
    const listed = new Stack(new App(), 'Payments');
    MultiRegionPaymentKey.fromAliasName(listed, 'Cvk', 'alias/cvk').bind(functionIn(listed), { ...VERIFY, regions: ['us-east-1', Aws.REGION] });
    expect(variables(listed).PAYMENT_KEY_REGIONS).toBe('AWS::Region,us-east-1');
  });

  test('keeps its place in a list that names it where the stack may be deployed anywhere', () => {
    const stack = new Stack(new App(), 'Payments');
    MultiRegionPaymentKey.fromAliasName(stack, 'Cvk', 'alias/cvk').bind(functionIn(stack), { ...VERIFY, regions: ['us-east-1', 'us-west-2'] });
    expect(variables(stack).PAYMENT_KEY_REGIONS).toBe('us-east-1,us-west-2');
  });

  test('of the function counts, not that of the key; a reference to a stack in another Region draws a warning', () => {
    const app = new App();
    const east = stackIn(ENV, 'East', app);
    const west = stackIn({ account: ACCOUNT, region: 'us-west-2' }, 'West', app);
    keyIn(east).bind(functionIn(west), VERIFY);
    expect(variables(west).PAYMENT_KEY_REGIONS).toBe('us-west-2,us-east-1,eu-west-1');
    expect(warnings(west)).toEqual([expect.stringContaining('bindingAcrossRegions')]);
  });
});

describe('operations', () => {
  test('each grant of the data plane has a constant, and no other has', () => {
    const constants = Object.values(PaymentKeyOperation).filter(one => one instanceof PaymentKeyOperation).map(({ value }) => value);
    const controlPlane = ['ExportKey', 'GetPublicKeyCertificate'];
    const granted = OPERATION_NAMES.map(name => operation(name).actions).filter(actions => actions.length === 1).map(([action]) => action);
    expect(constants.sort()).toEqual(granted.filter(action => !controlPlane.includes(action)).sort());
    expect(Object.entries(PaymentKeyOperation).filter(([, one]) => one instanceof PaymentKeyOperation)
      .filter(([name, { value }]) => name.replace(/_/g, '').toLowerCase() !== value.toLowerCase())).toEqual([]);
  });

  test('are granted by one statement, each once', () => {
    const { stack } = bound({ operations: [GENERATE_CARD_VALIDATION_DATA, VERIFY_CARD_VALIDATION_DATA, PaymentKeyOperation.of('VerifyCardValidationData')] });
    expect(statements(stack).map(({ Action }) => Action)).toEqual([['payment-cryptography:GenerateCardValidationData', 'payment-cryptography:VerifyCardValidationData']]);
  });

  test('that have no grant of their own are not checked', () => {
    const { stack } = bound({ operations: [PaymentKeyOperation.of('GenerateAs2805KekValidation')] });
    expect(statements(stack)[0].Action).toEqual(['payment-cryptography:GenerateAs2805KekValidation']);
    expect(String(PaymentKeyOperation.of('GenerateAs2805KekValidation'))).toBe('GenerateAs2805KekValidation');
  });

  test('that the key does not allow leave no trace in the function', () => {
    const stack = stackIn();
    const [key, handler] = [keyIn(stack), functionIn(stack, { environment: { MODE: 'test' } })];
    expect(() => key.bind(handler, { operations: [VERIFY_CARD_VALIDATION_DATA, PaymentKeyOperation.VERIFY_MAC] })).toThrow('OperationNotAllowedByKeyUsage');
    expect(variables(stack)).toEqual({ MODE: 'test' });
    expect(statements(stack)).toEqual([]);
  });
});

describe('the environment', () => {
  test('of a function that has several keys has a prefix for each', () => {
    const stack = stackIn();
    const handler = functionIn(stack, { environment: { MODE: 'test' } });
    keyIn(stack).bind(handler, { ...VERIFY, environmentPrefix: 'CVK' });
    new MultiRegionPaymentKey(stack, 'Pek', { spec: PaymentKeySpec.pinEncryption(), replicationRegions: [] })
      .bind(handler, { operations: [PaymentKeyOperation.TRANSLATE_PIN_DATA], environmentPrefix: 'PEK' });
    expect(Object.keys(variables(stack)).sort()).toEqual(['CVK_IDENTIFIERS', 'CVK_REGIONS', 'MODE', 'PEK_IDENTIFIERS', 'PEK_REGIONS']);
  });

  test('is looked at without computing what is lazy in it', () => {
    const stack = stackIn();
    let mode = 'early';
    const handler = functionIn(stack, { environment: { MODE: Lazy.string({ produce: () => mode }) } });
    keyIn(stack).bind(handler, VERIFY);
    mode = 'late';
    expect(variables(stack).MODE).toBe('late');
  });
});

describe('a native key', () => {
  const native = (stack: Stack, replicationRegions?: string[]) => new CfnKey(stack, 'Native', {
    exportable: true,
    keyAttributes: { keyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', keyClass: 'SYMMETRIC_KEY', keyAlgorithm: 'TDES_2KEY', keyModesOfUse: { generate: true, verify: true } },
    replicationRegions,
  });

  test('is bound in the Regions that it lists', () => {
    const stack = stackIn();
    PaymentKeyBinding.fromKey(native(stack, ['us-west-2']), functionIn(stack), VERIFY);
    const [own, replica] = statements(stack)[0].Resource;
    expect(variables(stack)).toEqual({ PAYMENT_KEY_REGIONS: 'us-east-1,us-west-2', PAYMENT_KEY_IDENTIFIERS: `${own},${replica}` });
  });

  test('needs a list of Regions without its own, and is checked', () => {
    const stack = stackIn();
    const [key, handler] = [native(stack), functionIn(stack)];
    expect(() => PaymentKeyBinding.fromKey(key, handler, VERIFY)).toThrow('RegionsNotKnown');
    expect(() => PaymentKeyBinding.fromKey(key, handler, { operations: [PaymentKeyOperation.VERIFY_MAC], regions: ['us-east-1'] })).toThrow('OperationNotAllowedByKeyUsage');
    PaymentKeyBinding.fromKey(key, handler, { ...VERIFY, regions: ['us-east-1', 'us-west-2'] });
    expect(variables(stack).PAYMENT_KEY_REGIONS).toBe('us-east-1,us-west-2');
  });

  test('is the same as a key of this library given by a reference', () => {
    const { stack, key } = bound();
    const other = functionIn(stackIn(ENV, 'Other', stack.node.root as App));
    PaymentKeyBinding.fromKey(key, other, VERIFY);
    expect(variables(Stack.of(other)).PAYMENT_KEY_REGIONS).toBe(variables(stack).PAYMENT_KEY_REGIONS);
  });
});
