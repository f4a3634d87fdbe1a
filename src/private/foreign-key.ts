import { CfnKey, IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { Reference, Stack, Token, TokenComparison, Tokenization } from 'aws-cdk-lib/core';
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
  const references = Tokenization.reverseString(key.keyRef.keyIdentifier).tokens.filter(token => Reference.isReference(token));
  const scopes = [key, ...references.map(({ target }) => target)].flatMap(({ node }) => node.scopes);
  return scopes.find(isManagedKey) ?? scopes.find(CfnKey.isCfnKey) ?? key;
}

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
