/** Where a wrapped key is kept: what stands in the template, what the function may read, and what is refused. */
import { Template } from 'aws-cdk-lib/assertions';
import { Alias, IKey, Key } from 'aws-cdk-lib/aws-kms';
import { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { IParameter, StringListParameter, StringParameter } from 'aws-cdk-lib/aws-ssm';
import { App, CfnParameter, CfnResource, Lazy, Stack } from 'aws-cdk-lib/core';
import { KeyBlock, KeyMaterial, MultiRegionPaymentKey, PaymentKeySpec, SecretKeyBlockOptions, SecureStringKeyBlockOptions } from '../src';

const ENV = { account: '111122223333', region: 'us-east-1' };
const KEK = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/kwapwa6qaifllw2h';
const SECRET = 'arn:aws:secretsmanager:us-east-1:111122223333:secret:zmk-AbCdEf';
const VERSION_ID = '0b1c2d3e-4f50-6172-8394-a5b6c7d8e9f0';
/** A key block of TR-31, with a key that nobody uses. */
const BLOCK = 'B0096K1TB00E0000F1D3C7A90B4E5D68207A9F1C3B5D7E9012A4C6E80F2B4D6A8C0E1F3A5B7D9C1E2A4B6C8D0E2F';

const stackIn = (env?: { account: string; region: string }) => new Stack(new App(), 'Payments', { env });
const declare = (stack: Stack, keyBlock: KeyBlock, id = 'Zmk') => new MultiRegionPaymentKey(stack, id, {
  spec: PaymentKeySpec.keyBlockProtection(),
  material: KeyMaterial.tr31({ wrappingKey: MultiRegionPaymentKey.fromKeyArn(stack, `Kek${id}`, KEK), keyBlock }),
});
const imported = (stack: Stack, arn = SECRET, encryptionKey?: IKey): ISecret => Secret.fromSecretAttributes(stack, 'Secret', {
  ...arn === SECRET ? { secretCompleteArn: arn } : { secretPartialArn: arn }, encryptionKey,
});
const ofSecret = (secret: (stack: Stack) => ISecret = imported, options: Partial<SecretKeyBlockOptions> = {}, stack = stackIn(ENV)) => {
  declare(stack, KeyBlock.fromSecret(secret(stack), { versionId: VERSION_ID, ...options }));
  return stack;
};
const secure = (stack: Stack, encryptionKey?: IKey): IParameter =>
  StringParameter.fromSecureStringParameterAttributes(stack, 'Parameter', { parameterName: '/payments/zmk', encryptionKey });
const ofParameter = (parameter: (stack: Stack) => IParameter = secure, options: Partial<SecureStringKeyBlockOptions> = {}, stack = stackIn(ENV)) => {
  declare(stack, KeyBlock.fromSecureString(parameter(stack), { version: 3, ...options }));
  return stack;
};
const resources = (stack: Stack): Record<string, any> => Template.fromStack(stack).toJSON().Resources;
const keyIn = (stack: Stack) => Object.values(resources(stack)).find(({ Type }) => Type === 'Custom::MultiRegionPaymentKey');
const referenceIn = (stack: Stack) => keyIn(stack).Properties.Material.WrappedKey;
/** Of what no template makes, and of what one does. */
const READING = /^PaymentKeyProviderReadingPolicy/;
const MATERIAL = /^ZmkMaterialPolicy/;
const policyIn = (stack: Stack, which = READING): [string, any] => Object.entries(resources(stack)).find(([id]) => which.test(id))!;
const statementsIn = (stack: Stack, which = READING): any[] => policyIn(stack, which)?.[1].Properties.PolicyDocument.Statement ?? [];
const errorOf = (act: () => unknown): Error => {
  try { act(); } catch (error) { return error as Error; }
  throw new Error('nothing was thrown');
};

describe('in the template', () => {
  test('a secret is its ARN, the id of its version, and the field', () => {
    expect(referenceIn(ofSecret())).toEqual({ Service: 'SECRETS_MANAGER', SecretArn: SECRET, VersionId: VERSION_ID });
    expect(referenceIn(ofSecret(imported, { field: 'zmk' }))).toEqual({ Service: 'SECRETS_MANAGER', SecretArn: SECRET, VersionId: VERSION_ID, Field: 'zmk' });
  });

  test('a parameter is its name, the number of its version as text, and the field', () => {
    expect(referenceIn(ofParameter())).toEqual({ Service: 'PARAMETER_STORE', ParameterName: '/payments/zmk', Version: '3' });
    expect(referenceIn(ofParameter(secure, { field: 'zmk' }))).toEqual({ Service: 'PARAMETER_STORE', ParameterName: '/payments/zmk', Version: '3', Field: 'zmk' });
  });

  test('both versions may be tokens, and the condition of the policy follows', () => {
    const stack = stackIn(ENV);
    const versionId = new CfnParameter(stack, 'VersionId').valueAsString;
    ofSecret(imported, { versionId }, stack);
    expect(referenceIn(stack).VersionId).toEqual({ Ref: 'VersionId' });
    expect(statementsIn(stack, MATERIAL)[0].Condition).toEqual({ StringEquals: { 'secretsmanager:VersionId': { Ref: 'VersionId' } } });
    const other = stackIn(ENV);
    ofParameter(secure, { version: new CfnParameter(other, 'Version', { type: 'Number' }).valueAsNumber }, other);
    expect(referenceIn(other).Version).toEqual({ Ref: 'Version' });
  });

  test.each([['32 characters', 32], ['64 characters', 64]])('an id of a version may have %s', (_, length) => {
    expect(referenceIn(ofSecret(imported, { versionId: 'v'.repeat(length) })).VersionId).toHaveLength(length);
  });
});

describe('a field', () => {
  test.each([
    ['a key block', 'B0096C0TC00E000094B420079CC80BA3461F86FE26EFC4A3B8E4FA4C5F5341176EED7B727B8A248E'],
    ['a key block of a payShield', 'SB0096C0TC00E000094B42007'],
    ['a key block in lower case', 'b0096c0tc00e000094b42007'],
    ['a key', '8A8349794C9EE9A4C2927098F249FED6'],
    ['a key and the end of its line', '8A8349794C9EE9A4C2927098F249FED6\n'],
    ['a key in groups', '8A83 4979 4C9E E9A4 C292 7098 F249 FED6'],
    ['a key in bytes', '8a:83:49:79:4c:9e:e9:a4:c2:92:70:98:f2:49:fe:d6'],
    ['a key as programs write it', '0x8A8349794C9EE9A4C2927098F249FED6'],
    ['a key of three parts', '8A8349794C9EE9A4C2927098F249FED68A8349794C9EE9A4'],
    ['a key in base64', 'ioNJeUye6aTCknCY8kn+1g=='],
    ['a key block behind a line end', '\nB0096C0TC00E000094B42007'],
    ['something longer than names are', 'field '.repeat(11)],
  ])('that is %s is refused, and not repeated', (_, field) => {
    for (const make of [() => ofSecret(imported, { field }), () => ofParameter(secure, { field })]) {
      expect(make).toThrow(/InvalidKeyBlockField.*a string of \d+ characters that may be a key/s);
      try { make(); } catch (error) { expect(String(error)).not.toContain(field.slice(0, 8)); }
    }
  });

  test.each(['zmk', 'partner-kek-2026', 'c2025v1', 'A2024B', 'BDK 2026 of the acquirer', 'feedbeef', 'C2026acquirerzmk', '20261128175200123', 'x'.repeat(64)])('may be named %s', field => {
    expect(referenceIn(ofSecret(imported, { field })).Field).toBe(field);
  });
});

describe('the function may read', () => {
  const ofVersion = { StringEquals: { 'secretsmanager:VersionId': [VERSION_ID] } };

  test('exactly one version of a secret that is known by its ARN', () => {
    expect(statementsIn(ofSecret())).toEqual([{ Sid: 'ReadSecrets', Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: [SECRET], Condition: ofVersion }]);
  });

  test('a secret of the same template', () => {
    const stack = ofSecret(scope => new Secret(scope, 'Secret'));
    expect(statementsIn(stack)).toEqual([]);
    expect(statementsIn(stack, MATERIAL)).toEqual([expect.objectContaining({
      Resource: { Ref: expect.stringMatching(/^Secret/) }, Condition: { StringEquals: { 'secretsmanager:VersionId': VERSION_ID } },
    })]);
    expect(referenceIn(stack).SecretArn).toEqual(statementsIn(stack, MATERIAL)[0].Resource);
  });

  test('a secret that is known by its name, whatever its six characters are', () => {
    const inParts = [':secretsmanager:us-east-1:111122223333:secret:zmk', ':secretsmanager:us-east-1:111122223333:secret:zmk-??????'];
    const partition = { Ref: 'AWS::Partition' };
    const stack = ofSecret(scope => Secret.fromSecretNameV2(scope, 'Secret', 'zmk'));
    expect(statementsIn(stack)[0].Resource).toEqual([{ 'Fn::Join': ['', ['arn:', partition, inParts[1]]] }]);
    expect(referenceIn(stack).SecretArn).toEqual({ 'Fn::Join': ['', ['arn:', partition, inParts[0]]] });
    const partial = ofSecret(scope => imported(scope, 'arn:aws:secretsmanager:us-east-1:111122223333:secret:zmk'));
    expect(statementsIn(partial)[0].Resource).toEqual(['arn:aws:secretsmanager:us-east-1:111122223333:secret:zmk-??????']);
    // The deprecated import knows not even the ARN in part.
    const { secretArn } = Secret.fromSecretNameV2(stackIn(ENV), 'Secret', 'zmk');
    const named = ofSecret(scope => Object.assign(Secret.fromSecretNameV2(scope, 'Secret', 'zmk'), { secretArn: 'zmk' }));
    expect(secretArn).toContain('arn:');
    expect(statementsIn(named)).toEqual(statementsIn(stack));
    expect(referenceIn(named)).toEqual(referenceIn(stack));
  });

  test('a secret in another account of the same Region, which allows it by a policy of its own', () => {
    const arn = SECRET.replace('111122223333', '444455556666');
    expect(statementsIn(ofSecret(scope => Secret.fromSecretCompleteArn(scope, 'Secret', arn)))[0].Resource).toEqual([arn]);
  });

  test('exactly one parameter', () => {
    const arn = { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':ssm:us-east-1:111122223333:parameter/payments/zmk']] };
    expect(statementsIn(ofParameter())).toEqual([{ Sid: 'ReadParameters', Effect: 'Allow', Action: 'ssm:GetParameter', Resource: [arn] }]);
  });

  const kmsKey = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
  const ofSecretWith = (key: (stack: Stack) => IKey) => (env?: typeof ENV) =>
    ofSecret(scope => imported(scope, SECRET, key(scope)), {}, stackIn(env));
  const ofParameterWith = (key: (stack: Stack) => IKey) => (env?: typeof ENV) => ofParameter(scope => secure(scope, key(scope)), {}, stackIn(env));
  const known = (scope: Stack) => Key.fromKeyArn(scope, 'Kms', kmsKey);
  const byAlias = (scope: Stack) => Alias.fromAliasName(scope, 'Kms', 'alias/wrapped-keys');

  test.each<[string, (env?: typeof ENV) => Stack, string]>([
    ['a secret', ofSecretWith(known), 'secretsmanager'], ['a parameter', ofParameterWith(known), 'ssm'],
  ])('what a KMS key protects: %s, through its service only', (what, make, service) => {
    const [, decryption, ...others] = statementsIn(make(ENV));
    expect(decryption).toEqual({
      Sid: what === 'a secret' ? 'DecryptSecrets' : 'DecryptParameters',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: [kmsKey],
      Condition: { StringEquals: { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` } },
    });
    expect(others).toEqual([]);
    expect(statementsIn(make())[1].Condition).toEqual({ StringEquals: { 'kms:ViaService': { 'Fn::Join': ['', [`${service}.`, { Ref: 'AWS::Region' }, '.amazonaws.com']] } } });
  });

  test.each<[string, (env?: typeof ENV) => Stack, string]>([
    ['a secret', ofSecretWith(byAlias), 'secretsmanager'], ['a parameter', ofParameterWith(byAlias), 'ssm'],
  ])('what a KMS key protects that is known by its alias alone: %s', (what, make, service) => {
    expect(statementsIn(make(ENV))[1]).toEqual({
      Sid: what === 'a secret' ? 'DecryptSecretsByAlias' : 'DecryptParametersByAlias',
      Effect: 'Allow',
      Action: 'kms:Decrypt',
      Resource: [{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':kms:us-east-1:111122223333:key/*']] }],
      Condition: {
        'StringEquals': { 'kms:ViaService': `${service}.us-east-1.amazonaws.com` },
        'ForAnyValue:StringEquals': { 'kms:ResourceAliases': ['alias/wrapped-keys'] },
      },
    });
  });

  test('what a KMS key of the same template protects; its policy stays as it is', () => {
    const keyPolicy = (stack: Stack) => Object.values(resources(stack)).find(({ Type }) => Type === 'AWS::KMS::Key').Properties.KeyPolicy;
    const withSecret = (stack: Stack) => new Secret(stack, 'Secret', { encryptionKey: new Key(stack, 'Kms') });
    const alone = stackIn(ENV);
    withSecret(alone);
    const stack = ofSecret(withSecret);
    expect(statementsIn(stack, MATERIAL).map(({ Resource }) => Resource)).toEqual([{ Ref: expect.stringMatching(/^Secret/) }, { 'Fn::GetAtt': [expect.stringMatching(/^Kms/), 'Arn'] }]);
    expect(keyPolicy(stack)).toEqual(keyPolicy(alone));
  });
});

describe('the function may read at once', () => {
  const OTHER_ID = VERSION_ID.replace('0', '9');
  const another = SECRET.replace('zmk', 'cvk');
  const complete = (stack: Stack, id: string, secretCompleteArn: string, encryptionKey?: IKey) =>
    Secret.fromSecretAttributes(stack, id, { secretCompleteArn, encryptionKey });
  /** Of several sources, in this order. */
  const ofAll = (...blocks: ((stack: Stack) => KeyBlock)[]) => {
    const stack = stackIn(ENV);
    blocks.forEach((block, index) => declare(stack, block(stack), `Zmk${index}`));
    return stack;
  };
  const zmk = (stack: Stack) => KeyBlock.fromSecret(complete(stack, 'A', SECRET), { versionId: VERSION_ID });
  const cvk = (stack: Stack) => KeyBlock.fromSecret(complete(stack, 'B', another), { versionId: OTHER_ID });

  test('all secrets and versions, each once, whatever is declared first', () => {
    const expected = [{
      Sid: 'ReadSecrets',
      Effect: 'Allow',
      Action: 'secretsmanager:GetSecretValue',
      Resource: [another, SECRET],
      Condition: { StringEquals: { 'secretsmanager:VersionId': [VERSION_ID, OTHER_ID] } },
    }];
    const again = (stack: Stack) => KeyBlock.fromSecret(complete(stack, 'C', SECRET), { versionId: VERSION_ID, field: 'zmk' });
    expect([ofAll(zmk, cvk), ofAll(cvk, zmk), ofAll(zmk, cvk, again)].map(stack => statementsIn(stack))).toEqual([expected, expected, expected]);
  });

  test('an ARN that AWS completes once, although each of its tokens is another one', () => {
    const named = (id: string) => (stack: Stack) => KeyBlock.fromSecret(Secret.fromSecretNameV2(stack, id, 'zmk'), { versionId: VERSION_ID });
    const [{ Resource }] = statementsIn(ofAll(named('A'), named('B')));
    expect(Resource).toEqual([{ 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':secretsmanager:us-east-1:111122223333:secret:zmk-??????']] }]);
  });

  test('secrets and parameters in a statement each, and so their KMS keys', () => {
    const kms = (stack: Stack) => Key.fromKeyArn(stack, 'Kms', 'arn:aws:kms:us-east-1:111122223333:key/k');
    const protectedSecret = (stack: Stack) => KeyBlock.fromSecret(complete(stack, 'A', SECRET, kms(stack)), { versionId: VERSION_ID });
    const parameter = (stack: Stack) => KeyBlock.fromSecureString(secure(stack, Alias.fromAliasName(stack, 'Alias', 'alias/wrapped-keys')), { version: 1 });
    expect(statementsIn(ofAll(protectedSecret, parameter, cvk)).map(({ Sid }) => Sid)).toEqual(['ReadSecrets', 'DecryptSecrets', 'ReadParameters', 'DecryptParametersByAlias']);
  });

  test('what a template makes apart from what none does, even of one secret', () => {
    const stack = ofSecret(scope => imported(scope, SECRET, new Key(scope, 'Kms')));
    expect(statementsIn(stack).map(({ Sid }) => Sid)).toEqual(['ReadSecrets']);
    expect(statementsIn(stack, MATERIAL).map(({ Sid }) => Sid)).toEqual(['DecryptSecrets']);
  });

  test('a secret whose ARN is told only when the template is made', () => {
    let arn = another;
    const stack = ofSecret(scope => Object.defineProperty(imported(scope), 'secretFullArn', { value: Lazy.string({ produce: () => arn }) }));
    arn = SECRET;
    expect(statementsIn(stack)).toEqual([]);
    expect(statementsIn(stack, MATERIAL)[0].Resource).toBe(SECRET);
  });
});

describe.each<[string, RegExp, (stack: Stack) => ISecret]>([
  ['of what no template makes', READING, imported], ['of what a template makes', MATERIAL, scope => new Secret(scope, 'Secret')],
])('the policy %s', (_, which, secret) => {
  const made = (options: Partial<SecretKeyBlockOptions> = {}, stack = stackIn(ENV)) => ofSecret(secret, options, stack);

  test('is of the function\'s role, and imported keys alone wait for it', () => {
    const stack = made();
    new MultiRegionPaymentKey(stack, 'Other', { spec: PaymentKeySpec.cardVerification() });
    const [id, policy] = policyIn(stack, which);
    expect(policy.Type).toBe('AWS::IAM::Policy');
    expect(policy.Properties.Roles).toEqual([{ Ref: expect.stringMatching(/^PaymentKeyProviderFunctionRole/) }]);
    const waiting = Object.entries(resources(stack)).filter(([, { DependsOn = [] }]) => DependsOn.includes(id)).map(([its]) => its);
    expect(waiting).toEqual([stack.getLogicalId(stack.node.findChild('Zmk').node.defaultChild as CfnResource)]);
  });

  // Nothing that is deleted needs to read; what a template makes has its policy beside the key, and may go with it.
  test(`is ${which === READING ? 'the same one' : 'another one, of another name,'} when it allows something else`, () => {
    const found = [made(), made({ versionId: VERSION_ID.replace('0', '9') })].map(stack => policyIn(stack, which));
    const names = which === READING ? 1 : 2;
    expect(new Set(found.map(([id]) => id)).size).toBe(names);
    expect(new Set(found.map(([, { Properties }]) => Properties.PolicyName)).size).toBe(names);
    expect(new Set(found.map(([, { Properties }]) => JSON.stringify(Properties.PolicyDocument))).size).toBe(2);
  });

  test('is the same one as long as it allows the same, whatever field is read', () => {
    expect(policyIn(made({ field: 'zmk' }), which)).toEqual(policyIn(made(), which));
  });
});

test('of a parameter, every version may be read: IAM knows none', () => {
  expect(policyIn(ofParameter(secure, { version: 4 }))).toEqual(policyIn(ofParameter()));
});

// While both FunctionPolicies stand in the role, an update that finds no room fails before this one is changed.
test('the policy of what no template makes comes after that of the function', () => {
  const stack = ofSecret();
  const functionPolicy = Object.keys(resources(stack)).find(id => /^PaymentKeyProviderFunctionPolicy/.test(id));
  expect(policyIn(stack)[1].DependsOn).toEqual([functionPolicy]);
});

describe('refused are', () => {
  test.each<[string, Partial<SecretKeyBlockOptions>, string]>([
    ['AWSCURRENT', { versionId: 'AWSCURRENT' }, "'AWSCURRENT'"],
    ['AWSPENDING', { versionId: 'AWSPENDING' }, "'AWSPENDING'"],
    ['AWSPREVIOUS', { versionId: 'AWSPREVIOUS' }, "'AWSPREVIOUS'"],
    ['a label of one\'s own', { versionId: 'ceremony-2026' }, "'ceremony-2026'"],
    ['nothing', { versionId: '' }, "''"],
    ['31 characters', { versionId: 'v'.repeat(31) }, `'${'v'.repeat(31)}'`],
    ['65 characters', { versionId: 'v'.repeat(65) }, 'a string of 65 characters'],
    ['an id and the end of its line', { versionId: `${VERSION_ID}\n` }, 'a string with white space in it'],
  ])('staging labels and other texts in place of the id of a version: %s', (_, options, given) => {
    const { name, message } = errorOf(() => ofSecret(imported, options));
    expect(name).toBe('InvalidKeyBlockVersion');
    expect(message).toBe(`InvalidKeyBlockVersion: Payments/Zmk: versionId must be the id of a version of the secret, 32 to 64 characters, but is ${given}. A staging label such as AWSCURRENT `
      + 'does not do: it moves from one version to another, and the key that was imported would not be the one that the label names. The id is in the answer of put-secret-value, and in: '
      + `aws secretsmanager list-secret-version-ids --region us-east-1 --secret-id ${SECRET}`);
  });

  test('a label of a secret of the same template, whose ARN is not known', () => {
    expect(errorOf(() => ofSecret(scope => new Secret(scope, 'Secret'), { versionId: 'AWSCURRENT' })).message).toMatch(/--secret-id <secret>$/);
  });

  test.each([0, -1, 1.5, NaN])('%d as the version of a parameter', version => {
    const { name, message } = errorOf(() => ofParameter(secure, { version }));
    expect(name).toBe('InvalidKeyBlockVersion');
    expect(message).toContain(`Payments/Zmk: version must be the number of a version of the parameter, 1 or greater, but is ${version}. It is in the answer of put-parameter, and in: aws ssm get-parameter-history --region us-east-1 --name /payments/zmk`);
  });

  test.each<[string, (stack: Stack) => IParameter, string]>([
    ['of type String', scope => StringParameter.fromStringParameterName(scope, 'Parameter', 'zmk'), "'zmk' is a String"],
    ['of type StringList', scope => StringListParameter.fromStringListParameterName(scope, 'Parameter', 'zmk'), "'zmk' is a StringList"],
    ['of a template', scope => new StringParameter(scope, 'Parameter', { stringValue: 'x' }), 'Payments/Parameter is declared in a template, which shows its value'],
  ])('parameters %s, which do not keep a secret', (_, parameter, what) => {
    const { name, message } = errorOf(() => ofParameter(parameter));
    expect(name).toBe('ParameterNotSecure');
    expect(message).toContain(`Payments/Zmk: a wrapped key is kept in a parameter of type SecureString, but ${what}. Store it with aws ssm put-parameter --type SecureString`);
  });

  test('secrets of another Region, and parameters of another Region or account', () => {
    const elsewhere = (env: typeof ENV) => (stack: Stack) => new Stack(stack.node.root as App, 'Other', { env });
    const west = { ...ENV, region: 'us-west-2' };
    const found = [
      () => ofSecret(scope => Secret.fromSecretCompleteArn(scope, 'Secret', SECRET.replace('us-east-1', 'us-west-2'))),
      () => ofParameter(scope => secure(elsewhere(west)(scope))),
      () => ofParameter(scope => secure(elsewhere({ ...ENV, account: '444455556666' })(scope))),
    ].map(errorOf);
    expect(found.map(({ name }) => name)).toEqual(Array(3).fill('KeyBlockInOtherEnvironment'));
    expect(found.map(({ message }) => message.replace(/^.*?: Payments\/Zmk: /, ''))).toEqual([
      'the secret is in 111122223333/us-west-2, but the stack in 111122223333/us-east-1. Keep the wrapped key in the Region of the stack',
      'the parameter is in 111122223333/us-west-2, but the stack in 111122223333/us-east-1. Keep the wrapped key in the account and Region of the stack',
      'the parameter is in 444455556666/us-east-1, but the stack in 111122223333/us-east-1. Keep the wrapped key in the account and Region of the stack',
    ]);
  });

  test('other things than secrets and parameters', () => {
    const stack = stackIn(ENV);
    const found = [
      () => KeyBlock.fromSecret(secure(stack) as any, { versionId: VERSION_ID }),
      () => KeyBlock.fromSecret(undefined as any, { versionId: VERSION_ID }),
      () => KeyBlock.fromSecret(imported(stack), {} as any), () => KeyBlock.fromSecret(imported(stackIn(ENV)), { versionId: VERSION_ID, field: '' }),
      () => KeyBlock.fromSecureString(imported(stackIn(ENV)) as any, { version: 1 }), () => KeyBlock.fromSecureString(secure(stackIn(ENV)), { version: '1' as any }),
      () => KeyBlock.fromSecureString(secure(stackIn(ENV)), undefined as any),
    ].map(errorOf);
    expect(found.map(({ name }) => name)).toEqual(Array(7).fill('InvalidProperty'));
    expect(found.map(({ message }) => message.replace('InvalidProperty: KeyBlock.', ''))).toEqual([
      expect.stringContaining('fromSecret: secret must be a Secret of aws-cdk-lib/aws-secretsmanager'),
      expect.stringContaining('but is undefined'),
      'fromSecret: versionId must be a string, but is undefined',
      'fromSecret: field must be a string that is not empty, but is a string',
      expect.stringContaining('fromSecureString: parameter must be a parameter of aws-cdk-lib/aws-ssm'),
      'fromSecureString: version must be a number, but is a string',
      'fromSecureString: options must be an object, but is undefined. Pass one with version',
    ]);
  });

  test('a key block itself, wherever it is put, and no error repeats it', () => {
    const stack = stackIn(ENV);
    const kek = MultiRegionPaymentKey.fromKeyArn(stack, 'Kek', KEK);
    const found = [
      () => KeyBlock.fromSecret(BLOCK as any, { versionId: VERSION_ID }),
      () => KeyBlock.fromSecret(imported(stack), BLOCK as any),
      () => KeyBlock.fromSecret(imported(stackIn(ENV)), [BLOCK] as any),
      () => ofSecret(imported, { versionId: BLOCK }),
      () => KeyBlock.fromSecureString(BLOCK as any, { version: 1 }),
      () => KeyBlock.fromSecureString(secure(stack), { version: BLOCK as any }),
      () => KeyMaterial.tr31({ wrappingKey: kek, keyBlock: BLOCK as any }),
      () => KeyMaterial.tr31({ wrappingKey: kek, keyBlock: [BLOCK] as any }),
      () => KeyMaterial.tr31(BLOCK as any),
      () => KeyMaterial.rsaCryptogram({ cryptogram: BLOCK as any }),
      () => new MultiRegionPaymentKey(stack, 'Zmk', { spec: PaymentKeySpec.keyBlockProtection(), material: BLOCK as any }),
      () => new MultiRegionPaymentKey(stackIn(ENV), 'Zmk', { spec: PaymentKeySpec.keyBlockProtection(), expectedKeyCheckValue: BLOCK }),
    ].map(errorOf);
    found.forEach(({ message }) => expect(message).not.toContain(BLOCK.slice(16, 24)));
    expect(new Set(found.map(({ name }) => name))).toEqual(new Set(['InvalidProperty', 'InvalidKeyBlockVersion', 'InvalidKeyCheckValue']));
  });
});
