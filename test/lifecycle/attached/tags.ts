import * as fc from 'fast-check';
import { REPLICAS } from '../declarations';
import { REGION } from '../world';
import { Attached, keyIdOf, lastlyOurs, ours, tagsIn } from './attached';
import { REGIONAL_TAGS } from '../../../src/provider/contract/regional-tags';
import { replicaArn } from '../../../src/provider/handler/control-plane/key-arn';

/** Each resource has tags of its own, so that what is left behind tells whose it is. */
const TAGS: Readonly<Record<string, ReadonlyArray<Record<string, string>>>> = {
  CvkTags: [{ team: 'cards' }, { team: 'acquiring', cost: '17' }, { cost: '18' }, {}],
};
const EVERYWHERE = [REGION, ...REPLICAS];

export const tags: Attached = {
  type: REGIONAL_TAGS,
  logicalIds: Object.keys(TAGS),
  declared: logicalId => fc.record({
    KeyArn: fc.constantFrom('first', 'second'),
    Tags: fc.constantFrom(...TAGS[logicalId]),
    Regions: fc.constantFrom(EVERYWHERE, [REGION], [REGION, REPLICAS[0]], [...REPLICAS]),
    ReplicationTimeoutInMinutes: fc.constantFrom(1, 2, 5),
  }),
  differences: ({ declaration: { declared: { KeyArn, Tags, Regions } } }, emulator) => (Regions as string[]).flatMap(region =>
    Object.entries(Tags).filter(([name, value]) => tagsIn(emulator, KeyArn, region)?.[name] !== value)
      .map(([name]) => `tag ${name} of ${KeyArn} in ${region} is not as declared`)),
  leftovers: (logicalId, declared, emulator, { first, second }) => {
    const set = ours(emulator, 'TagResource').flatMap(({ input, region }) => {
      const { ResourceArn, Tags } = input as { ResourceArn: string; Tags: ReadonlyArray<{ Key: string; Value: string }> };
      return Tags.map(({ Key, Value }) => ({ arn: ResourceArn, region: region!, Key, Value }));
    });
    return set
      .filter(({ arn }) => [first, second].map(keyIdOf).includes(keyIdOf(arn)))
      .filter(({ Key, Value }) => TAGS[logicalId].some(some => some[Key] === Value))
      .filter(({ arn, region, Key, Value }) => tagsIn(emulator, arn, region)?.[Key] === Value)
      .filter(({ arn, region, Key }) => !declared.some(({ KeyArn, Tags, Regions }) =>
        Regions.includes(region) && replicaArn(KeyArn, region) === arn && Key in Tags))
      .filter(({ arn, Key, Value }) => lastlyOurs(emulator, 'TagResource', input => input.ResourceArn === arn
        && input.Tags.some((tag: any) => tag.Key === Key && tag.Value === Value)))
      .map(({ arn, Key }) => ({ names: [arn], text: `tag ${Key} on ${arn}` }));
  },
};
