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
