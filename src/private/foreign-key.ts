import { CfnKey, IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { DefaultTokenResolver, IPostProcessor, IResolvable, IResolveContext, Reference, Stack, StringConcat, Token, TokenComparison, Tokenization } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';
import { PaymentKeyError } from './errors';
import { isKeyArn } from './key-arn';
import { isManagedKey } from './own-key';

/** What a construct does to a key that something else made, for errors. */
export interface ForeignKeyUse {
  readonly verb: 'Adopt' | 'Replicate';
  /** What to do with a key that this library manages in the app already. */
  readonly instead: string;
}

/** The construct of the app that declares a key, or the reference itself: `fromKeyArn(scope, id, native.attrKeyIdentifier)` is that native key. */
export function declarerOf(key: IKeyRef): IConstruct {
  const scopes = [key, ...referredTo(key)].flatMap(({ node }) => node.scopes);
  return scopes.find(isManagedKey) ?? scopes.find(CfnKey.isCfnKey) ?? key;
}

/** What the identifier of a key refers to, wherever in it: in what a function of CloudFormation takes, in a lazy value. */
function referredTo(key: IKeyRef): IConstruct[] {
  if (!Token.isUnresolved(identifierOf(key))) { return []; }
  const found: IConstruct[] = [];
  class Collecting extends DefaultTokenResolver {
    public override resolveToken(token: IResolvable, context: IResolveContext, postProcessor: IPostProcessor) {
      if (Reference.isReference(token)) { found.push(token.target); }
      return super.resolveToken(token, context, postProcessor);
    }
  }
  Tokenization.resolve(identifierOf(key), { scope: key, resolver: new Collecting(new StringConcat()), preparing: true });
  return found;
}

/** What tells one key from another: the construct that declares it in a template, or else its ARN. */
export function identityOf(key: IKeyRef): string {
  const declarer = declarerOf(key);
  return declarer === key && !CfnKey.isCfnKey(key) ? identifierOf(key) : declarer.node.path;
}

const identifierOf = (key: IKeyRef) => key.keyRef.keyIdentifier;

/** Only a native key tells. */
export function isExportable(declarer: IConstruct): boolean {
  return !CfnKey.isCfnKey(declarer) || declarer.exportable !== false;
}

/** The ARN of a key that no construct of this app manages, as far as the template knows; another key is refused. */
export function arnOfForeignKey(path: string, stack: Stack, key: IKeyRef, { verb, instead }: ForeignKeyUse): string {
  const keyArn = key.keyRef.keyIdentifier;
  if (keyArn.includes(':alias/') || (!Token.isUnresolved(keyArn) && !isKeyArn(keyArn))) {
    throw new PaymentKeyError('InvalidKeyArn', `${path}: '${keyArn}' is not the ARN of a payment key. ${verb} the key by its ARN, not by an alias: MultiRegionPaymentKey.fromKeyArn`);
  }
  const declarer = declarerOf(key);
  if (isManagedKey(declarer)) {
    throw new PaymentKeyError('KeyManagedAlready', `${path}: ${declarer.node.path} manages the key already. ${instead}`);
  }
  const isElsewhere = (its: string, ours: string) => Token.compareStrings(its, ours) === TokenComparison.DIFFERENT;
  if (isElsewhere(key.env.region, stack.region) || isElsewhere(key.env.account, stack.account)) {
    throw new PaymentKeyError('KeyInOtherEnvironment', `${path}: the key is in ${key.env.account}/${key.env.region}, but the stack in ${stack.account}/${stack.region}. `
      + `${verb} it in a stack in the account and Region of its primary`);
  }
  return keyArn;
}
