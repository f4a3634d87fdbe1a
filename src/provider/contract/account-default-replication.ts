import { Decoded, list, struct, text } from './codec';

/** The resource type in the template. CloudFormation cannot change it on a deployed resource. */
export const ACCOUNT_DEFAULT_REPLICATION = 'Custom::PaymentAccountDefaultReplication';

/** Nothing replicates, so only the service's quota is waited for. */
export const ACCOUNT_DEFAULT_REPLICATION_MINUTES = 10;

/** The properties of an account's default replication Regions, written by the construct and read by the handler. */
export const accountDefaultReplicationProperties = struct({
  Regions: list(text),
});
export type AccountDefaultReplicationProperties = Decoded<typeof accountDefaultReplicationProperties.fields>;
