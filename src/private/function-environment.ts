import { CfnFunction, Function } from 'aws-cdk-lib/aws-lambda';
import { DefaultTokenResolver, IResolvable, IResolveContext, StringConcat, Tokenization } from 'aws-cdk-lib/core';

/**
 * The variables of a function as they were declared until now, with their values as they were given. Nothing in a value is resolved:
 * a lazy value is computed once, and this may be too early.
 */
export function variablesOf(handler: Function): Readonly<Record<string, unknown>> {
  const { environment } = handler.node.defaultChild as CfnFunction;
  const found: Record<string, unknown>[] = [];
  class Looking extends DefaultTokenResolver {
    public override resolveToken(token: IResolvable, context: IResolveContext) {
      found.push((token.resolve(context) ?? {}).variables ?? {});
      return undefined;
    }
  }
  Tokenization.resolve(environment, { scope: handler, resolver: new Looking(new StringConcat()), preparing: true });
  return found[0] ?? {};
}
