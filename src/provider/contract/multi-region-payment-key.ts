import { Decoded, flag, integer, list, optional, struct, tags, text, withDefault } from './codec';
import { keyMaterial } from './key-material';
import { replicationTimeout } from './timeout';

/** The resource type in the template. CloudFormation cannot change it on a deployed resource. */
export const MULTI_REGION_PAYMENT_KEY = 'Custom::MultiRegionPaymentKey';

/** The service's limits of `DeleteKeyInDays` (API: DeleteKey). */
export const DELETION_WINDOW = { least: 3, most: 180, standard: 7 };

/** API: shape KeyCheckValue. */
export const KEY_CHECK_VALUE = /^[0-9a-fA-F]{4,16}$/;

/** The properties of a key, written by the construct and read by the handler. */
export const keyProperties = struct({
  KeyUsage: text,
  KeyClass: text,
  KeyAlgorithm: text,
  KeyModesOfUse: list(text),
  Exportable: withDefault(flag, true),
  Enabled: withDefault(flag, true),
  KeyCheckValueAlgorithm: optional(text),
  DeriveKeyUsage: optional(text),
  /** Absent: the service generates the material. */
  Material: optional(keyMaterial),
  /** The check value that the key must have, upper case. Shorter ones are compared with its beginning. */
  ExpectedKeyCheckValue: optional(text),
  ReplicationRegions: optional(list(text)),
  Tags: withDefault(tags, {}),
  /** JSON. Absent leaves alone what others put on the key. */
  ResourcePolicy: optional(text),
  /** Whether a change of what is immutable in the service makes another key. Otherwise the change is refused. */
  Replaceable: withDefault(flag, false),
  DeletionWindowInDays: withDefault(integer(DELETION_WINDOW.least, DELETION_WINDOW.most), DELETION_WINDOW.standard),
  WaitForReplication: withDefault(flag, true),
  ReplicationTimeoutInMinutes: replicationTimeout,
});
export type KeyProperties = Decoded<typeof keyProperties.fields>;

/** What is declared of every key whose Regions, tags and resource policy a stack manages, whoever made the key. */
export type ManagedKeyProperties = Pick<KeyProperties, 'ReplicationRegions' | 'Tags' | 'ResourcePolicy' | 'WaitForReplication'>
  /** Absent leaves the key as it is. */
  & Partial<Pick<KeyProperties, 'Enabled' | 'ExpectedKeyCheckValue' | 'Material'>>;

/** What the handler returns for `Fn::GetAtt`. */
export const keyAttributes = struct({
  KeyArn: text,
  KeyId: text,
  KeyCheckValue: text,
  KeyCheckValueAlgorithm: text,
  KeyOrigin: text,
});
export type KeyAttributes = Decoded<typeof keyAttributes.fields>;
