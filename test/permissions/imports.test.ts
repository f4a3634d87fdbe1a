import { Alias, IKey, Key } from 'aws-cdk-lib/aws-kms';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Stack } from 'aws-cdk-lib/core';
import { DEPLOYMENT } from './deployment';
import { IamRequest, iamRequests } from './iam-request';
import { References } from './intrinsics';
import { Policies } from './policies';
import { providerPolicies } from './provider-policies';
import { denied, deniedRequests, unusedGrants } from './usage';
import {
  As2805KeyVariant, KeyBlock, KeyDerivationFunction, KeyDerivationHashAlgorithm, KeyMaterial, MultiRegionPaymentKey, PaymentKeyAlgorithm,
  PaymentKeySpec, WrappingSpec,
} from '../../src';
import { KeyMaterial as Written, WrappedKeyReference } from '../../src/provider/contract/key-material';
import { effects, RequestLogEntry } from '../emulator';
import { ACCOUNT, REGION, World } from '../lifecycle/world';
import { CEREMONIES, Ceremony, Place } from '../provider/reconcilers/key/ceremonies';

/*
 * The function of a stack imports a key by each method, and what it asks for is compared with what the very constructs of these imports
 * allow: nothing is denied, and nothing could be taken away.
 */

const METHODS = Object.keys(CEREMONIES) as Array<Written['Method']>;
const kmsKeyArn = (id: string) => `arn:aws:kms:${REGION}:${ACCOUNT}:key/${id}`;

/** How the construct knows where the wrapped key is, and by which KMS key it is encrypted. */
interface Kept {
  /** The KMS key that is asked for when the value is read; its alias, if the construct knows it by that. */
  readonly kms?: { readonly arn: string; readonly alias?: string };
  declare(stack: Stack, id: string, reference: WrappedKeyReference): { readonly keyBlock: KeyBlock; readonly references?: References };
}

type OfSecret = Extract<WrappedKeyReference, { readonly Service: 'SECRETS_MANAGER' }>;
type OfParameter = Extract<WrappedKeyReference, { readonly Service: 'PARAMETER_STORE' }>;
const secretByArn = (stack: Stack, id: string, { SecretArn, VersionId, Field }: OfSecret, encryptionKey?: IKey) =>
  KeyBlock.fromSecret(Secret.fromSecretAttributes(stack, `${id}Secret`, { secretCompleteArn: SecretArn, encryptionKey }), { versionId: VersionId, field: Field });
const parameterByName = (stack: Stack, id: string, { ParameterName, Version, Field }: OfParameter, encryptionKey?: IKey) => KeyBlock.fromSecureString(
  StringParameter.fromSecureStringParameterAttributes(stack, `${id}Parameter`, { parameterName: ParameterName, encryptionKey }), { version: Number(Version), field: Field });

const OF_SECRETS: Readonly<Record<string, Kept>> = {
  'by its ARN': { declare: (stack, id, reference) => ({ keyBlock: secretByArn(stack, id, reference as OfSecret) }) },
  'by its name': {
    declare: (stack, id, reference) => {
      const { SecretArn, VersionId, Field } = reference as OfSecret;
      const secret = Secret.fromSecretNameV2(stack, `${id}Secret`, SecretArn.split(':').pop()!.slice(0, -7));
      return { keyBlock: KeyBlock.fromSecret(secret, { versionId: VersionId, field: Field }) };
    },
  },
  'by a token, of the same template': {
    declare: (stack, id, reference) => {
      const { SecretArn, VersionId, Field } = reference as OfSecret;
      const secret = new Secret(stack, `${id}Secret`);
      const references = { [stack.resolve(secret.secretArn).Ref]: SecretArn };
      return { keyBlock: KeyBlock.fromSecret(secret, { versionId: VersionId, field: Field }), references };
    },
  },
  'under a KMS key': {
    declare: (stack, id, reference) => ({ keyBlock: secretByArn(stack, id, reference as OfSecret, Key.fromKeyArn(stack, `${id}Kms`, kmsKeyArn('of-secrets'))) }),
    kms: { arn: kmsKeyArn('of-secrets') },
  },
  'under a KMS key of the same template': {
    declare: (stack, id, reference) => {
      const key = new Key(stack, `${id}Kms`);
      return {
        keyBlock: secretByArn(stack, id, reference as OfSecret, key),
        references: { [stack.resolve(key.keyArn)['Fn::GetAtt'].join('.')]: kmsKeyArn('of-the-template') },
      };
    },
    kms: { arn: kmsKeyArn('of-the-template') },
  },
  'under a KMS key that is known by its alias': {
    declare: (stack, id, reference) => ({ keyBlock: secretByArn(stack, id, reference as OfSecret, Alias.fromAliasName(stack, `${id}Kms`, 'alias/secrets')) }),
    kms: { arn: kmsKeyArn('behind-an-alias'), alias: 'alias/secrets' },
  },
};
const OF_PARAMETERS: Readonly<Record<string, Kept>> = {
  'by its name': { declare: (stack, id, reference) => ({ keyBlock: parameterByName(stack, id, reference as OfParameter) }) },
  'under a KMS key': {
    declare: (stack, id, reference) => ({ keyBlock: parameterByName(stack, id, reference as OfParameter, Key.fromKeyArn(stack, `${id}Kms`, kmsKeyArn('of-parameters'))) }),
    kms: { arn: kmsKeyArn('of-parameters') },
  },
};

/** The construct of a declaration. */
function materialOf(stack: Stack, id: string, written: Written, keyBlock: KeyBlock): KeyMaterial {
  const key = (name: string, arn: string) => MultiRegionPaymentKey.fromKeyArn(stack, `${id}${name}`, arn);
  switch (written.Method) {
    case 'TR31': return KeyMaterial.tr31({ wrappingKey: key('Kek', written.WrappingKey), keyBlock });
    case 'TR34': return KeyMaterial.tr34({ certificateAuthority: key('Authority', written.CertificateAuthority), keyBlock });
    case 'RSA_CRYPTOGRAM': return KeyMaterial.rsaCryptogram({ cryptogram: keyBlock, wrappingSpec: WrappingSpec.RSA_OAEP_SHA_256 });
    case 'ECDH_TR31': return KeyMaterial.ecdhTr31({
      privateKey: key('Private', written.PrivateKey),
      certificateAuthority: key('Authority', written.CertificateAuthority),
      publicKeyCertificate: written.PublicKeyCertificate,
      deriveKeyAlgorithm: PaymentKeyAlgorithm.AES_128,
      keyDerivationFunction: KeyDerivationFunction.NIST_SP800,
      keyDerivationHashAlgorithm: KeyDerivationHashAlgorithm.SHA_512,
      sharedInformation: written.SharedInformation,
      keyBlock,
    });
    case 'AS2805': return KeyMaterial.as2805({ wrappingKey: key('Kek', written.WrappingKey), keyVariant: As2805KeyVariant.PIN_ENCRYPTION_KEY_VARIANT_28, cryptogram: keyBlock });
    case 'ROOT_CERTIFICATE': return KeyMaterial.rootCertificate({ certificate: written.Certificate });
    case 'TRUSTED_CERTIFICATE': return KeyMaterial.trustedCertificate({ certificate: written.Certificate, certificateAuthority: key('Authority', written.CertificateAuthority) });
  }
}

function specOf({ Method }: Written): PaymentKeySpec {
  switch (Method) {
    case 'AS2805': return PaymentKeySpec.pinEncryption();
    case 'ROOT_CERTIFICATE': return PaymentKeySpec.signatureVerification({ algorithm: PaymentKeyAlgorithm.RSA_2048 });
    case 'TRUSTED_CERTIFICATE': return PaymentKeySpec.publicKeyEncryption({ algorithm: PaymentKeyAlgorithm.RSA_2048 });
    default: return PaymentKeySpec.cardVerification();
  }
}

interface Import {
  readonly written: Written;
  readonly kept?: Kept;
  readonly entries: readonly RequestLogEntry[];
}

/** What a stack with these imports allows. */
function policiesWith(imports: readonly Import[]): Policies {
  const declare = (stack: Stack): References => Object.assign({}, ...imports.map(({ written, kept }, index) => {
    const id = `Imported${index}`;
    const where = 'WrappedKey' in written ? kept!.declare(stack, id, written.WrappedKey) : undefined;
    new MultiRegionPaymentKey(stack, id, { spec: specOf(written), material: materialOf(stack, id, written, where?.keyBlock as KeyBlock) });
    return where?.references ?? {};
  }));
  return new Policies(providerPolicies(DEPLOYMENT, declare).function, ACCOUNT, REGION);
}

/** What IAM is asked about an import: all requests, and for each value that is read, the decryption that its service asks for (KMS Developer Guide: kms:ViaService). */
async function askedBy({ entries, kept }: Import): Promise<IamRequest[]> {
  const own = (await Promise.all(entries.map(entry => iamRequests(entry, ACCOUNT)))).flat();
  const reads = entries.filter(({ operation }) => operation === 'GetSecretValue' || operation === 'GetParameter');
  return [...own, ...kept?.kms ? reads.map(({ service }) => decryption(service!, kept.kms!)) : []];
}

function decryption(service: string, { arn, alias }: NonNullable<Kept['kms']>, via = `${service}.${REGION}.amazonaws.com`): IamRequest {
  return { action: 'kms:Decrypt', resource: arn, context: { 'kms:ViaService': via, ...alias && { 'kms:ResourceAliases': [alias] } } };
}

/** A whole life of an imported key, with a fault that has it looked for. */
async function record(method: Written['Method'], kept: Kept | undefined): Promise<Import> {
  const world = await World.start();
  const place: Place = {
    emulator: world.emulator,
    clock: world.clock,
    // At most five a second, like everybody.
    byHand: (operation, input) => {
      world.clock.advance(1);
      return world.emulator.call(operation, input, { region: REGION });
    },
  };
  const { declared }: Ceremony = await CEREMONIES[method](place);
  const properties = { ...declared, ReplicationRegions: ['us-west-2'] };
  world.emulator.faults.add({ operation: 'ImportKey', times: 1, effect: effects.responseLost() });
  const created = await world.create(properties);
  const updated = await world.update(created.PhysicalResourceId, properties, { ...properties, Tags: { team: 'cards' } });
  const removed = await world.remove(created.PhysicalResourceId, properties);
  await world.close();
  expect([created, updated, removed].map(({ Status }) => Status)).toEqual(['SUCCESS', 'SUCCESS', 'SUCCESS']);
  return { written: declared.Material!, kept, entries: world.emulator.log.entries.filter(({ accessKeyId }) => accessKeyId === 'AKIATEST') };
}

const storesOf = (method: Written['Method']): Array<[string, Kept | undefined]> => {
  switch (method) {
    case 'ROOT_CERTIFICATE':
    case 'TRUSTED_CERTIFICATE': return [['that stands in the template', undefined]];
    case 'AS2805': return Object.entries(OF_PARAMETERS).map(([name, kept]) => [`in a SecureString ${name}`, kept]);
    // One method is enough to show every way to name a secret; the others have each its own.
    case 'TR31': return Object.entries(OF_SECRETS).map(([name, kept]) => [`in a secret ${name}`, kept]);
    default: return [['in a secret by its ARN', OF_SECRETS['by its ARN']]];
  }
};

const ROWS = METHODS.flatMap(method => storesOf(method).map(([where, kept]) => [method, where, kept] as const));

describe('what the function asks for to import', () => {
  const seen: Import[] = [];

  test.each(ROWS)('%s %s, is allowed where it is declared', async (method, _, kept) => {
    const one = await record(method, kept);
    seen.push(one);
    const policies = policiesWith([one]);
    expect(one.entries.filter(({ operation }) => operation === 'ImportKey')).toHaveLength(1);
    expect(await deniedRequests(one.entries, policies)).toEqual([]);
    expect(await denied(await askedBy(one), policies)).toEqual([]);
  });

  // The role of a function has no room for more imports in one stack.
  test.each([0, 5, 10])('is all that it is granted for that: whatever is taken away is missed, from the import %i on', async first => {
    expect(seen).toHaveLength(ROWS.length);
    const imports = seen.slice(first, first + 5);
    const policies = policiesWith(imports);
    const unused = await unusedGrants((await Promise.all(imports.map(askedBy))).flat(), policies);
    const ofImports = /^(ImportOwnKeys|ReadSecrets|ReadParameters|Decrypt\w+|\w*MaterialPolicy\w*) /;
    expect(unused.filter(grant => ofImports.test(grant))).toEqual([]);
    const granted = policies.statements.filter(({ Sid }) => ofImports.test(`${Sid} `)).flatMap(({ Action }) => Action);
    const asked = (await Promise.all(imports.map(askedBy))).flat().map(({ action }) => action);
    expect(new Set(granted)).toEqual(new Set(asked.filter(action => /^(secretsmanager|ssm|kms):|:ImportKey$/.test(action))));
  }, 60_000);

  test('is out of reach in a stack that imports nothing', async () => {
    const without = new Policies(providerPolicies(DEPLOYMENT).function, ACCOUNT, REGION);
    const ofImports = (await Promise.all(seen.map(askedBy))).flat().filter(({ action }) => /:(ImportKey|GetSecretValue|GetParameter|Decrypt)$/.test(action));
    for (const request of ofImports) { expect(await without.verdict(request)).toEqual({ allowed: false, by: [] }); }
    expect(new Set(ofImports.map(({ action }) => action)).size).toBe(4);
    expect(JSON.stringify(without.statements)).not.toMatch(/secretsmanager|ssm:|kms:|ImportKey/);
  });

  test('is out of reach in a stack that imports something else', async () => {
    for (const [index, one] of seen.entries()) {
      const others = policiesWith([seen[(index + 1) % seen.length]]);
      const reads = (await askedBy(one)).filter(({ action }) => /:(GetSecretValue|GetParameter)$/.test(action));
      expect(reads.length > 0).toBe('WrappedKey' in one.written);
      for (const request of reads) { expect((await others.verdict(request)).allowed).toBe(false); }
    }
  });

  /** Each refusal beside what is allowed and differs from it in one thing. */
  describe('and what it cannot do', () => {
    const readOf = async (service: string, withKms = false) => {
      const one = seen.find(({ entries, kept }) => (kept?.kms !== undefined) === withKms && entries.some(entry => entry.service === service))!;
      const requests = await askedBy(one);
      return { policies: policiesWith([one]), kms: one.kept?.kms, request: requests.find(({ action }) => action.startsWith(`${service}:`))! };
    };

    test.each<[string, string, (request: IamRequest) => IamRequest]>([
      ['another version of the secret', 'secretsmanager', request => ({ ...request, context: { ...request.context, 'secretsmanager:VersionId': '1'.repeat(36) } })],
      ['the secret by a staging label', 'secretsmanager', ({ context: { 'secretsmanager:VersionId': _, ...context }, ...request }) =>
        ({ ...request, context: { ...context, 'secretsmanager:VersionStage': 'AWSCURRENT' } })],
      ['another secret', 'secretsmanager', request => ({ ...request, resource: request.resource.replace(/.{6}$/, 'AbCdEf') })],
      ['the same secret\'s metadata', 'secretsmanager', request => ({ ...request, action: 'secretsmanager:DescribeSecret' })],
      ['another value for the secret', 'secretsmanager', request => ({ ...request, action: 'secretsmanager:PutSecretValue' })],
      ['another parameter', 'ssm', request => ({ ...request, resource: `${request.resource}-other` })],
      ['all parameters of a path', 'ssm', request => ({ ...request, action: 'ssm:GetParametersByPath' })],
      ['the parameter\'s former values', 'ssm', request => ({ ...request, action: 'ssm:GetParameterHistory' })],
    ])('%s', async (_, service, changed) => {
      const { policies, request } = await readOf(service);
      expect((await policies.verdict(request)).allowed).toBe(true);
      expect((await policies.verdict(changed(request))).allowed).toBe(false);
    });

    test.each(['secretsmanager', 'ssm'])('decryption by itself, or with another key, of what %s keeps', async service => {
      const { policies, kms } = await readOf(service, true);
      expect((await policies.verdict(decryption(service, kms!))).allowed).toBe(true);
      expect((await policies.verdict(decryption(service, kms!, 's3.us-east-1.amazonaws.com'))).allowed).toBe(false);
      expect((await policies.verdict({ ...decryption(service, kms!), context: {} })).allowed).toBe(false);
      expect((await policies.verdict(decryption(service, { arn: kmsKeyArn('of-others') }))).allowed).toBe(false);
    });

    test('a decryption by an alias that it does not know', async () => {
      const one = seen.find(({ kept }) => kept?.kms?.alias !== undefined)!;
      const policies = policiesWith([one]);
      expect((await policies.verdict(decryption('secretsmanager', one.kept!.kms!))).allowed).toBe(true);
      expect((await policies.verdict(decryption('secretsmanager', { ...one.kept!.kms!, alias: 'alias/others' }))).allowed).toBe(false);
    });

    test('ImportKey for another stack, or without tags', async () => {
      const policies = policiesWith([seen[0]]);
      const request = (await askedBy(seen[0])).find(({ action }) => action.endsWith(':ImportKey'))!;
      const others = Object.fromEntries(Object.entries(request.context).map(([name, value]) => [name, name.includes('stack') ? `${value as string}0` : value]));
      expect((await policies.verdict(request)).allowed).toBe(true);
      expect((await policies.verdict({ ...request, context: {} })).allowed).toBe(false);
      expect((await policies.verdict({ ...request, context: others })).allowed).toBe(false);
    });
  });
});
