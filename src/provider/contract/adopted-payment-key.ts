import { Decoded, flag, list, optional, struct, tags, text, withDefault } from './codec';
import { replicationTimeout } from './timeout';

/** The resource type in the template. CloudFormation cannot change it on a deployed resource. */
export const ADOPTED_PAYMENT_KEY = 'Custom::AdoptedPaymentKey';

/** The properties of a key that was there before its stack took it over. Its attributes are those of any key. */
export const adoptedKeyProperties = struct({
  KeyArn: text,
  RestoreIfPending: withDefault(flag, false),
  /** Absent leaves the key as it is. */
  Enabled: optional(flag),
  /** The check value that the key must have, upper case. Shorter ones are compared with its beginning. */
  ExpectedKeyCheckValue: optional(text),
  ReplicationRegions: optional(list(text)),
  Tags: withDefault(tags, {}),
  ResourcePolicy: optional(text),
  WaitForReplication: withDefault(flag, true),
  ReplicationTimeoutInMinutes: replicationTimeout,
});
export type AdoptedKeyProperties = Decoded<typeof adoptedKeyProperties.fields>;
