/**
 * API: shape KeyArn of AWS Payment Cryptography, in any partition: the service may come to others than `aws`, and an ARN that might be
 * right is not refused.
 */
const KEY_ARN = /^arn:aws(-[a-z]+)*:payment-cryptography:[a-z]{2}(-[a-z]+)+-[0-9]+:[0-9]{12}:key\/[0-9a-zA-Z]{16,64}$/;

/** API: the last part of shape KeyArn. */
const KEY_ID = /^[0-9a-zA-Z]{16,64}$/;

/** Whether a text without tokens is the ARN of a payment key. */
export function isKeyArn(text: string): boolean {
  return KEY_ARN.test(text);
}

/** Whether a text without tokens is the id of a payment key. */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}
