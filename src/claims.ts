import { Stack } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';

const claims = new WeakMap<Stack, Map<string, IConstruct[]>>();

/** The constructs in the same stack that claimed this before, first the first; the given one does from now on. */
export function claimedBefore<C extends IConstruct>(construct: C, what: string): readonly C[] {
  const stack = Stack.of(construct);
  const ofStack = claims.get(stack) ?? new Map<string, IConstruct[]>();
  claims.set(stack, ofStack);
  const before = ofStack.get(what) ?? [];
  ofStack.set(what, [...before, construct]);
  return before as C[];
}
