import { Aspects, Stack, Tag, Token } from 'aws-cdk-lib/core';
import { MOST_TAGS, OWNERSHIP_TAG_COUNT, OWNERSHIP_TAG_PREFIX } from '../provider/contract/ownership-tags';

/** API: shapes TagKey and TagValue of AWS Payment Cryptography. */
const LONGEST_KEY = 128;
const LONGEST_VALUE = 256;

/**
 * The tags of a stack that CloudFormation gives to AWS's own resources in it, but to no custom resource: `StackProps.tags`, also of the
 * stacks around a nested one. Those of `Tags.of(stack)` reach a key by themselves, and not all of them are meant for it.
 */
export function stackTags(stack: Stack): Record<string, string> {
  const around = stack.nestedStackParent ? stackTags(stack.nestedStackParent) : {};
  return { ...around, ...stack.tags.tagValues() };
}

/** Those of them that came after a construct was made, such as by `addStackTag`. What `Tags.of` gave the stack is left out. */
export function laterStackTags(stack: Stack): Record<string, string> {
  const byAspect = new Set(stack.node.scopes.flatMap(scope => Aspects.of(scope).all).map(aspect => aspect instanceof Tag ? aspect.key : undefined));
  return Object.fromEntries(Object.entries(stackTags(stack)).filter(([key]) => !byAspect.has(key)));
}

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
  if (key === '') { return [`the tag with the value '${value}' has an empty key. Give it a key of 1 to ${LONGEST_KEY} characters, or leave the tag out`]; }
  if (key.toLowerCase().startsWith('aws:')) { return [`tag '${key}' begins with aws:, which is reserved for AWS. Choose another key`]; }
  // IAM compares tag keys without case, so that a key in capitals would meet the conditions of the provider's permissions.
  if (key.toLowerCase().startsWith(OWNERSHIP_TAG_PREFIX)) { return [`tag '${key}' begins with ${OWNERSHIP_TAG_PREFIX}, by which the library knows its keys. Choose another key`]; }
  if (!Token.isUnresolved(key) && key.length > LONGEST_KEY) { return [`tag '${key}' is longer than ${LONGEST_KEY} characters. Shorten it`]; }
  if (!Token.isUnresolved(value) && value.length > LONGEST_VALUE) {
    return [`the value of tag '${key}' is longer than ${LONGEST_VALUE} characters. Shorten it`];
  }
  if (!Token.isUnresolved(value) && value === '') { return [`tag '${key}' has an empty value, which the service does not take. Give it one, or leave the tag out`]; }
  return [];
}
