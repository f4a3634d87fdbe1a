import { IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { ICfnResourceOptions } from 'aws-cdk-lib/core';

/** Marks the keys of whichever copy of this library. */
const MARK = Symbol.for('cdk-multi-region-payment-keys.PaymentKey');

/** What CloudFormation is told of the end of a resource. */
export type RemovalOptions = Pick<ICfnResourceOptions, 'deletionPolicy' | 'updateReplacePolicy'>;

/** What keys of this library know of themselves, whether declared, adopted, imported or replicas; also those of another copy of it. */
export interface OwnKey extends IKeyRef {
  readonly keyArn: string;
  /** Whether a stack of the app manages it. */
  readonly _isManaged: boolean;
  /** Where it is; `undefined` while nobody knows. */
  _regions(): readonly string[] | undefined;
  /** What becomes of aliases that are declared through it; it may still change. */
  _removal(): (() => RemovalOptions) | undefined;
  /** Those that it is declared with. */
  _tags(): Record<string, string>;
}

export function markAsOwn(key: object): void {
  Object.defineProperty(key, MARK, { value: true });
}

/** Whether something is a key of this library, of this copy or another. */
export function isOwnKey(x: unknown): x is OwnKey {
  return x !== null && typeof x === 'object' && MARK in x;
}

/** Whether something is a key that a stack of the app manages. */
export function isManagedKey(x: unknown): x is OwnKey {
  return isOwnKey(x) && x._isManaged;
}
