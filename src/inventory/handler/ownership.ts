import { Observation, StackObservation, Tags } from './observations';
import { LOGICAL_ID_TAG, STACK_ID_TAG } from '../../provider/contract/ownership-tags';

/*
 * Who declares a key. Tags say which stack made it: those of this library, or those that CloudFormation itself gives to a native
 * `CfnKey`. Tags stay when a stack is gone, so the stack is asked: does it exist, and is one of its resources this very key?
 */

export type Ownership =
  /** A resource of a stack is this key. */
  | { readonly kind: 'declared' } & Claim
  /** The stack exists, but no resource of it is this key any more: it was retained when it left the template, or was replaced. */
  | { readonly kind: 'retained' } & Claim
  /** The stack was deleted, and retained the key. */
  | { readonly kind: 'stackDeleted' } & Claim
  /** The stack is in another account, or in a Region of which the inventory was not asked. */
  | { readonly kind: 'notChecked' } & Claim
  /** A replica has no tags of its own, and its primary is in a Region of which the inventory was not asked. */
  | { readonly kind: 'primaryNotRead'; readonly primaryRegion: string }
  /** No tag names a stack. */
  | { readonly kind: 'untagged' };

/** What tags, or the stack itself, say of the resource. */
export interface Claim {
  readonly stackId: string;
  readonly stackName: string;
  readonly logicalId: string;
}

export type OwnershipKind = Ownership['kind'];

interface Meaning {
  readonly declaredByNobody: 'yes' | 'no' | 'unknown';
  /** Whether a stack made the key and left it behind, so that it is billed for nobody. */
  readonly retainedWithoutStack: boolean;
}

export const MEANINGS: Readonly<Record<OwnershipKind, Meaning>> = {
  declared: { declaredByNobody: 'no', retainedWithoutStack: false },
  retained: { declaredByNobody: 'yes', retainedWithoutStack: true },
  stackDeleted: { declaredByNobody: 'yes', retainedWithoutStack: true },
  notChecked: { declaredByNobody: 'unknown', retainedWithoutStack: false },
  primaryNotRead: { declaredByNobody: 'unknown', retainedWithoutStack: false },
  untagged: { declaredByNobody: 'yes', retainedWithoutStack: false },
};

/** Of two claims on a native key that was adopted, the first of these counts. */
const ORDER: readonly OwnershipKind[] = ['declared', 'notChecked', 'retained', 'stackDeleted'];

/** Tags that name a stack, and a resource of it. */
const CLAIMS = [
  { stackTag: STACK_ID_TAG, logicalIdTag: LOGICAL_ID_TAG },
  // CloudFormation sets them on what it makes itself (User Guide: resource tags).
  { stackTag: 'aws:cloudformation:stack-id', logicalIdTag: 'aws:cloudformation:logical-id' },
];

const STACK_ID = /^arn:aws[a-z-]*:cloudformation:([a-z0-9-]+):(\d{12}):stack\/([^/]+)\/[^/]+$/;

function claimsIn(tags: Tags): Claim[] {
  return CLAIMS.flatMap(({ stackTag, logicalIdTag }) => {
    const stackId = tags[stackTag];
    return stackId === undefined ? [] : [{ stackId, stackName: STACK_ID.exec(stackId)?.[3] ?? '', logicalId: tags[logicalIdTag] ?? '' }];
  });
}

/** The stacks to ask in a Region, each once. Whoever may tag keys may write anything into these tags, so only ids of stacks there are asked for. */
export function stackIdsIn(observations: readonly Observation[], place: { readonly account: string; readonly region: string }): string[] {
  const named = observations.flatMap(observation => observation.kind === 'described' ? claimsIn(observation.tags) : []).map(({ stackId }) => stackId);
  return [...new Set(named)].filter(stackId => {
    const [, region, account] = STACK_ID.exec(stackId) ?? [];
    return region === place.region && account === place.account;
  }).sort();
}

/** Whose a key is that is no replica. */
export function ownershipOf(keyArn: string, tags: Tags, stacks: ReadonlyMap<string, StackObservation>): Ownership {
  const owners = claimsIn(tags).map(claim => judged(keyArn, claim, stacks.get(claim.stackId)));
  return ORDER.flatMap(kind => owners.find(owner => owner.kind === kind) ?? [])[0] ?? { kind: 'untagged' };
}

function judged(keyArn: string, claim: Claim, stack: StackObservation | undefined): Ownership {
  if (!stack) { return { kind: 'notChecked', ...claim }; }
  if (stack.kind === 'deleted') { return { kind: 'stackDeleted', ...claim }; }
  const declared = stack.keys.find(key => key.keyArn === keyArn);
  return declared ? { kind: 'declared', ...claim, logicalId: declared.logicalId } : { kind: 'retained', ...claim };
}
