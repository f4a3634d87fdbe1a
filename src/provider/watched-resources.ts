import { Stack } from 'aws-cdk-lib/core';
import { Construct, IConstruct } from 'constructs';
import { LONGEST_TARGET_INPUT } from './contract/watch';
import { ProviderResource } from './provider-resource';
import { PaymentKeyError } from '../private/errors';

/*
 * What a watch watches. The constructs are checked where the watch is declared; their resources are gathered when the template is
 * made, since an alias, for example, may be added to a watched key until then.
 */

const WHAT_IS_WATCHED = 'List keys, aliases, tags, replications or account defaults of this library, or leave resources out to watch all of the stack';

/**
 * Answers with the logical ids of what these constructs hold.
 *
 * @throws NothingToWatch, WatchedInOtherStack
 */
export function watchedLogicalIds(watch: Construct, constructs: readonly IConstruct[]): () => string[] {
  const { path } = watch.node;
  if (constructs.length === 0) { throw new PaymentKeyError('NothingToWatch', `${path}: resources names none. ${WHAT_IS_WATCHED}`); }
  const stack = Stack.of(watch);
  for (const construct of constructs) {
    const named = construct.node.path || 'the app';
    // An app, or a stage, is in no stack.
    if (construct.node.scopes.reverse().find(Stack.isStack) !== stack) {
      throw new PaymentKeyError('WatchedInOtherStack', `${path}: ${named} is not in the stack ${stack.node.path}. Declare a watch in each stack, for what is in it`);
    }
    if (resourcesIn(construct).length === 0) {
      throw new PaymentKeyError('NothingToWatch', `${path}: ${named} holds nothing that this library makes. ${WHAT_IS_WATCHED}`);
    }
  }
  return () => [...new Set(constructs.flatMap(resourcesIn))].map(({ logicalId }) => stack.resolve(logicalId) as string).sort();
}

/** What only shows when the template is made. */
export function problemsOfWatched(watch: Construct, logicalIds: (() => string[]) | undefined): string[] {
  const { path } = watch.node;
  const length = logicalIds ? JSON.stringify({ logicalIds: logicalIds() }).length : 0;
  return [
    ...resourcesIn(Stack.of(watch)).length > 0 ? [] : [`NothingToWatch: ${path}: the stack has nothing that this library makes. Declare the watch in the stack of the keys`],
    ...length <= LONGEST_TARGET_INPUT ? [] : [`TooManyWatched: ${path}: the names of resources take ${length} characters, but at most ${LONGEST_TARGET_INPUT} are allowed. `
      + 'Divide them among several watches, or leave resources out to watch all of the stack'],
  ];
}

/** Not those of nested stacks, which have providers of their own. */
function resourcesIn(scope: IConstruct): ProviderResource[] {
  const stack = Stack.of(scope);
  return scope.node.findAll().filter((one): one is ProviderResource => one instanceof ProviderResource && Stack.of(one) === stack);
}
