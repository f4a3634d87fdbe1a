/** API: shape KeyArn of AWS Payment Cryptography. */
const KEY_ARN = /^arn:aws:payment-cryptography:[a-z]{2}-[a-z]{1,16}-[0-9]+:[0-9]{12}:key\/[0-9a-zA-Z]{16,64}$/;

/** Whether a text without tokens is the ARN of a payment key. */
export function isKeyArn(text: string): boolean {
  return KEY_ARN.test(text);
}
