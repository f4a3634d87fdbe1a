import { Stack } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';

const declarations = new WeakMap<Stack, Map<string, IConstruct[]>>();

/** The constructs in the same stack that declared the same thing before, the first one first. Records that the given one declares it too. */
export function declaredBefore<C extends IConstruct>(construct: C, what: string): readonly C[] {
  const stack = Stack.of(construct);
  const ofStack = declarations.get(stack) ?? new Map<string, IConstruct[]>();
  declarations.set(stack, ofStack);
  const before = ofStack.get(what) ?? [];
  ofStack.set(what, [...before, construct]);
  return before as C[];
}

/** The constructs in a stack that declare a thing, whichever came first; as they are when this is called. */
export function declarersIn(stack: Stack, what: string): readonly IConstruct[] {
  return declarations.get(stack)?.get(what) ?? [];
}
