import { Decoded, list, struct, tags, text } from './codec';
import { replicationTimeout } from './timeout';

/** The resource type in the template. CloudFormation cannot change it on a deployed resource. */
export const REGIONAL_TAGS = 'Custom::RegionalPaymentKeyTags';

/** The properties of tags in some Regions, written by the construct and read by the handler. */
export const tagsProperties = struct({
  /** Of the key in any Region: its id is the same in all. */
  KeyArn: text,
  Tags: tags,
  Regions: list(text),
  ReplicationTimeoutInMinutes: replicationTimeout,
});
export type TagsProperties = Decoded<typeof tagsProperties.fields>;
