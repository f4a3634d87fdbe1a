import { CfnKey, IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { Stack, Token, TokenComparison } from 'aws-cdk-lib/core';
import { PaymentKeyError } from './errors';
import { isKeyArn } from './key-arn';
import { isManagedPaymentKey } from './managed-key-mark';

/** What a construct does to a key that something else made, for errors. */
export interface ForeignKeyUse {
  readonly verb: 'Adopt' | 'Replicate';
  /** What to do with a key that this library manages in the app already. */
  readonly instead: string;
}

/** Only a native key tells. */
export function isExportable(key: IKeyRef): boolean {
  return !CfnKey.isCfnKey(key) || key.exportable !== false;
}

/** The ARN of a key that no construct of this app manages, as far as the template knows; another key is refused. */
export function arnOfForeignKey(path: string, stack: Stack, key: IKeyRef, { verb, instead }: ForeignKeyUse): string {
  const keyArn = key.keyRef.keyIdentifier;
  if (keyArn.includes(':alias/') || (!Token.isUnresolved(keyArn) && !isKeyArn(keyArn))) {
    throw new PaymentKeyError('InvalidKeyArn', `${path}: '${keyArn}' is not the ARN of a payment key. ${verb} the key by its ARN, not by an alias: MultiRegionPaymentKey.fromKeyArn`);
  }
  // Views of its replicas are its children.
  if (key.node.scopes.some(isManagedPaymentKey)) {
    throw new PaymentKeyError('KeyManagedAlready', `${path}: ${key.node.path} manages the key already. ${instead}`);
  }
  const isElsewhere = (its: string, ours: string) => Token.compareStrings(its, ours) === TokenComparison.DIFFERENT;
  if (isElsewhere(key.env.region, stack.region) || isElsewhere(key.env.account, stack.account)) {
    throw new PaymentKeyError('KeyInOtherEnvironment', `${path}: the key is in ${key.env.account}/${key.env.region}, but the stack in ${stack.account}/${stack.region}. `
      + `${verb} it in a stack in the account and Region of its primary`);
  }
  return keyArn;
}
