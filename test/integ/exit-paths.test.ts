import { App, Stack } from 'aws-cdk-lib';
import { declare, Declaration, KEY_ARN, KeyOnItsWay, NATIVE_KEY } from './exit-paths-stack';
import { Place, walk } from './exit-paths-walk';
import { KeyProperties, keyProperties } from '../../src/provider/contract/multi-region-payment-key';

const WAY: KeyOnItsWay = {
  replicationRegions: ['us-west-2', 'eu-west-1'],
  keyArn: 'arn:aws:payment-cryptography:us-east-1:111122223333:key/kwapwa6qaifllw2h',
};

interface Resource {
  readonly Type: string;
  readonly Properties?: any;
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
}

function resources(declaration: Declaration): Record<string, Resource> {
  const app = new App({ analyticsReporting: false });
  const stack = new Stack(app, 'ExitPaths', { env: { account: '111122223333', region: 'us-east-1' } });
  declare(stack, declaration, WAY);
  return app.synth().getStackByName('ExitPaths').template.Resources;
}

const ofTypes = (found: Record<string, Resource>, type: RegExp) => Object.values(found).filter(({ Type }) => type.test(Type));
const KEYS_AND_ALIASES = /^Custom::|^AWS::PaymentCryptography::/;

/** What CloudFormation calls the properties of such a key (AWS::PaymentCryptography::Key). */
function natively(key: KeyProperties): object {
  return {
    Exportable: key.Exportable,
    KeyAttributes: {
      KeyUsage: key.KeyUsage,
      KeyClass: key.KeyClass,
      KeyAlgorithm: key.KeyAlgorithm,
      KeyModesOfUse: Object.fromEntries(key.KeyModesOfUse.map(mode => [mode, true])),
    },
    ReplicationRegions: key.ReplicationRegions,
    Tags: Object.entries(key.Tags).map(([Key, Value]) => ({ Key, Value })),
  };
}

test('CloudFormation keeps the key of this library, and its alias', () => {
  const ours = ofTypes(resources('ours'), KEYS_AND_ALIASES);
  expect(ours.map(({ Type, DeletionPolicy, UpdateReplacePolicy }) => [Type, DeletionPolicy, UpdateReplacePolicy])).toEqual([
    ['Custom::MultiRegionPaymentKey', 'Retain', 'Retain'],
    ['Custom::RegionalPaymentKeyAlias', 'Retain', 'Retain'],
  ]);
});

test('without the key, nothing of this library is left in the template', () => {
  expect(Object.values(resources('none')).map(({ Type }) => Type)).toEqual(['AWS::CloudFormation::WaitConditionHandle']);
});

test('an import finds one more resource, which CloudFormation keeps, and nothing else changed', () => {
  const { [NATIVE_KEY]: key, ...others } = resources('native');
  expect(key).toMatchObject({ Type: 'AWS::PaymentCryptography::Key', DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  expect(others).toEqual(resources('none'));
});

test('the native key is declared with what this library asked for', () => {
  const [{ Properties }] = ofTypes(resources('ours'), /^Custom::MultiRegionPaymentKey$/);
  const asked = keyProperties.decode(Properties, '');
  expect(resources('native')[NATIVE_KEY].Properties).toEqual(natively(asked));
  // Nothing else was asked for that the native type would have to say.
  expect(asked).toMatchObject({ Enabled: true, KeyCheckValueAlgorithm: undefined, DeriveKeyUsage: undefined, ResourcePolicy: undefined });
});

test('the key is adopted by its ARN, and CloudFormation never asks for its deletion', () => {
  const [adopted, alias] = ofTypes(resources('adopted'), KEYS_AND_ALIASES);
  expect(adopted).toMatchObject({ Type: 'Custom::AdoptedPaymentKey', Properties: { KeyArn: WAY.keyArn }, DeletionPolicy: 'Retain' });
  expect(alias.DeletionPolicy).toMatch(/^Retain/);
});

test('what fails on the way leaves nothing but a key whose deletion is scheduled, be there no alias yet', async () => {
  const sent: string[] = [];
  const answers: Record<string, () => unknown> = {
    GetKeyCommand: () => ({ Key: { KeyState: 'CREATE_COMPLETE', Enabled: true } }),
    GetAliasCommand: () => { throw Object.assign(new Error('no such alias'), { name: 'ResourceNotFoundException' }); },
  };
  const client = {
    send: async (command: { constructor: { name: string } }) => {
      sent.push(command.constructor.name);
      return answers[command.constructor.name]?.() ?? {};
    },
  };
  const place = {
    region: 'us-east-1',
    replicationRegions: ['us-west-2'],
    deploy: async () => ({ [KEY_ARN]: WAY.keyArn! }),
    destroy: async () => { sent.push('cdk destroy'); },
    client: () => client as any,
    say: () => undefined,
  } satisfies Partial<Place>;
  await expect(walk(place as unknown as Place)).rejects.toThrow('alias/integ-exit-paths in us-east-1 belongs to no key');
  expect(sent.slice(sent.indexOf('cdk destroy'))).toEqual(['cdk destroy', 'GetAliasCommand', 'GetAliasCommand', 'DeleteKeyCommand']);
});
