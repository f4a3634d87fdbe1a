interface Switch<V extends string> {
  /** The letter in the list of unconfirmed behaviours this belongs to. */
  readonly letter: string;
  /** The first one is the default. */
  readonly variants: readonly [V, ...V[]];
  /** Why the first one is the most plausible. */
  readonly reason: string;
}

function choice<const V extends string>(letter: string, variants: readonly [V, ...V[]], reason: string): Switch<V> {
  return { letter, variants, reason };
}

const CONTROL_PLANE_SWITCHES = {
  invalidKeyAttributes: choice('a', ['ValidationException', 'ConflictException'],
    'a wrong combination is wrong whatever state the service is in'),
  replicationOfNonExportableKey: choice('a', ['ValidationException', 'ConflictException', 'ignored'],
    'the guide says keys must be exportable, and names no other error'),
  unsupportedReplicationRegion: choice('a', ['ValidationException', 'AccessDeniedException', 'FAILED'],
    'the Region is a parameter the service can judge at once'),
  ownReplicationRegion: choice('a', ['ValidationException', 'ConflictException', 'ignored'],
    'a key cannot be its own replica'),
  emptyReplicationRegions: choice('a', ['ValidationException', 'unchanged'],
    'a request to add or remove nothing is a mistake, though the model has no minimum'),
  repeatedReplicationRegion: choice('a', ['accepted', 'ValidationException'],
    'the model does not ask for unique Regions'),
  addPresentReplicationRegion: choice('a', ['unchanged', 'ConflictException', 'ValidationException'],
    'what was asked for is the case already'),
  addRegionBeingRemoved: choice('a', ['ConflictException', 'restarted'],
    'the old copy is not gone yet'),
  removeAbsentReplicationRegion: choice('a', ['ValidationException', 'ResourceNotFoundException', 'unchanged'],
    'the model says replication must be enabled in the Regions named'),
  disableAbsentDefaultRegion: choice('a', ['unchanged', 'ValidationException', 'ResourceNotFoundException'],
    'the operation answers with what remains, which is defined in any case'),
  changeOnReplica: choice('a', ['ValidationException', 'ConflictException', 'AccessDeniedException'],
    'changes must be applied to the primary'),
  deleteOnReplica: choice('a', ['ValidationException', 'ConflictException', 'deleted'],
    'the guide says twice that a replica cannot be deleted; an older blog says it can'),
  tooManyTags: choice('a', ['ServiceQuotaExceededException', 'ValidationException'],
    'fifty tags are a quota, the model permits two hundred'),
  keyArnOfAnotherRegion: choice('a', ['ResourceNotFoundException', 'ValidationException'],
    'a Region knows its own keys only'),
  emptyRegionsAtCreation: choice('b', ['none', 'defaults'],
    'defaults can be explicitly overridden, and nothing else expresses none'),
  usingDefaultsAfterChange: choice('c', ['false', 'kept'],
    'a change is a custom configuration, which overrides the defaults'),
  typeAfterLastRemoval: choice('c', ['none', 'PRIMARY'],
    'without replicas the key is an ordinary one'),
  usingDefaultsOnPlainKey: choice('c', ['false', 'absent'],
    'a recorded answer has it, but may be edited by hand'),
  removedRegionEntry: choice('d', ['vanishes', 'stays'],
    'the entry describes a replica that is no more'),
  replicaDuringRemoval: choice('d', ['readable', 'absent'],
    'removal is eventually consistent'),
  addFailedReplicationRegion: choice('e', ['retried', 'unchanged', 'ConflictException'],
    'adding again is the only lever besides removing'),
  failedStatusMessage: choice('e', ['present', 'absent'],
    'the member exists for this'),
  createKeyDeniedInReplicaRegion: choice('f', ['FAILED', 'AccessDeniedException'],
    'replication is asynchronous and calls CreateKey there later'),
  replicaBeforeSynchronization: choice('g', ['ResourceNotFoundException', 'CREATE_IN_PROGRESS'],
    'the copy does not exist yet'),
  defaultsOnAsymmetricKey: choice('h', ['replicated', 'ignored'],
    'asymmetric keys can be replicated since July 2026'),
  defaultsOnNonExportableKey: choice('h', ['ignored', 'ValidationException'],
    'the guide limits the defaults to exportable keys'),
  deletedKey: choice('i', ['DELETE_COMPLETE', 'ResourceNotFoundException'],
    'the state and a filter for it exist'),
  aliasesOfDeletedKey: choice('i', ['unassigned', 'deleted', 'kept'],
    'the page about aliases says so, the page about deletion says deleted'),
  aliasesOfRemovedReplica: choice('i', ['unassigned', 'deleted', 'kept'],
    'as for any deleted key'),
  absentResourcePolicy: choice('j', ['{}', 'ResourceNotFoundException'],
    'a recorded answer shows it'),
  policyForEverybodyUnderConditions: choice('-', ['accepted', 'PublicPolicyException'],
    'other services do not call it public when a condition names an organization or an account'),
  publicKeyCheckValueEncoding: choice('k', ['SPKI', 'PKCS1'],
    'the one encoding that RSA and ECC share'),
  tagsOnReplica: choice('m', ['accepted', 'ValidationException'],
    'tags are managed separately in each Region'),
  createAliasWithoutKey: choice('n', ['accepted', 'ValidationException'],
    'the member is optional'),
  statusAfterMetadataChange: choice('p', ['IN_PROGRESS', 'unchanged'],
    'the blog says to watch the status for changes'),
  regionNotEnabled: choice('q', ['FAILED', 'ValidationException', 'AccessDeniedException'],
    'replication needs permissions there, which an account without the Region does not have'),
  deriveKeyUsageOfOtherKey: choice('-', ['ValidationException', 'ignored'],
    'only key agreement derives keys, but the model does not tie the member to it'),
  emptyTagValue: choice('-', ['ValidationException', 'accepted'],
    'the model asks for a character, the guide says that a value may be empty'),
  defaultsOnImportedKey: choice('h', ['replicated', 'ignored'],
    'an import takes replication Regions as a creation does'),
  replicationOfPublicKey: choice('o', ['replicated', 'ValidationException'],
    'asymmetric keys can be replicated since July 2026'),
  importUnderWeakerKey: choice('-', ['accepted', 'ValidationException'],
    'a recorded run imports a TDES_3KEY key under a TDES_2KEY one'),
  exchangeTokenUse: choice('-', ['reusable', 'single use'],
    'the model says that one token serves several keys; older programs say otherwise'),
  unusableExchangeToken: choice('-', ['ValidationException', 'ResourceNotFoundException'],
    'a token is a parameter, not a resource with an ARN'),
  rootCertificateOfAnotherIssuer: choice('-', ['ValidationException', 'accepted'],
    'a root certificate is signed by its own key'),
  orderOfIssuerName: choice('-', ['ignored', 'ValidationException'],
    'certificates of a sample, which shows their success, name their authority backwards'),
  certificateOfImportedPublicKey: choice('-', ['imported', 'ValidationException'],
    'the operation returns the certificate of a public key, and this is one'),
  exportabilityOfExportedKey: choice('-', ['E', 'S'],
    'an exported key stays exportable; only an example of a DUKPT initial key shows S'),
  optionalBlocksOnExport: choice('-', ['kept', 'dropped'],
    'the guide says that optional blocks of an import are kept'),
  exportOfDisabledKey: choice('-', ['ValidationException', 'accepted'],
    'a disabled key cannot be used'),
  exportFromReplica: choice('-', ['accepted', 'ValidationException'],
    'a replica can be used like its primary'),
  as2805TerminalMajorKeyMask: choice('-', ['none', '00C0'],
    'the variant is called 00, and the other variants are masks of their number and C0'),
  associatedMpaTeam: choice('-', ['ConflictException', 'unchanged'],
    'what was asked for exists already'),
  absentMpaTeam: choice('-', ['ResourceNotFoundException', 'ValidationException'],
    'there is no association to return or to end'),
  multiRegionMembersInListKeys: choice('-', ['absent', 'present'],
    'the live service leaves them out although the model has them'),
} as const;

export const DATA_PLANE_SWITCHES = {
  unusableKey: choice('-', ['ValidationException', 'AccessDeniedException', 'ResourceNotFoundException'],
    'of a key that is disabled or about to be deleted, the operations of the control plane say this'),
  isoMacLength: choice('-', ['4', '8'],
    'algorithms 1 and 3 of ISO 9797-1 gave four bytes when somebody looked, the guide shows eight'),
  isoMacPadding: choice('-', ['zeros', 'ValidationException'],
    'a sample sends messages that are no whole blocks, the guide tells the caller to pad'),
  macLengthUnit: choice('-', ['bytes', 'digits'],
    'the largest length that the model permits, 32, is that of SHA-256 in bytes'),
  emvMacPadding: choice('-', ['METHOD_2', 'METHOD_1'],
    'EMV pads commands with method 2 of ISO 9797-1'),
  panInIsoFormat4: choice('-', ['WHOLE', 'RIGHTMOST_12'],
    'ISO 9564-1 and a sample take the whole PAN, the model speaks of twelve digits'),
  malformedPinBlock: choice('-', ['VerificationFailedException', 'ValidationException'],
    'a wrong PAN shows as a malformed PIN block, and is a PIN that is not verified'),
  visaPinUnderDukpt: choice('-', ['verified', 'InternalServerException'],
    'the model permits it, although the service failed when somebody tried'),
  unpaddedTransactionData: choice('-', ['ValidationException', 'zeros'],
    'the guide says that the caller must pad'),
  counterInDynamicValue: choice('-', ['decimal', 'hexadecimal'],
    'the track of a card has four decimal digits for it'),
  paddingOfSymmetricData: choice('-', ['ignored', 'ValidationException'],
    'the model permits paddings that only RSA has'),
  rsaPaddingByDefault: choice('-', ['PKCS1', 'OAEP_SHA1', 'OAEP_SHA256', 'OAEP_SHA512'],
    'the first of the model'),
  dukptModeByDefault: choice('-', ['CBC', 'ECB'],
    'ECB shows which blocks are equal'),
  dukptVariantByDefault: choice('-', ['BIDIRECTIONAL', 'REQUEST'],
    'without a direction both are meant'),
  checkValueOfWrappedKey: choice('-', ['WRAPPED', 'WRAPPING'],
    'it is there to tell which key was used'),
} as const;

/** Every behaviour of the service that nobody could confirm, as far as it shows in an operation built here. */
export const SWITCHES = { ...CONTROL_PLANE_SWITCHES, ...DATA_PLANE_SWITCHES } as const;

export type SwitchName = keyof typeof SWITCHES;

export type Switches = { readonly [N in SwitchName]: (typeof SWITCHES)[N]['variants'][number] };

export function isSwitchName(name: string): name is SwitchName {
  return Object.hasOwn(SWITCHES, name);
}

/** All switches, the given ones set; an unknown name or variant is an error that lists the right ones. */
export function resolveSwitches(given: Partial<Switches> = {}): Switches {
  for (const [name, variant] of Object.entries(given)) {
    if (!isSwitchName(name)) {
      throw new Error(`There is no switch "${name}". Switches: ${Object.keys(SWITCHES).join(', ')}.`);
    }
    const variants: readonly string[] = SWITCHES[name].variants;
    if (!variants.includes(variant)) {
      throw new Error(`Switch "${name}" has no variant "${variant}". Variants: ${variants.join(', ')}.`);
    }
  }
  const defaults = Object.entries(SWITCHES).map(([name, { variants }]) => [name, variants[0]]);
  return { ...Object.fromEntries(defaults), ...given } as Switches;
}
