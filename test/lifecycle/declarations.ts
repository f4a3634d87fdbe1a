import * as fc from 'fast-check';
import { expecting, materialChoices, underAnother, withMaterial } from './custodians';
import { stringified } from './world';
import { serviceTimeoutInMinutes } from '../../src/provider/contract/envelope';
import { KeyProperties, MULTI_REGION_PAYMENT_KEY } from '../../src/provider/contract/multi-region-payment-key';
import { RESOURCE_TYPES } from '../../src/provider/handler/request/resource-types';

/** The Regions that runs replicate to, and what is special about some. */
export const REPLICAS = ['us-west-2', 'eu-west-1'] as const;
/** What the account's defaults add, in the runs that have some. */
export const DEFAULT_REGION = 'eu-west-1';
/** Exists, but the account has not enabled it. */
export const NOT_ENABLED = 'af-south-1';
/** The service is not there. */
export const UNSUPPORTED = 'eu-north-1';

/** DeletionPolicy and UpdateReplacePolicy, as CDK's RemovalPolicy of these names sets them. */
export const POLICIES = {
  DESTROY: { deletion: 'Delete', replace: 'Delete' },
  RETAIN: { deletion: 'Retain', replace: 'Retain' },
  RETAIN_ON_UPDATE_OR_DELETE: { deletion: 'RetainExceptOnCreate', replace: 'Retain' },
} as const;
export type PolicyName = keyof typeof POLICIES;

/** Who wrote the properties: every release's must be read for ever. */
export const RELEASES = {
  'current': (encoded: Record<string, unknown>) => encoded,
  /** As a release would that left nothing out. */
  'defaults spelled out': (encoded: Record<string, unknown>) => ({
    Exportable: 'true', Enabled: 'true', Tags: [], DeletionWindowInDays: '7', WaitForReplication: 'true', ReplicationTimeoutInMinutes: '30', ...encoded,
  }),
  /** As a release would that knows more: what is rolled back came from there. */
  'later': (encoded: Record<string, unknown>) => ({ ...encoded, SomethingNew: { Nested: 'true' } }),
} as const;
export type Release = keyof typeof RELEASES;

/** A resource as the template declares it. */
export interface Declaration<P = any> {
  /** Its resource type. */
  readonly type: string;
  readonly declared: P;
  readonly policy: PolicyName;
  readonly release: Release;
}
export type KeyDeclaration = Declaration<KeyProperties>;

const SPECS: ReadonlyArray<Pick<KeyProperties, 'KeyUsage' | 'KeyClass' | 'KeyAlgorithm' | 'KeyModesOfUse' | 'DeriveKeyUsage'>> = [
  { KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'TDES_2KEY', KeyModesOfUse: ['Generate', 'Verify'], DeriveKeyUsage: undefined },
  { KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'TDES_3KEY', KeyModesOfUse: ['Generate', 'Verify'], DeriveKeyUsage: undefined },
  { KeyUsage: 'TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'AES_128', KeyModesOfUse: ['NoRestrictions'], DeriveKeyUsage: undefined },
  {
    KeyUsage: 'TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT',
    KeyClass: 'ASYMMETRIC_KEY_PAIR',
    KeyAlgorithm: 'ECC_NIST_P256',
    KeyModesOfUse: ['DeriveKey'],
    DeriveKeyUsage: 'TR31_P0_PIN_ENCRYPTION_KEY',
  },
];

const often = <T>(common: T, ...rare: T[]) => fc.oneof(
  { weight: 4, arbitrary: fc.constant(common) },
  { weight: 1, arbitrary: fc.constantFrom(...rare) },
);

const regions: fc.Arbitrary<string[] | undefined> = fc.oneof(
  { weight: 4, arbitrary: fc.constant<string[] | undefined>([REPLICAS[0]]) },
  { weight: 4, arbitrary: fc.constantFrom<string[]>([...REPLICAS], [REPLICAS[1]]) },
  { weight: 2, arbitrary: fc.constantFrom<string[] | undefined>(undefined, []) },
  { weight: 1, arbitrary: fc.constantFrom<string[]>([REPLICAS[0], NOT_ENABLED], [UNSUPPORTED]) },
);

const tags = fc.constantFrom<Record<string, string>>({}, { team: 'cards' }, { team: 'acquiring', cost: '17' });

const RESOURCE_POLICIES = ['payment-cryptography:EncryptData', 'payment-cryptography:DecryptData'].map(Action => JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::111122223333:root' }, Action, Resource: '*' }],
}));

/** Optional members: absent means that an update leaves them as they were. */
const changeable = {
  ReplicationRegions: regions,
  Enabled: often(true, false),
  Tags: tags,
  ResourcePolicy: fc.constantFrom(undefined, undefined, undefined, ...RESOURCE_POLICIES),
  WaitForReplication: often(true, false),
  DeletionWindowInDays: often(7, 3),
  ReplicationTimeoutInMinutes: fc.constantFrom(1, 2, 5),
};

const immutable = fc.record({
  spec: often(SPECS[0], ...SPECS.slice(1)),
  Exportable: often(true, false),
  KeyCheckValueAlgorithm: often(undefined, 'CMAC'),
}).map(({ spec, Exportable, KeyCheckValueAlgorithm }) => ({
  ...spec,
  Exportable,
  KeyCheckValueAlgorithm: KeyCheckValueAlgorithm !== undefined && spec.KeyClass === 'ASYMMETRIC_KEY_PAIR' ? 'SHA_1' : KeyCheckValueAlgorithm,
  Material: undefined,
  ExpectedKeyCheckValue: undefined,
}));

/** Only exportable keys replicate: the construct refuses anything else at synth. */
function valid(key: KeyProperties): KeyProperties {
  return key.Exportable ? key : { ...key, ReplicationRegions: key.ReplicationRegions && [] };
}

export const policies = fc.constantFrom<PolicyName>('DESTROY', 'DESTROY', 'RETAIN', 'RETAIN_ON_UPDATE_OR_DELETE');

export const declarations: fc.Arbitrary<KeyDeclaration> = fc.record({
  type: fc.constant(MULTI_REGION_PAYMENT_KEY),
  declared: fc.tuple(immutable, fc.record(changeable)).map(([fixed, rest]) => valid({ Replaceable: true, ...fixed, ...rest })),
  policy: policies,
  release: often<Release>('current', 'defaults spelled out', 'later'),
});

/** What an update changes. */
export type Edit = (before: Declaration) => Declaration;

export interface NamedEdit {
  readonly replaces: boolean;
  /** For people. */
  readonly changes: object;
  readonly edit: Edit;
}

export const edits: fc.Arbitrary<NamedEdit> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record(changeable, { requiredKeys: [] }).map(some => ({
      replaces: false,
      changes: some,
      edit: ({ declared, ...rest }: KeyDeclaration) => ({ ...rest, release: 'current' as const, declared: valid({ ...declared, ...some }) }),
    })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(
      fc.constantFrom(...SPECS), fc.record(changeable, { requiredKeys: [] }), often(true, false),
    ).map(([spec, some, Replaceable]) => ({
      replaces: true,
      changes: { ...spec, ...some, Replaceable },
      edit: ({ declared, ...rest }: KeyDeclaration) => ({
        ...rest, release: 'current' as const, declared: valid({ ...declared, ...spec, KeyCheckValueAlgorithm: undefined, ...some, Replaceable }),
      }),
    })),
  },
);

/** As above, with material that is imported here and there. */
export const declarationsWithImports: fc.Arbitrary<KeyDeclaration> = fc.tuple(declarations, materialChoices)
  .map(([declaration, choice]) => ({ ...declaration, declared: withMaterial(declaration.declared, choice) }));

const changed = ({ declared, ...rest }: KeyDeclaration, to: (declared: KeyProperties) => KeyProperties): KeyDeclaration =>
  ({ ...rest, release: 'current', declared: to(declared) });

/** Other material, all of it or only what the template says about it. What else is immutable changes as above. */
export const editsWithImports: fc.Arbitrary<NamedEdit> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.tuple(edits, materialChoices).map(([edited, choice]) => !edited.replaces ? edited : {
      ...edited,
      changes: { ...edited.changes, ...choice },
      edit: (before: KeyDeclaration) => changed(edited.edit(before), declared => withMaterial(declared, choice)),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(materialChoices, often(true, false)).map(([choice, Replaceable]) => ({
      replaces: true,
      changes: { ...choice, Replaceable },
      edit: (before: KeyDeclaration) => changed(before, declared => withMaterial({ ...declared, Replaceable }, choice)),
    })),
  },
  {
    weight: 1,
    arbitrary: materialChoices.map(({ wrappingKey }) => ({
      replaces: false,
      changes: { wrappingKey },
      edit: (before: KeyDeclaration) => changed(before, declared => underAnother(declared, wrappingKey)),
    })),
  },
  {
    weight: 1,
    arbitrary: materialChoices.map(({ expected }) => ({
      replaces: false,
      changes: { expected },
      edit: (before: KeyDeclaration) => changed(before, declared => expecting(declared, expected)),
    })),
  },
);

/** As the construct writes them and CloudFormation passes them on: every primitive a string. */
export function properties(declaration: Declaration, stateMachineArn: string): Record<string, unknown> {
  const { type, declared, release } = declaration;
  return stringified({
    ServiceToken: 'arn:aws:lambda:us-east-1:111122223333:function:handler',
    ServiceTimeout: String(serviceTimeout(declaration)),
    StateMachineArn: stateMachineArn,
    ...RELEASES[release](stringified(RESOURCE_TYPES.get(type)!.properties.encode(declared)) as Record<string, unknown>),
  }) as Record<string, unknown>;
}

/** Seconds that CloudFormation waits for an answer. */
export function serviceTimeout({ type, declared }: Declaration): number {
  return serviceTimeoutInMinutes(RESOURCE_TYPES.get(type)!.timeoutInMinutes(declared)) * 60;
}
