import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';

const claims = new WeakMap<Stack, Map<string, string>>();

/** The path of the construct in the same stack that claimed this before; if there is none, it belongs to the given one from now on. */
export function claimedBefore(construct: Construct, what: string): string | undefined {
  const stack = Stack.of(construct);
  const ofStack = claims.get(stack) ?? new Map<string, string>();
  claims.set(stack, ofStack);
  const before = ofStack.get(what);
  if (before === undefined) { ofStack.set(what, construct.node.path); }
  return before;
}
