import { isWildcardOnlyAction } from '@cloud-copilot/iam-simulate';
import { Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { App, Stack } from 'aws-cdk-lib/core';
import { IamRequest } from './iam-request';
import { resolved } from './intrinsics';
import { Policies, Statement } from './policies';
import {
  IPaymentKey, MultiRegionPaymentKey, PaymentKeyAlgorithm, PaymentKeyGrants, PaymentKeyModesOfUse, PaymentKeyOperation, PaymentKeySpec,
  PaymentKeyUsage,
} from '../../src';
import { operations } from '../emulator/payment-cryptography.model.json';

const ACCOUNT = '111122223333';
const [PRIMARY, REPLICA, LATER_REPLICA, ELSEWHERE] = ['us-east-1', 'us-west-2', 'eu-west-1', 'eu-central-1'];
const REGIONS = [PRIMARY, REPLICA, LATER_REPLICA, ELSEWHERE];
const KEY_ID = 'aaaaaaaaaaaaaaaa';
const OTHER_KEY_ID = 'bbbbbbbbbbbbbbbb';
const ALIASES = 'payment-cryptography:ResourceAliases';

/** Service Authorization Reference; the model beside the emulator is of the control plane. */
const DATA_PLANE = [
  'DecryptData', 'EncryptData', 'GenerateAs2805KekValidation', 'GenerateAuthRequestCryptogram', 'GenerateCardValidationData', 'GenerateMac',
  'GenerateMacEmvPinChange', 'GeneratePinData', 'ReEncryptData', 'TranslateKeyMaterial', 'TranslatePinData', 'VerifyAuthRequestCryptogram',
  'VerifyCardValidationData', 'VerifyMac', 'VerifyPinData',
];
/** Those on keys; the others are about aliases or approval teams. */
const ACTIONS = [...Object.keys(operations).filter(name => !/^DeleteAlias$|MpaTeam/.test(name)), ...DATA_PLANE];

type Method = Exclude<keyof PaymentKeyGrants, 'actions' | `_${string}`>;

const EMV = PaymentKeySpec.of({
  usage: PaymentKeyUsage.TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS, algorithm: PaymentKeyAlgorithm.TDES_2KEY, modesOfUse: PaymentKeyModesOfUse.DERIVE_KEY,
});

interface Case {
  readonly spec: PaymentKeySpec;
  readonly allows: readonly string[];
}

const CASES: Record<Method, Case> = {
  encryptData: { spec: PaymentKeySpec.dataEncryption(), allows: ['EncryptData'] },
  decryptData: { spec: PaymentKeySpec.dataEncryption(), allows: ['DecryptData'] },
  reEncryptData: { spec: PaymentKeySpec.dataEncryption(), allows: ['ReEncryptData'] },
  generateMac: { spec: PaymentKeySpec.cmac(), allows: ['GenerateMac'] },
  verifyMac: { spec: PaymentKeySpec.cmac(), allows: ['VerifyMac'] },
  generateMacEmvPinChange: { spec: PaymentKeySpec.pinEncryption(), allows: ['GenerateMacEmvPinChange'] },
  generateCardValidationData: { spec: PaymentKeySpec.cardVerification(), allows: ['GenerateCardValidationData'] },
  verifyCardValidationData: { spec: PaymentKeySpec.cardVerification(), allows: ['VerifyCardValidationData'] },
  generatePinData: { spec: PaymentKeySpec.pinEncryption(), allows: ['GeneratePinData'] },
  verifyPinData: { spec: PaymentKeySpec.pinEncryption(), allows: ['VerifyPinData'] },
  translatePinData: { spec: PaymentKeySpec.pinEncryption(), allows: ['TranslatePinData'] },
  generateAuthRequestCryptogram: { spec: EMV, allows: ['GenerateAuthRequestCryptogram'] },
  verifyAuthRequestCryptogram: { spec: EMV, allows: ['VerifyAuthRequestCryptogram'] },
  translateKeyMaterial: { spec: PaymentKeySpec.keyAgreement(), allows: ['TranslateKeyMaterial'] },
  exportKey: { spec: PaymentKeySpec.cardVerification(), allows: ['ExportKey'] },
  getPublicKeyCertificate: { spec: PaymentKeySpec.keyAgreement(), allows: ['GetPublicKeyCertificate'] },
  readMetadata: { spec: PaymentKeySpec.cardVerification(), allows: ['GetKey', 'ListTagsForResource'] },
  administer: {
    spec: PaymentKeySpec.cardVerification(),
    allows: ['GetKey', 'ListTagsForResource', 'GetResourcePolicy', 'StartKeyUsage', 'StopKeyUsage', 'RestoreKey'],
  },
};
const METHODS = Object.keys(CASES) as Method[];

/** The policies of a role, as they are deployed, after somebody was granted something. */
function policies(region: string, grant: (stack: Stack, role: Role) => void): Policies {
  const stack = new Stack(new App(), 'Payments', { env: { account: ACCOUNT, region } });
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  grant(stack, role);
  const template = Template.fromStack(stack);
  const references = Object.fromEntries(Object.keys(template.findResources('Custom::MultiRegionPaymentKey'))
    .flatMap(id => [[`${id}.KeyArn`, keyArn(PRIMARY)], [`${id}.KeyId`, KEY_ID]]));
  const documents = Object.values(template.findResources('AWS::IAM::Policy'))
    .filter(({ Properties }) => Properties.Roles[0].Ref === stack.getLogicalId(role.node.defaultChild as never))
    .map(({ Properties }) => resolved<{ Statement: Statement[] }>(Properties.PolicyDocument, { 'AWS::Partition': 'aws', ...references }));
  const statements = documents.flatMap(document => document.Statement).map((statement, index) => ({ ...statement, Sid: `Grant${index}` }));
  return new Policies(statements, ACCOUNT, region);
}

function keyArn(region: string, { id = KEY_ID, account = ACCOUNT } = {}): string {
  return `arn:aws:payment-cryptography:${region}:${account}:key/${id}`;
}

/** Which of all actions are allowed on which of these keys. */
async function allowed(by: Policies, keys: readonly string[], context: IamRequest['context'] = {}): Promise<string[]> {
  const granted: string[] = [];
  for (const operation of ACTIONS) {
    const resources = await isWildcardOnlyAction('payment-cryptography', operation) ? ['*'] : keys;
    for (const resource of resources) {
      const { allowed: yes } = await by.verdict({ action: `payment-cryptography:${operation}`, resource, context });
      if (yes) { granted.push(`${operation} ${resource}`); }
    }
  }
  return granted.sort();
}
const each = (operationNames: readonly string[], arns: readonly string[]) => operationNames.flatMap(name => arns.map(arn => `${name} ${arn}`)).sort();

const STRANGERS = [keyArn(PRIMARY, { id: OTHER_KEY_ID }), keyArn(REPLICA, { id: OTHER_KEY_ID }), keyArn(PRIMARY, { account: '999999999999' })];
const KEYS = [...REGIONS.map(region => keyArn(region)), ...STRANGERS];

describe.each(METHODS)('%s allows its actions and nothing else', method => {
  const { spec, allows } = CASES[method];
  const primaryOnly = method === 'administer';
  const declare = (stack: Stack) => new MultiRegionPaymentKey(stack, 'Key', { spec, replicationRegions: [REPLICA] });

  test('on the key, in the Regions it has, the later ones too', async () => {
    const granted = policies(PRIMARY, (stack, role) => {
      const key = declare(stack);
      key.grants[method](role);
      key.addReplicationRegion(LATER_REPLICA);
    });
    const regions = primaryOnly ? [PRIMARY] : [PRIMARY, REPLICA, LATER_REPLICA];
    expect(await allowed(granted, KEYS)).toEqual(each(allows, regions.map(region => keyArn(region))));
  });

  test('on a key whose Regions the account decides, in all', async () => {
    const granted = policies(PRIMARY, (stack, role) => new MultiRegionPaymentKey(stack, 'Key', { spec }).grants[method](role));
    expect(await allowed(granted, KEYS)).toEqual(each(allows, (primaryOnly ? [PRIMARY] : REGIONS).map(region => keyArn(region))));
  });

  test('on the keys of one Region that bear the alias', async () => {
    const granted = policies(REPLICA, (stack, role) => MultiRegionPaymentKey.fromAliasName(stack, 'Key', 'alias/cvk').grants[method](role));
    const bearers = [keyArn(REPLICA), keyArn(REPLICA, { id: OTHER_KEY_ID })];
    expect(await allowed(granted, KEYS, { [ALIASES]: ['alias/other', 'alias/cvk'] })).toEqual(each(allows, bearers));
    expect(await allowed(granted, KEYS, { [ALIASES]: ['alias/cvk2', 'alias/cv'] })).toEqual([]);
    expect(await allowed(granted, KEYS)).toEqual([]);
  });
});

test.each(METHODS.filter(method => method !== 'administer'))('%s on a replica is allowed in its Region', async method => {
  const { spec, allows } = CASES[method];
  const granted = policies(PRIMARY, (stack, role) =>
    new MultiRegionPaymentKey(stack, 'Key', { spec, replicationRegions: [REPLICA, LATER_REPLICA] }).replica(REPLICA).grants[method](role));
  expect(await allowed(granted, KEYS)).toEqual(each(allows, [keyArn(REPLICA)]));
});

describe('a binding allows its operations and nothing else', () => {
  const declare = (stack: Stack) => new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: [REPLICA] });
  const bindTo = <K extends IPaymentKey>(keyIn: (stack: Stack) => K, regions?: string[], { region = PRIMARY, later = (_: K): void => {} } = {}) =>
    policies(region, (stack, role) => {
      const key = keyIn(stack);
      const handler = new Function(stack, 'Function', { code: Code.fromInline('x'), handler: 'index.handler', runtime: Runtime.NODEJS_22_X, role });
      key.bind(handler, { operations: [PaymentKeyOperation.VERIFY_CARD_VALIDATION_DATA], regions });
      later(key);
    });
  const verify = (...arns: string[]) => each(['VerifyCardValidationData'], arns);

  test('on the key, in the Regions it has, the later ones too', async () => {
    const granted = bindTo(declare, undefined, { later: key => key.addReplicationRegion(LATER_REPLICA) });
    expect(await allowed(granted, KEYS)).toEqual(verify(keyArn(PRIMARY), keyArn(REPLICA), keyArn(LATER_REPLICA)));
  });

  test('on the key, in the Regions that are listed', async () => {
    expect(await allowed(bindTo(declare, [REPLICA]), KEYS)).toEqual(verify(keyArn(REPLICA)));
    expect(await allowed(bindTo(stack => new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification() }), [PRIMARY, ELSEWHERE]), KEYS))
      .toEqual(verify(keyArn(PRIMARY), keyArn(ELSEWHERE)));
  });

  test('on the keys that bear the alias, in the Regions that are listed', async () => {
    const granted = bindTo(stack => MultiRegionPaymentKey.fromAliasName(stack, 'Key', 'alias/cvk'), [PRIMARY, REPLICA], { region: REPLICA });
    const bearers = [PRIMARY, REPLICA].flatMap(region => [keyArn(region), keyArn(region, { id: OTHER_KEY_ID })]);
    expect(await allowed(granted, KEYS, { [ALIASES]: ['alias/cvk'] })).toEqual(verify(...bearers));
    expect(await allowed(granted, KEYS)).toEqual([]);
  });
});
