import { Decoded, flag, list, struct, text, withDefault } from './codec';
import { replicationTimeout } from './timeout';

/** The resource type in the template. CloudFormation cannot change it on a deployed resource. */
export const KEY_REPLICATION = 'Custom::PaymentKeyReplication';

/** The properties of the replication of a key that something else made, written by the construct and read by the handler. */
export const keyReplicationProperties = struct({
  KeyArn: text,
  ReplicationRegions: list(text),
  WaitForReplication: withDefault(flag, true),
  ReplicationTimeoutInMinutes: replicationTimeout,
});
export type KeyReplicationProperties = Decoded<typeof keyReplicationProperties.fields>;
