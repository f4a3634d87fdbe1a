import { StringConcat, Token, Tokenization } from 'aws-cdk-lib/core';

/**
 * API: shape KeyArn of AWS Payment Cryptography, in any partition: the service may come to others than `aws`, and an ARN that might be
 * right is not refused.
 */
const PARTS = [/^arn$/, /^aws(-[a-z]+)*$/, /^payment-cryptography$/, /^[a-z]{2,}(-[a-z]+)+-[0-9]+$/, /^[0-9]{12}$/, /^key\/[0-9a-zA-Z]{16,64}$/];
const [,,, REGION] = PARTS;
const KEY = 'key/';

/** Stands for a token: no ARN has it. */
const TOKEN = '\0';

/** API: the last part of shape KeyArn. */
const KEY_ID = /^[0-9a-zA-Z]{16,64}$/;

/** Whether a text without tokens is the ARN of a payment key. */
export function isKeyArn(text: string): boolean {
  const parts = text.split(':');
  return parts.length === PARTS.length && PARTS.every((part, index) => part.test(parts[index]));
}

/** Whether a text may become the ARN of a payment key: what is written out in it, between its tokens, is that of one. */
export function mayBeKeyArn(text: string): boolean {
  if (!Token.isUnresolved(text)) { return isKeyArn(text); }
  const written = Tokenization.reverseString(text).mapTokens({ mapToken: () => TOKEN }).join(new StringConcat()) as string;
  // What begins with a token may be anything.
  if (written.startsWith(TOKEN)) { return true; }
  const parts = written.split(':');
  return parts.length === PARTS.length && parts.every((part, index) => {
    const [beginning, ...others] = part.split(TOKEN);
    return others.length === 0 ? PARTS[index].test(part) : index < PARTS.length - 1 || beginning.startsWith(KEY) || KEY.startsWith(beginning);
  });
}

/** Whether a text without tokens is the name of a Region, in any partition. */
export function isRegionName(text: string): boolean {
  return REGION.test(text);
}

/** Whether a text without tokens is the id of a payment key. */
export function isKeyId(text: string): boolean {
  return KEY_ID.test(text);
}
