import { publicEncrypt, X509Certificate } from 'node:crypto';
import { CheckedEmulator, CARD_VERIFICATION, inRegion, PRIMARY, REPLICA } from './checked-emulator';
import { DATA_PLANE_SWITCH_CASES } from './data-plane/switch-cases';
import {
  attributesOf, encryptionKey, exportKey, importKey, parameters, Partner, PartnerOptions, rootAttributes, rootMaterial,
} from './exchange-fixtures';
import { effects } from './faults';
import { parseKeyBlock, sealKeyBlock } from './key-block';
import { keyCheckValue } from './key-check-value';
import { unwrapUnderVariant } from './key-exchange/as2805';
import { EmulatorOptions } from './options';
import { Key, KeyAlgorithm } from './shapes';
import { SwitchName } from './switches';

const UNSUPPORTED = 'us-west-9';
const DISABLED = 'af-south-1';
const WINDOW = 3 * 24 * 60 * 60;
const KEY_PAIR = { ...CARD_VERIFICATION, KeyUsage: 'TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', KeyClass: 'ASYMMETRIC_KEY_PAIR', KeyAlgorithm: 'ECC_NIST_P256', KeyModesOfUse: { DeriveKey: true } };

type Look = (emulator: CheckedEmulator) => Promise<unknown>;

/** A look at one behaviour, and what is seen there by variant. A variant that is not listed is seen as its own name. */
export interface SwitchCase {
  readonly look: Look;
  readonly sees?: Record<string, unknown>;
  readonly options?: EmulatorOptions;
}

async function replicated(emulator: CheckedEmulator): Promise<string> {
  const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
  emulator.clock.advance(2);
  return KeyArn;
}

const statusIn = async (emulator: CheckedEmulator, arn: string, region: string = REPLICA): Promise<unknown> =>
  (await emulator.getKey(arn)).ReplicationStatus?.[region]?.Status;

const stateOf = async (emulator: CheckedEmulator, arn: string): Promise<unknown> =>
  emulator.getKey(arn).then(key => key.KeyState, (error: Error) => error.name);

const outcome = async (emulator: CheckedEmulator, operation: string, input: object, region?: string): Promise<unknown> =>
  await emulator.errorOf(operation, input, region) ?? 'accepted';

const add = async (emulator: CheckedEmulator, arn: string, ...regions: string[]): Promise<unknown> =>
  outcome(emulator, 'AddKeyReplicationRegions', { KeyIdentifier: arn, ReplicationRegions: regions });

const remove = async (emulator: CheckedEmulator, arn: string, ...regions: string[]): Promise<unknown> =>
  outcome(emulator, 'RemoveKeyReplicationRegions', { KeyIdentifier: arn, ReplicationRegions: regions });

const enable = async (emulator: CheckedEmulator): Promise<unknown> =>
  outcome(emulator, 'EnableDefaultKeyReplicationRegions', { ReplicationRegions: [REPLICA] });

/** The error of a creation, or where its key ends up being replicated to. */
async function creation(emulator: CheckedEmulator, input: object, region: string = REPLICA): Promise<unknown> {
  const attempt = { KeyAttributes: CARD_VERIFICATION, Exportable: true, ...input };
  const error = await emulator.errorOf('CreateKey', attempt);
  emulator.clock.advance(2);
  const [created] = emulator.snapshot(PRIMARY).keys;
  return error ?? created.key.ReplicationStatus?.[region]?.Status ?? 'nowhere';
}

async function aliasAfter(emulator: CheckedEmulator, region: string, event: (arn: string) => Promise<unknown>): Promise<unknown> {
  const arn = await replicated(emulator);
  await emulator.call('CreateAlias', { AliasName: 'alias/a', KeyArn: inRegion(arn, region) }, { region });
  await event(arn);
  emulator.clock.advance(WINDOW);
  const { aliases } = emulator.snapshot(region);
  if (!('alias/a' in aliases)) return 'deleted';
  return aliases['alias/a'] === undefined ? 'unassigned' : 'kept';
}

const partnerOf = (emulator: CheckedEmulator, more: Partial<PartnerOptions> = {}): Partner =>
  new Partner({ authority: 'ECC_NIST_P256', leaf: 'ECC_NIST_P256', now: emulator.clock.now(), ...more });

interface ImportToken {
  readonly ImportToken: string;
  readonly WrappingKeyCertificate: string;
}

const importToken = async (emulator: CheckedEmulator): Promise<ImportToken> =>
  parameters(emulator, 'GetParametersForImport', { KeyMaterialType: 'KEY_CRYPTOGRAM', WrappingKeyAlgorithm: 'RSA_2048' });

/** The material of an import of a key of sixteen bytes that the test knows. */
function rsaCryptogram({ ImportToken, WrappingKeyCertificate }: ImportToken, KeyAttributes: object = CARD_VERIFICATION): object {
  const key = new X509Certificate(Buffer.from(WrappingKeyCertificate, 'base64')).publicKey;
  const WrappedKeyCryptogram = publicEncrypt({ key, oaepHash: 'sha256' }, Buffer.alloc(16, 0x31)).toString('hex').toUpperCase();
  return { KeyCryptogram: { KeyAttributes, Exportable: true, ImportToken, WrappedKeyCryptogram } };
}

/** A key encryption key whose bytes the test knows. */
async function knownEncryptionKey(emulator: CheckedEmulator): Promise<{ key: Key; secret: Buffer }> {
  const token = await importToken(emulator);
  return { key: await importKey(emulator, rsaCryptogram(token, encryptionKey('TDES_2KEY'))), secret: Buffer.alloc(16, 0x31) };
}

/** Of a key of an algorithm under the known key. */
async function tr31Material(emulator: CheckedEmulator, algorithm: KeyAlgorithm, optionalBlocks: Array<[string, string]> = []): Promise<object> {
  const { key, secret } = await knownEncryptionKey(emulator);
  const header = { version: 'B', usage: 'P0', algorithm: 'T', mode: 'B', keyVersion: '00', exportability: 'E' } as const;
  const material = Buffer.alloc(algorithm === 'TDES_3KEY' ? 24 : 16, 0x52);
  const WrappedKeyBlock = sealKeyBlock({ ...header, optionalBlocks: new Map(optionalBlocks) }, material, secret, size => Buffer.alloc(size));
  return { Tr31KeyBlock: { WrappingKeyIdentifier: key.KeyArn, WrappedKeyBlock } };
}

async function exportBlock(emulator: CheckedEmulator, arn: string): Promise<ReturnType<typeof parseKeyBlock>['header']> {
  const { KeyArn } = await emulator.createKey({ KeyAttributes: encryptionKey('AES_256') });
  return parseKeyBlock((await exportKey(emulator, arn, { Tr31KeyBlock: { WrappingKeyIdentifier: KeyArn } })).KeyMaterial).header;
}

const TEAM = 'arn:aws:mpa:us-east-1:111122223333:approval-team/keys';
const ROOT_IMPORTS = { Action: 'IMPORT_ROOT_PUBLIC_KEY_CERTIFICATE' };

/** For every switch. */
export const SWITCH_CASES: Readonly<Record<SwitchName, SwitchCase>> = {
  invalidKeyAttributes: { look: async emulator => creation(emulator, { KeyAttributes: { ...CARD_VERIFICATION, KeyModesOfUse: {} } }) },
  replicationOfNonExportableKey: {
    look: async emulator => [
      await creation(emulator, { Exportable: false, ReplicationRegions: [REPLICA] }),
      await add(emulator, (await emulator.createKey({ Exportable: false })).KeyArn, REPLICA),
    ],
    sees: { ValidationException: Array(2).fill('ValidationException'), ConflictException: Array(2).fill('ConflictException'), ignored: ['nowhere', 'accepted'] },
  },
  unsupportedReplicationRegion: { look: async emulator => creation(emulator, { ReplicationRegions: [UNSUPPORTED] }, UNSUPPORTED) },
  ownReplicationRegion: { look: async emulator => creation(emulator, { ReplicationRegions: [PRIMARY] }, PRIMARY), sees: { ignored: 'nowhere' } },
  emptyReplicationRegions: {
    look: async emulator => {
      const arn = await replicated(emulator);
      return [await add(emulator, arn), await remove(emulator, arn)];
    },
    sees: { ValidationException: Array(2).fill('ValidationException'), unchanged: ['accepted', 'accepted'] },
  },
  repeatedReplicationRegion: {
    look: async emulator => creation(emulator, { ReplicationRegions: [REPLICA, REPLICA] }),
    sees: { accepted: 'SYNCHRONIZED' },
  },
  addPresentReplicationRegion: {
    look: async emulator => add(emulator, await replicated(emulator), REPLICA),
    sees: { unchanged: 'accepted' },
  },
  addRegionBeingRemoved: {
    look: async emulator => {
      const arn = await replicated(emulator);
      await remove(emulator, arn, REPLICA);
      const answer = await add(emulator, arn, REPLICA);
      return answer === 'accepted' ? statusIn(emulator, arn) : answer;
    },
    sees: { restarted: 'IN_PROGRESS' },
  },
  removeAbsentReplicationRegion: { look: async emulator => remove(emulator, await replicated(emulator), 'eu-west-1'), sees: { unchanged: 'accepted' } },
  disableAbsentDefaultRegion: {
    look: async emulator => outcome(emulator, 'DisableDefaultKeyReplicationRegions', { ReplicationRegions: [REPLICA] }),
    sees: { unchanged: 'accepted' },
  },
  changeOnReplica: {
    look: async emulator => outcome(emulator, 'StopKeyUsage', { KeyIdentifier: inRegion(await replicated(emulator), REPLICA) }, REPLICA),
  },
  deleteOnReplica: {
    look: async emulator => {
      const arn = await replicated(emulator);
      const answer = await outcome(emulator, 'DeleteKey', { KeyIdentifier: inRegion(arn, REPLICA) }, REPLICA);
      emulator.clock.advance(2);
      return answer === 'accepted' && emulator.snapshot(REPLICA).keys.length === 0 ? 'deleted' : answer;
    },
  },
  tooManyTags: {
    look: async emulator => creation(emulator, { Tags: Array.from({ length: 51 }, (_, index) => ({ Key: `k${index}`, Value: 'v' })) }),
  },
  keyArnOfAnotherRegion: { look: async emulator => outcome(emulator, 'GetKey', { KeyIdentifier: await replicated(emulator) }, REPLICA) },
  emptyRegionsAtCreation: {
    look: async emulator => {
      await enable(emulator);
      return creation(emulator, { ReplicationRegions: [] });
    },
    sees: { none: 'nowhere', defaults: 'SYNCHRONIZED' },
  },
  usingDefaultsAfterChange: {
    look: async emulator => {
      await enable(emulator);
      const { KeyArn } = await emulator.createKey();
      await add(emulator, KeyArn, 'eu-west-1');
      return (await emulator.getKey(KeyArn)).UsingDefaultReplicationRegions;
    },
    sees: { false: false, kept: true },
  },
  typeAfterLastRemoval: {
    look: async emulator => {
      const arn = await replicated(emulator);
      await remove(emulator, arn, REPLICA);
      emulator.clock.advance(2);
      return (await emulator.getKey(arn)).MultiRegionKeyType ?? 'none';
    },
  },
  usingDefaultsOnPlainKey: { look: async emulator => String((await emulator.createKey()).UsingDefaultReplicationRegions ?? 'absent') },
  removedRegionEntry: {
    look: async emulator => {
      const arn = await replicated(emulator);
      await remove(emulator, arn, REPLICA);
      emulator.clock.advance(2);
      const entry = await statusIn(emulator, arn);
      await add(emulator, arn, REPLICA);
      emulator.clock.advance(2);
      return [entry, await statusIn(emulator, arn)];
    },
    sees: { vanishes: [undefined, 'SYNCHRONIZED'], stays: ['DELETE_IN_PROGRESS', 'SYNCHRONIZED'] },
  },
  replicaDuringRemoval: {
    look: async emulator => {
      await remove(emulator, await replicated(emulator), REPLICA);
      return emulator.snapshot(REPLICA).keys.length;
    },
    sees: { readable: 1, absent: 0 },
  },
  addFailedReplicationRegion: {
    options: { replicationOutcomes: { [REPLICA]: { kind: 'fails' } } },
    look: async emulator => {
      const arn = await replicated(emulator);
      const answer = await add(emulator, arn, REPLICA);
      return answer === 'accepted' ? statusIn(emulator, arn) : answer;
    },
    sees: { retried: 'IN_PROGRESS', unchanged: 'FAILED' },
  },
  failedStatusMessage: {
    options: { replicationOutcomes: { [REPLICA]: { kind: 'fails' } } },
    look: async emulator => 'StatusMessage' in (await emulator.getKey(await replicated(emulator))).ReplicationStatus![REPLICA] ? 'present' : 'absent',
  },
  createKeyDeniedInReplicaRegion: {
    look: async emulator => {
      emulator.faults.add({ operation: 'CreateKey', region: REPLICA, effect: effects.accessDenied() });
      return creation(emulator, { ReplicationRegions: [REPLICA] });
    },
  },
  replicaBeforeSynchronization: {
    look: async emulator => {
      const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
      return stateOf(emulator, inRegion(KeyArn, REPLICA));
    },
  },
  defaultsOnAsymmetricKey: {
    look: async emulator => [await enable(emulator), await creation(emulator, { KeyAttributes: KEY_PAIR })][1],
    sees: { replicated: 'SYNCHRONIZED', ignored: 'nowhere' },
  },
  defaultsOnNonExportableKey: {
    look: async emulator => [await enable(emulator), await creation(emulator, { Exportable: false })][1],
    sees: { ignored: 'nowhere' },
  },
  deletedKey: {
    look: async emulator => {
      const { KeyArn } = await emulator.createKey();
      await emulator.change('DeleteKey', { KeyIdentifier: KeyArn, DeleteKeyInDays: 3 });
      emulator.clock.advance(WINDOW);
      return stateOf(emulator, KeyArn);
    },
  },
  aliasesOfDeletedKey: {
    look: async emulator => aliasAfter(emulator, PRIMARY, async arn => emulator.change('DeleteKey', { KeyIdentifier: arn, DeleteKeyInDays: 3 })),
  },
  aliasesOfRemovedReplica: { look: async emulator => aliasAfter(emulator, REPLICA, async arn => remove(emulator, arn, REPLICA)) },
  absentResourcePolicy: {
    look: async emulator => {
      const ResourceArn = await replicated(emulator);
      return emulator.call('GetResourcePolicy', { ResourceArn }, { region: PRIMARY }).then(({ Policy }) => Policy, (error: Error) => error.name);
    },
  },
  policyForEverybodyUnderConditions: {
    look: async emulator => {
      const { KeyArn: ResourceArn } = await emulator.createKey();
      const Condition = { StringEquals: { 'aws:PrincipalOrgID': 'o-exampleorgid' } };
      const statement = { Effect: 'Allow', Principal: '*', Action: 'payment-cryptography:GetKey', Resource: '*', Condition };
      return await emulator.errorOf('PutResourcePolicy', { ResourceArn, Policy: JSON.stringify({ Statement: [statement] }) }) ?? 'accepted';
    },
  },
  publicKeyCheckValueEncoding: {
    // The values themselves: key-check-value.test.ts.
    look: async emulator => (await emulator.createKey({ KeyAttributes: KEY_PAIR })).KeyCheckValue.length,
    sees: { SPKI: 8, PKCS1: 8 },
  },
  tagsOnReplica: {
    look: async emulator => {
      const ResourceArn = inRegion(await replicated(emulator), REPLICA);
      return outcome(emulator, 'TagResource', { ResourceArn, Tags: [{ Key: 'a', Value: 'b' }] }, REPLICA);
    },
  },
  createAliasWithoutKey: { look: async emulator => outcome(emulator, 'CreateAlias', { AliasName: 'alias/a' }) },
  statusAfterMetadataChange: {
    look: async emulator => {
      const arn = await replicated(emulator);
      await emulator.change('StopKeyUsage', { KeyIdentifier: arn });
      const status = await statusIn(emulator, arn);
      emulator.clock.advance(2);
      return [status, (await emulator.getKey(inRegion(arn, REPLICA))).Enabled];
    },
    sees: { IN_PROGRESS: ['IN_PROGRESS', false], unchanged: ['SYNCHRONIZED', false] },
  },
  regionNotEnabled: {
    options: { regionsNotEnabled: [DISABLED] },
    look: async emulator => creation(emulator, { ReplicationRegions: [DISABLED] }, DISABLED),
  },
  deriveKeyUsageOfOtherKey: {
    look: async emulator => {
      const error = await emulator.errorOf('CreateKey', { KeyAttributes: CARD_VERIFICATION, Exportable: true, DeriveKeyUsage: 'TR31_P0_PIN_ENCRYPTION_KEY' });
      return error ?? (emulator.snapshot(PRIMARY).keys[0].key.DeriveKeyUsage === undefined ? 'ignored' : 'kept');
    },
  },
  emptyTagValue: {
    look: async emulator => {
      const ResourceArn = (await emulator.createKey()).KeyArn;
      const answer = await outcome(emulator, 'TagResource', { ResourceArn, Tags: [{ Key: 'a', Value: '' }] });
      const { Tags } = await emulator.call<{ Tags: unknown[] }>('ListTagsForResource', { ResourceArn }, { region: PRIMARY });
      return [answer, Tags];
    },
    sees: { ValidationException: ['ValidationException', []], accepted: ['accepted', [{ Key: 'a', Value: '' }]] },
  },
  defaultsOnImportedKey: {
    look: async emulator => {
      await enable(emulator);
      const { KeyArn } = await importKey(emulator, rsaCryptogram(await importToken(emulator)));
      emulator.clock.advance(2);
      return await statusIn(emulator, KeyArn) === 'SYNCHRONIZED' ? 'replicated' : 'ignored';
    },
  },
  replicationOfPublicKey: {
    look: async emulator => {
      const root = partnerOf(emulator).rootMaterial;
      const { KeyArn } = await importKey(emulator, root);
      const answers = [await outcome(emulator, 'ImportKey', { KeyMaterial: root, ReplicationRegions: [REPLICA] }), await add(emulator, KeyArn, REPLICA)];
      await enable(emulator);
      const later = await importKey(emulator, root);
      return [...answers, later.UsingDefaultReplicationRegions];
    },
    sees: { replicated: ['accepted', 'accepted', true], ValidationException: ['ValidationException', 'ValidationException', false] },
  },
  importUnderWeakerKey: {
    look: async emulator => outcome(emulator, 'ImportKey', { KeyMaterial: await tr31Material(emulator, 'TDES_3KEY') }),
  },
  exchangeTokenUse: {
    look: async emulator => {
      const material = rsaCryptogram(await importToken(emulator));
      await importKey(emulator, material);
      return outcome(emulator, 'ImportKey', { KeyMaterial: material });
    },
    sees: { 'reusable': 'accepted', 'single use': 'ValidationException' },
  },
  unusableExchangeToken: {
    look: async emulator => {
      const material = rsaCryptogram(await importToken(emulator));
      emulator.clock.advance(30 * 24 * 60 * 60 + 1);
      return outcome(emulator, 'ImportKey', { KeyMaterial: material });
    },
  },
  rootCertificateOfAnotherIssuer: {
    look: async emulator => outcome(emulator, 'ImportKey', { KeyMaterial: rootMaterial(partnerOf(emulator).wire, 'ECC_NIST_P256') }),
  },
  orderOfIssuerName: {
    look: async emulator => {
      const partner = partnerOf(emulator, { issuerName: parts => [...parts].reverse() });
      const { KeyArn: CertificateAuthorityPublicKeyIdentifier } = await importKey(emulator, partner.rootMaterial);
      const attributes = { KeyAttributes: rootAttributes('ECC_NIST_P256'), PublicKeyCertificate: partner.wire };
      return outcome(emulator, 'ImportKey', { KeyMaterial: { TrustedCertificatePublicKey: { CertificateAuthorityPublicKeyIdentifier, ...attributes } } });
    },
    sees: { ignored: 'accepted' },
  },
  certificateOfImportedPublicKey: {
    look: async emulator => {
      const { KeyArn: KeyIdentifier } = await importKey(emulator, partnerOf(emulator).rootMaterial);
      return outcome(emulator, 'GetPublicKeyCertificate', { KeyIdentifier });
    },
    sees: { imported: 'accepted' },
  },
  exportabilityOfExportedKey: { look: async emulator => (await exportBlock(emulator, (await emulator.createKey()).KeyArn)).exportability },
  optionalBlocksOnExport: {
    look: async emulator => {
      const { KeyArn } = await importKey(emulator, await tr31Material(emulator, 'TDES_2KEY', [['TS', '20261128'], ['KP', '00AB']]));
      return [...(await exportBlock(emulator, KeyArn)).optionalBlocks];
    },
    sees: { kept: [['TS', '20261128']], dropped: [] },
  },
  exportOfDisabledKey: {
    look: async emulator => {
      const { KeyArn } = await emulator.createKey({ Enabled: false });
      return exportBlock(emulator, KeyArn).then(() => 'accepted', (error: Error) => error.name);
    },
  },
  exportFromReplica: {
    look: async emulator => {
      const arn = await replicated(emulator);
      const wrapping = await emulator.createKey({ KeyAttributes: encryptionKey('AES_256') }, REPLICA);
      const KeyMaterial = { Tr31KeyBlock: { WrappingKeyIdentifier: wrapping.KeyArn } };
      return outcome(emulator, 'ExportKey', { ExportKeyIdentifier: inRegion(arn, REPLICA), KeyMaterial }, REPLICA);
    },
  },
  as2805TerminalMajorKeyMask: {
    look: async emulator => {
      const { key, secret } = await knownEncryptionKey(emulator);
      const { KeyArn } = await emulator.createKey({ KeyAttributes: attributesOf('TR31_K0_KEY_ENCRYPTION_KEY', 'TDES_2KEY', 'Encrypt', 'Decrypt', 'Wrap', 'Unwrap') });
      const variant = { WrappingKeyIdentifier: key.KeyArn, As2805KeyVariant: 'TERMINAL_MAJOR_KEY_VARIANT_00' };
      const { KeyMaterial, KeyCheckValue } = await exportKey(emulator, KeyArn, { As2805KeyCryptogram: variant });
      const unwrapped = unwrapUnderVariant(Buffer.from(KeyMaterial, 'hex'), secret, [0, 0]);
      return keyCheckValue({ secret: unwrapped }, 'TDES_2KEY', 'ANSI_X9_24') === KeyCheckValue ? 'none' : '00C0';
    },
  },
  associatedMpaTeam: {
    look: async emulator => {
      const team = { ...ROOT_IMPORTS, MpaTeamArn: TEAM };
      await outcome(emulator, 'AssociateMpaTeam', team);
      return outcome(emulator, 'AssociateMpaTeam', team);
    },
    sees: { unchanged: 'accepted' },
  },
  absentMpaTeam: { look: async emulator => outcome(emulator, 'GetMpaTeamAssociation', ROOT_IMPORTS) },
  multiRegionMembersInListKeys: {
    look: async emulator => {
      await replicated(emulator);
      const { Keys: [key] } = await emulator.call<{ Keys: object[] }>('ListKeys', {}, { region: REPLICA });
      return 'PrimaryRegion' in key && 'MultiRegionKeyType' in key ? 'present' : 'absent';
    },
  },
  ...DATA_PLANE_SWITCH_CASES,
};
