import { Token } from 'aws-cdk-lib/core';
import { MOST_TAGS, OWNERSHIP_TAG_COUNT, OWNERSHIP_TAG_PREFIX } from '../provider/contract/ownership-tags';

/** API: shapes TagKey and TagValue of AWS Payment Cryptography. */
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

/** What is wrong with the tags of a key, each a sentence that begins with a stable name. */
export function tagErrors(path: string, tags: Record<string, string>): string[] {
  const entries = Object.entries(tags);
  const most = MOST_TAGS - OWNERSHIP_TAG_COUNT;
  return [
    ...entries.flatMap(([key, value]) => tagError(key, value)).map(error => `TagNotAllowed: ${path}: ${error}`),
    ...entries.length > most
      ? [`TooManyTags: ${path}: a key has at most ${MOST_TAGS} tags, of which the library needs ${OWNERSHIP_TAG_COUNT}, but ${entries.length} are declared. Declare ${most} at most`]
      : [],
  ];
}

function tagError(key: string, value: string): string[] {
  if (key.toLowerCase().startsWith('aws:')) { return [`tag '${key}' begins with aws:, which is reserved for AWS. Choose another key`]; }
  if (key.startsWith(OWNERSHIP_TAG_PREFIX)) { return [`tag '${key}' begins with ${OWNERSHIP_TAG_PREFIX}, by which the library knows its keys. Choose another key`]; }
  if (!Token.isUnresolved(key) && key.length > LONGEST_KEY) { return [`tag '${key}' is longer than ${LONGEST_KEY} characters. Shorten it`]; }
  if (!Token.isUnresolved(value) && value.length > LONGEST_VALUE) {
    return [`the value of tag '${key}' is longer than ${LONGEST_VALUE} characters. Shorten it`];
  }
  if (!Token.isUnresolved(value) && value === '') { return [`tag '${key}' has an empty value, which the service does not take. Give it one, or leave the tag out`]; }
  return [];
}
