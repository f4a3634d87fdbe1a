import { KEY_CHECK_VALUE, ManagedKeyProperties } from '../../../contract/multi-region-payment-key';
import { Key } from '../../control-plane/port';

/*
 * Key check values: by them, holders of a key see that they hold the same one. They are no secret. Some devices print more
 * digits than the service or pad them, so as many are compared as both have.
 */

export function differs(one: string, other: string): boolean {
  const length = Math.min(one.length, other.length);
  return one.slice(0, length).toUpperCase() !== other.slice(0, length).toUpperCase();
}

/** Of a value that the template did not know. Too short a one would prove nothing. */
export function expectationProblem({ ExpectedKeyCheckValue: expected }: Pick<ManagedKeyProperties, 'ExpectedKeyCheckValue'>): string | undefined {
  return expected === undefined || KEY_CHECK_VALUE.test(expected) ? undefined
    : 'expectedKeyCheckValue must be 4 to 16 hexadecimal digits, without spaces';
}

/** What is wrong with the key, before anything depends on it. */
export function checkValueProblem(
  { ExpectedKeyCheckValue: expected }: ManagedKeyProperties, { keyArn, keyCheckValue, keyCheckValueAlgorithm }: Key,
): string | undefined {
  return expected === undefined || !differs(keyCheckValue, expected) ? undefined
    : `${keyArn} has the key check value ${keyCheckValue} (${keyCheckValueAlgorithm}), but expectedKeyCheckValue is ${expected}: it is another key, or the value was computed by another `
    + 'algorithm. Compare both with the holder of the key';
}
