import { CARD_VERIFICATION, inRegion, PRIMARY, REPLICA } from '../checked-emulator';
import { Fixture, POLICY, ROOT_IMPORTS, TEAM } from './successes';

/** A call that is answered with an error of its own. */
type Provocation = (fixture: Fixture) => Promise<object>;

/** Why no call of an operation can be answered with an error that its model lists. */
type Unreachable = string;

export type OwnError =
  | 'ValidationException' | 'ResourceNotFoundException' | 'ConflictException' | 'ServiceQuotaExceededException' | 'PublicPolicyException';

export type Failures = Readonly<Partial<Record<OwnError, Provocation | Unreachable>>>;

/** Accepted by the checks clients make, refused by the service. */
const BARE_KEY_ID = 'abcdefghij234567';
const ABSENT_KEY = `arn:aws:payment-cryptography:${PRIMARY}:111122223333:key/${BARE_KEY_ID}`;
const ABSENT_ALIAS = 'alias/conformance-absent';

const NO_RESOURCE = 'it names no resource';
const NO_CONFLICT = 'no state of the service is known to conflict with it';
const NO_QUOTA = 'it adds nothing that is counted';
const NO_TOKEN_QUOTA = 'no quota of tokens is known';

const SIGNING_REQUEST = { SigningAlgorithm: 'SHA256', CertificateSubject: { CommonName: 'keys.example' } };

const always = (input: object): Provocation => async () => input;

const byKey = (more: object = {}): Failures => ({
  ValidationException: always({ KeyIdentifier: BARE_KEY_ID, ...more }),
  ResourceNotFoundException: always({ KeyIdentifier: ABSENT_KEY, ...more }),
  ConflictException: NO_CONFLICT,
  ServiceQuotaExceededException: NO_QUOTA,
});

const byResource = (more: object = {}): Failures => ({
  ValidationException: always({ ResourceArn: 'x'.repeat(80), ...more }),
  ResourceNotFoundException: always({ ResourceArn: ABSENT_KEY, ...more }),
  ConflictException: NO_CONFLICT,
  ServiceQuotaExceededException: NO_QUOTA,
});

const byAlias = (): Failures => ({
  ValidationException: always({ AliasName: 'no-alias' }),
  ResourceNotFoundException: always({ AliasName: ABSENT_ALIAS }),
  ConflictException: NO_CONFLICT,
});

const defaultRegions = (): Failures => ({
  ValidationException: always({ ReplicationRegions: [PRIMARY] }),
  ResourceNotFoundException: NO_RESOURCE,
  ConflictException: NO_CONFLICT,
  ServiceQuotaExceededException: 'no quota of default Regions is known',
});

const tags = (count: number): object[] => Array.from({ length: count }, (_, index) => ({ Key: `key-${index}`, Value: 'value' }));

/** Of every operation: each error of its own that the model lists, provoked or declared out of reach. */
export const FAILURES: Readonly<Record<string, Failures>> = {
  CreateKey: {
    ValidationException: always({ KeyAttributes: { ...CARD_VERIFICATION, KeyModesOfUse: { Encrypt: true } }, Exportable: true }),
    ResourceNotFoundException: NO_RESOURCE,
    ConflictException: NO_CONFLICT,
    ServiceQuotaExceededException: always({ KeyAttributes: CARD_VERIFICATION, Exportable: true }),
  },
  GetKey: byKey(),
  ListKeys: {
    ValidationException: always({ NextToken: 'made-up' }),
    ResourceNotFoundException: NO_RESOURCE,
  },
  DeleteKey: {
    ...byKey(),
    ValidationException: async fixture => {
      const KeyIdentifier = await fixture.key();
      await fixture.with('DeleteKey', { KeyIdentifier });
      return { KeyIdentifier };
    },
  },
  RestoreKey: { ...byKey(), ValidationException: async fixture => ({ KeyIdentifier: await fixture.key() }) },
  StartKeyUsage: byKey(),
  StopKeyUsage: byKey(),
  AddKeyReplicationRegions: {
    ...byKey({ ReplicationRegions: [REPLICA] }),
    ValidationException: async fixture => ({ KeyIdentifier: await fixture.key({ Exportable: false }), ReplicationRegions: [REPLICA] }),
    ConflictException: async fixture => {
      const input = { KeyIdentifier: await fixture.replicatedKey(), ReplicationRegions: [REPLICA] };
      await fixture.with('RemoveKeyReplicationRegions', input);
      return input;
    },
    ServiceQuotaExceededException: 'a full replica Region shows as FAILED',
  },
  RemoveKeyReplicationRegions: {
    ...byKey({ ReplicationRegions: [REPLICA] }),
    ValidationException: async fixture => ({ KeyIdentifier: await fixture.key(), ReplicationRegions: [REPLICA] }),
  },
  EnableDefaultKeyReplicationRegions: defaultRegions(),
  DisableDefaultKeyReplicationRegions: defaultRegions(),
  GetDefaultKeyReplicationRegions: {
    ValidationException: 'it takes no input',
    ResourceNotFoundException: NO_RESOURCE,
    ConflictException: NO_CONFLICT,
    ServiceQuotaExceededException: NO_QUOTA,
  },
  CreateAlias: {
    ValidationException: async fixture => ({ AliasName: fixture.aliasName(), KeyArn: inRegion(await fixture.replicatedKey(), REPLICA) }),
    ResourceNotFoundException: always({ AliasName: ABSENT_ALIAS, KeyArn: ABSENT_KEY }),
    ConflictException: async fixture => {
      const input = { AliasName: fixture.aliasName() };
      await fixture.with('CreateAlias', input);
      return input;
    },
    ServiceQuotaExceededException: async fixture => ({ AliasName: fixture.aliasName() }),
  },
  GetAlias: byAlias(),
  UpdateAlias: byAlias(),
  DeleteAlias: byAlias(),
  ListAliases: {
    ValidationException: always({ NextToken: 'made-up' }),
    ResourceNotFoundException: always({ KeyArn: ABSENT_KEY }),
  },
  TagResource: {
    ...byResource({ Tags: tags(1) }),
    ServiceQuotaExceededException: async fixture => ({ ResourceArn: await fixture.key(), Tags: tags(51) }),
  },
  UntagResource: byResource({ TagKeys: ['team'] }),
  ListTagsForResource: byResource(),
  PutResourcePolicy: {
    ...byResource({ Policy: POLICY }),
    PublicPolicyException: async fixture => ({
      ResourceArn: await fixture.key(),
      Policy: POLICY.replace('"arn:aws:iam::444455556666:root"', '"*"'),
    }),
    ServiceQuotaExceededException: 'a policy that is too long is invalid',
  },
  GetResourcePolicy: byResource(),
  DeleteResourcePolicy: byResource(),
  ImportKey: {
    ValidationException: async fixture => {
      const block = await fixture.keyBlock();
      return { KeyMaterial: { Tr31KeyBlock: { ...block, WrappedKeyBlock: block.WrappedKeyBlock.replace('C0TC00E', 'C0TC00N') } } };
    },
    ResourceNotFoundException: async fixture => ({
      KeyMaterial: { Tr31KeyBlock: { ...await fixture.keyBlock(), WrappingKeyIdentifier: ABSENT_KEY } },
    }),
    ConflictException: NO_CONFLICT,
    ServiceQuotaExceededException: async fixture => ({ KeyMaterial: fixture.rootCertificate() }),
  },
  ExportKey: {
    ValidationException: async fixture => ({
      ExportKeyIdentifier: await fixture.key({ Exportable: false }),
      KeyMaterial: { Tr31KeyBlock: { WrappingKeyIdentifier: await fixture.wrappingKey() } },
    }),
    ResourceNotFoundException: async fixture => ({
      ExportKeyIdentifier: ABSENT_KEY,
      KeyMaterial: { Tr31KeyBlock: { WrappingKeyIdentifier: await fixture.wrappingKey() } },
    }),
    ConflictException: NO_CONFLICT,
  },
  GetParametersForImport: {
    ValidationException: always({ KeyMaterialType: 'TR31_KEY_BLOCK', WrappingKeyAlgorithm: 'RSA_2048' }),
    ResourceNotFoundException: NO_RESOURCE,
    ConflictException: NO_CONFLICT,
    ServiceQuotaExceededException: NO_TOKEN_QUOTA,
  },
  GetParametersForExport: {
    ValidationException: always({ KeyMaterialType: 'KEY_CRYPTOGRAM', SigningKeyAlgorithm: 'RSA_2048' }),
    ResourceNotFoundException: NO_RESOURCE,
    ConflictException: NO_CONFLICT,
    ServiceQuotaExceededException: NO_TOKEN_QUOTA,
  },
  GetPublicKeyCertificate: {
    ValidationException: async fixture => ({ KeyIdentifier: await fixture.key() }),
    ResourceNotFoundException: always({ KeyIdentifier: ABSENT_KEY }),
  },
  GetCertificateSigningRequest: {
    ValidationException: async fixture => ({ KeyIdentifier: await fixture.key(), ...SIGNING_REQUEST }),
    ResourceNotFoundException: always({ KeyIdentifier: ABSENT_KEY, ...SIGNING_REQUEST }),
  },
  AssociateMpaTeam: {
    ValidationException: always({ ...ROOT_IMPORTS, MpaTeamArn: 'x'.repeat(40) }),
    ResourceNotFoundException: 'teams are of another service, which the emulator does not have',
    ConflictException: async fixture => {
      await fixture.team();
      return { ...ROOT_IMPORTS, MpaTeamArn: TEAM };
    },
    ServiceQuotaExceededException: NO_QUOTA,
  },
  DisassociateMpaTeam: {
    ValidationException: always({ Action: 'ANYTHING' }),
    ResourceNotFoundException: async fixture => {
      await fixture.withoutTeam();
      return ROOT_IMPORTS;
    },
    ConflictException: async fixture => {
      await fixture.team();
      await fixture.with('DisassociateMpaTeam', ROOT_IMPORTS);
      return ROOT_IMPORTS;
    },
    ServiceQuotaExceededException: NO_QUOTA,
  },
  GetMpaTeamAssociation: {
    ValidationException: always({ Action: 'ANYTHING' }),
    ResourceNotFoundException: async fixture => {
      await fixture.withoutTeam();
      return ROOT_IMPORTS;
    },
    ConflictException: NO_CONFLICT,
    ServiceQuotaExceededException: NO_QUOTA,
  },
};
