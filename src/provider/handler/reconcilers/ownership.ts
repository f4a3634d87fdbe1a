import { Owner } from './reconciler';
import { LOGICAL_ID_TAG, OWNERSHIP_TAG_PREFIX, STACK_ID_TAG } from '../../contract/ownership-tags';

/*
 * Whose a key is: its own tags say so. They are set with CreateKey or at an adoption, and IAM conditions compare them.
 */

export type Tags = ReadonlyMap<string, string>;

/** Whose a key is, by its own tags. */
export type Ownership =
  | { readonly kind: 'ours' }
  /** It bears no tags of this library. */
  | { readonly kind: 'nobodys' }
  | { readonly kind: 'anothers'; readonly stackId: string; readonly logicalId: string };

export function ownershipOf(tags: Tags, { stackId, logicalId }: Owner): Ownership {
  const stack = tags.get(STACK_ID_TAG);
  if (stack === undefined) { return { kind: 'nobodys' }; }
  const resource = tags.get(LOGICAL_ID_TAG) ?? '';
  return stack === stackId && resource === logicalId ? { kind: 'ours' } : { kind: 'anothers', stackId: stack, logicalId: resource };
}

/** The library's own tags among them. */
export function ownershipTags(tags: Tags): Tags {
  return new Map([...tags].filter(([name]) => name.startsWith(OWNERSHIP_TAG_PREFIX)));
}
