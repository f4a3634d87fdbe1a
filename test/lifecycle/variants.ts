import { DATA_PLANE_SWITCHES, SWITCHES, Switches } from '../emulator';
import { coveringRows, Row } from './pairwise';

/** Of the control plane: a key's life uses no other. */
type SwitchName = Exclude<keyof Switches, keyof typeof DATA_PLANE_SWITCHES>;

/** The switches that a key's life can meet; of the others, why it cannot. */
const MET: Record<SwitchName, true | string> = {
  invalidKeyAttributes: 'the catalogue of specs refuses wrong combinations at synth',
  replicationOfNonExportableKey: 'refused at synth and by the handler',
  unsupportedReplicationRegion: true,
  ownReplicationRegion: 'refused at synth and by the handler',
  emptyReplicationRegions: 'no request names no Region',
  repeatedReplicationRegion: 'refused at synth and by the handler',
  addPresentReplicationRegion: true,
  addRegionBeingRemoved: true,
  removeAbsentReplicationRegion: true,
  disableAbsentDefaultRegion: 'a key does not touch the defaults',
  changeOnReplica: 'changes go to the primary',
  deleteOnReplica: 'deletes go to the primary',
  tooManyTags: 'refused at synth',
  keyArnOfAnotherRegion: 'every ARN is asked for in its own Region',
  emptyRegionsAtCreation: true,
  usingDefaultsAfterChange: true,
  typeAfterLastRemoval: true,
  usingDefaultsOnPlainKey: true,
  removedRegionEntry: true,
  replicaDuringRemoval: true,
  addFailedReplicationRegion: true,
  failedStatusMessage: true,
  createKeyDeniedInReplicaRegion: true,
  replicaBeforeSynchronization: true,
  defaultsOnAsymmetricKey: true,
  defaultsOnNonExportableKey: true,
  deletedKey: true,
  aliasesOfDeletedKey: 'a key has no aliases of its own',
  aliasesOfRemovedReplica: 'a key has no aliases of its own',
  absentResourcePolicy: 'a key has no resource policy of its own',
  policyForEverybodyUnderConditions: 'a key has no resource policy of its own',
  publicKeyCheckValueEncoding: true,
  tagsOnReplica: true,
  createAliasWithoutKey: 'a key has no aliases of its own',
  statusAfterMetadataChange: true,
  regionNotEnabled: true,
  deriveKeyUsageOfOtherKey: 'refused at synth',
  emptyTagValue: 'refused at synth',
  defaultsOnImportedKey: true,
  replicationOfPublicKey: 'the runs import key blocks of symmetric keys only',
  importUnderWeakerKey: 'the wrapping keys are as strong as what is imported',
  exchangeTokenUse: 'the runs import key blocks of symmetric keys only',
  unusableExchangeToken: 'the runs import key blocks of symmetric keys only',
  rootCertificateOfAnotherIssuer: 'the runs import key blocks of symmetric keys only',
  orderOfIssuerName: 'the runs import key blocks of symmetric keys only',
  certificateOfImportedPublicKey: 'the runs import key blocks of symmetric keys only',
  exportabilityOfExportedKey: 'nothing here exports a key',
  optionalBlocksOnExport: 'nothing here exports a key',
  exportOfDisabledKey: 'nothing here exports a key',
  exportFromReplica: 'nothing here exports a key',
  as2805TerminalMajorKeyMask: 'the runs import key blocks of symmetric keys only',
  associatedMpaTeam: 'nothing here asks a team',
  absentMpaTeam: 'nothing here asks a team',
  multiRegionMembersInListKeys: true,
};

/** What reports about CloudFormation differ on. */
const CLOUDFORMATION = {
  /** Provider framework README, "physical resource id": an id that changes in a failed update. */
  changedIdOfFailedUpdate: ['adopted', 'deleted', 'ignored'],
  /** Whether an update that failed is reversed too, when the stack rolls back (CloudFormation User Guide: continue rolling back an update). */
  reverseOfFailedUpdate: ['sent', 'left out'],
  /** Which id the reverse of a successful replacement names. */
  reverseOfReplacement: ['names the new id', 'names the old id', 'left out'],
  /** With UpdateReplacePolicy Retain; cloudformation-coverage-roadmap#1493. */
  newCopyOfReversedReplacement: ['deleted', 'retained'],
  /** What is in progress when a sibling fails (User Guide: "Resource creation cancelled"). */
  inProgressWhenOthersFail: ['cancelled', 'awaited'],
} as const;

/** What the runs choose of the world around, beside faults. */
const SURROUNDINGS = {
  /** Seconds until the tag index sees a change. */
  tagIndexLag: ['2', '45', 'never'],
  defaultReplicationRegions: ['none', 'eu-west-1'],
  /** Seconds from IN_PROGRESS to SYNCHRONIZED. */
  replicationDelay: ['2', '20'],
  /** Requests a second. */
  quota: ['5', '2'],
} as const;

type Choices<T extends Record<string, readonly string[]>> = { readonly [N in keyof T]: T[N][number] };

export interface Variants {
  readonly switches: Partial<Switches>;
  readonly cloudFormation: Choices<typeof CLOUDFORMATION>;
  readonly surroundings: Choices<typeof SURROUNDINGS>;
}

const met = (Object.keys(MET) as SwitchName[]).filter(name => MET[name] === true);

export const PARAMETERS: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(met.map(name => [name, [...SWITCHES[name].variants]])),
  ...CLOUDFORMATION,
  ...SURROUNDINGS,
};

let rows: Row[] | undefined;

/** Any `variantRows().length` runs in a row meet every pair of variants. */
export function variantRows(): Row[] {
  return rows ??= coveringRows(PARAMETERS);
}

export function variantsOf(row: Row): Variants {
  const chosen = (names: string[]) => Object.fromEntries(names.map(name => [name, row[name]]));
  return {
    switches: chosen(met) as Partial<Switches>,
    cloudFormation: chosen(Object.keys(CLOUDFORMATION)) as Variants['cloudFormation'],
    surroundings: chosen(Object.keys(SURROUNDINGS)) as Variants['surroundings'],
  };
}
