import { invalid, ServiceError } from '../errors';
import { arnOf, KeyInRegion, tagsOf } from '../key-record';
import { findKey } from '../lookup';
import { page, PageInput } from '../pagination';
import { Context, Service } from '../service';
import { Tag } from '../shapes';
import { Operations } from './operation';

const MOST_TAGS = 50;

/** The tags a resource has after more were put on it. */
export function mergedTags(service: Service, present: ReadonlyMap<string, string>, tags: readonly Tag[]): Map<string, string> {
  const keys = tags.map(tag => tag.Key);
  if (new Set(keys).size < keys.length) throw invalid('Tags must not name a key twice.');
  checkNotReserved(keys);
  if (service.options.switches.emptyTagValue !== 'accepted' && tags.some(tag => tag.Value === '')) {
    throw invalid('The value of a tag must have at least one character.');
  }
  const merged = new Map([...present, ...tags.map(({ Key, Value }) => [Key, Value] as const)]);
  if (merged.size > MOST_TAGS) {
    throw new ServiceError(service.options.switches.tooManyTags, `A key can have at most ${MOST_TAGS} tags.`);
  }
  return merged;
}

function checkNotReserved(keys: readonly string[]): void {
  if (keys.some(key => key.toLowerCase().startsWith('aws:'))) throw invalid('Tag keys that start with aws: are reserved.');
}

function findTaggable(context: Context, arn: string): KeyInRegion {
  const key = findKey(context, arn);
  if (key.replica !== undefined && context.service.options.switches.tagsOnReplica === 'ValidationException') {
    throw invalid(`${arn} is a replica and cannot be tagged.`);
  }
  // The guide: tags cannot be changed while deletion is pending.
  if (key.record.state !== 'CREATE_COMPLETE') throw invalid(`Key ${arn} is not in CREATE_COMPLETE state.`);
  return key;
}

function setTags({ service, now }: Context, key: KeyInRegion, tags: ReadonlyMap<string, string>): void {
  const present = tagsOf(key);
  present.clear();
  tags.forEach((value, name) => present.set(name, value));
  service.tagIndex.record(arnOf(key), present, now);
}

function tagResource(context: Context, input: { readonly ResourceArn: string; readonly Tags: readonly Tag[] }): object {
  const key = findTaggable(context, input.ResourceArn);
  if (input.Tags.length === 0) throw invalid('Tags must not be empty.');
  setTags(context, key, mergedTags(context.service, tagsOf(key), input.Tags));
  return {};
}

function untagResource(context: Context, input: { readonly ResourceArn: string; readonly TagKeys: readonly string[] }): object {
  const key = findTaggable(context, input.ResourceArn);
  checkNotReserved(input.TagKeys);
  setTags(context, key, new Map([...tagsOf(key)].filter(([name]) => !input.TagKeys.includes(name))));
  return {};
}

function listTagsForResource(context: Context, input: PageInput & { readonly ResourceArn: string }): object {
  const tags = [...tagsOf(findKey(context, input.ResourceArn))].map(([Key, Value]) => ({ Key, Value }));
  const { items, NextToken } = page(`tags of ${input.ResourceArn}`, tags, tag => tag.Key, input);
  return { Tags: items, NextToken };
}

export const tagOperations: Operations = {
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTagsForResource,
};
