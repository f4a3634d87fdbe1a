/** Marks the keys that a stack of the app manages, of whichever copy of this library. */
const MARK = Symbol.for('cdk-multi-region-payment-keys.ManagedPaymentKey');

export function markAsManaged(key: object): void {
  Object.defineProperty(key, MARK, { value: true });
}

/** Whether a stack of the app manages a key already, by this copy of the library or another. */
export function isManagedPaymentKey(key: object): boolean {
  return MARK in key;
}
