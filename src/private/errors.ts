/**
 * Prefix of the ids of warnings, which can be acknowledged and stay the same over releases.
 *
 * @internal
 */
export const WARNING = 'cdk-multi-region-payment-keys:';

/**
 * An error of this library. Its `name` is stable: programs may branch on it, releases keep it.
 *
 * The message begins with the name, as those of validations do: in languages other than TypeScript the message is all that a
 * user sees.
 *
 * @internal
 */
export class PaymentKeyError extends Error {
  constructor(name: string, text: string) {
    super(`${name}: ${text}`);
    this.name = name;
  }

  /** Not with the name twice. */
  public override toString(): string {
    return this.message;
  }
}
