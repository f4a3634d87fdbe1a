import { Owner } from './turn';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../contract/ownership-tags';

/** Whether a key with these tags is the resource's. */
export function isOwned(tags: Readonly<Record<string, string>>, { stackId, logicalId }: Owner): boolean {
  return tags[STACK_ID_TAG] === stackId && tags[LOGICAL_ID_TAG] === logicalId;
}
