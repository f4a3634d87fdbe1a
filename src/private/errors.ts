/**
 * Prefix of the ids of warnings, which can be acknowledged and stay the same over releases.
 *
 * @internal
 */
export const WARNING = 'cdk-multi-region-payment-keys:';

/**
 * An error of this library. Its `name` is stable: programs may branch on it, releases keep it.
 *
 * @internal
 */
export class PaymentKeyError extends Error {
  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}
