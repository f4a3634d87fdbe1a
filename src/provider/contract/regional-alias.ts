import { Decoded, list, struct, text } from './codec';
import { replicationTimeout } from './timeout';

/** The resource type in the template. CloudFormation cannot change it on a deployed resource. */
export const REGIONAL_ALIAS = 'Custom::RegionalPaymentKeyAlias';

/** The properties of an alias in some Regions, written by the construct and read by the handler. */
export const aliasProperties = struct({
  AliasName: text,
  /** Of the key in any Region: its id is the same in all. */
  KeyArn: text,
  Regions: list(text),
  ReplicationTimeoutInMinutes: replicationTimeout,
});
export type AliasProperties = Decoded<typeof aliasProperties.fields>;

/** What the handler returns for `Fn::GetAtt`. */
export const aliasAttributes = struct({ AliasName: text });
export type AliasAttributes = Decoded<typeof aliasAttributes.fields>;
