import { STACK_ID_TAG } from '../../src/provider/contract/ownership-tags';
import { REGIONAL_TAGS, TagsProperties, tagsProperties } from '../../src/provider/contract/regional-tags';
import { effects, EmulatorOptions } from '../emulator';
import { ResourceRequests } from './resource-requests';
import { CARD_VERIFICATION } from '../emulator/checked-emulator';
import { TaskError } from '../lifecycle/state-machine';
import { REGION, STACK_ID, World } from '../lifecycle/world';

const BOTH = ['us-east-1', 'us-west-2'];
const OTHER_STACK = STACK_ID.replace('payments', 'others');
const TAGS = { team: 'cards', cost: '42' };

describe('tags on a key', () => {
  let world: World;
  let requests: ResourceRequests<typeof tagsProperties.fields>;
  let keyArn: string;
  let declared: TagsProperties;
  afterEach(() => world.close());

  const begin = async (options: EmulatorOptions = {}) => {
    world = await World.start(options);
    requests = new ResourceRequests(world, REGIONAL_TAGS, tagsProperties, 'Tags');
    keyArn = await newKey();
    declared = { KeyArn: keyArn, Tags: TAGS, Regions: BOTH, ReplicationTimeoutInMinutes: 30 };
    world.takeRequests();
  };
  /** A key that this library does not manage. */
  const newKey = async () => {
    const { Key: { KeyArn } } = await others<{ Key: { KeyArn: string } }>('CreateKey', REGION, {
      KeyAttributes: CARD_VERIFICATION,
      Exportable: true,
      ReplicationRegions: ['us-west-2', 'eu-west-1'],
    });
    world.clock.advance(10);
    return KeyArn;
  };
  const others = <T = unknown>(operation: string, region: string, input: object) =>
    world.emulator.call<T & Record<string, unknown>>(operation, input, { region, accessKeyId: 'AKIAOTHER' });
  const inRegion = (arn: string, region: string) => arn.replace(REGION, region);
  const theirs = (region: string, tags: Record<string, string>, arn = keyArn) => others('TagResource', region, {
    ResourceArn: inRegion(arn, region), Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
  });
  const tags = (arn = keyArn) => Object.fromEntries([...BOTH, 'eu-west-1']
    .map(region => [region, world.keys(region).find(({ key }) => key.KeyArn === inRegion(arn, region))?.tags ?? {}])
    .filter(([, set]) => Object.keys(set).length > 0));
  const log = () => world.logLines.join('\n');
  const created = async (properties = declared) => {
    const answer = await requests.create(properties);
    expect(answer.Status).toBe('SUCCESS');
    world.takeRequests();
    return answer.PhysicalResourceId;
  };
  const idPattern = () => new RegExp(`^tags/${keyArn.split('/')[1]}/[0-9a-f-]{36}$`);

  describe('are set', () => {
    test('in every Region, with one look and one call in each', async () => {
      await begin();
      const answer = await requests.create(declared);
      expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: expect.stringMatching(idPattern()) });
      expect(tags()).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
      expect(world.takeRequests()).toEqual([
        'ListTagsForResource us-east-1', 'ListTagsForResource us-west-2', 'TagResource us-east-1', 'TagResource us-west-2',
      ]);
    });

    test('not on the primary of another stack, which the permissions forbid; on its replicas they are', async () => {
      await begin();
      await theirs('us-east-1', { [STACK_ID_TAG]: OTHER_STACK });
      const answer = await requests.create(declared);
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created\//) });
      expect(answer.Reason).toContain(`${keyArn} belongs to the stack ${OTHER_STACK}, which alone sets its tags. Set them there, with Tags.of(key)`);
      expect(world.takeRequests().filter(request => !request.startsWith('List'))).toEqual(['TagResource us-east-1']);
      await created({ ...declared, Regions: ['us-west-2'] });
      expect(tags()).toEqual({ 'us-east-1': { [STACK_ID_TAG]: OTHER_STACK }, 'us-west-2': TAGS });
    });

    test('and stay on the primary that another stack adopted since; elsewhere they go, and an update goes on', async () => {
      await begin();
      const id = await created();
      await theirs('us-east-1', { [STACK_ID_TAG]: OTHER_STACK });
      expect((await requests.update(id, declared, { ...declared, Regions: ['us-west-2'] })).Status).toBe('SUCCESS');
      expect(tags()['us-east-1']).toEqual({ ...TAGS, [STACK_ID_TAG]: OTHER_STACK });
      expect((await requests.remove(id, declared)).Status).toBe('SUCCESS');
      expect(tags()).toEqual({ 'us-east-1': { ...TAGS, [STACK_ID_TAG]: OTHER_STACK } });
      expect(log()).toContain(`keeps the tags team, cost, since it belongs to the stack ${OTHER_STACK} by now`);
    });

    test('once the replica is there', async () => {
      await begin({ replicationOutcomes: { 'sa-east-1': { kind: 'synchronizes', delay: 100 } } });
      await others('AddKeyReplicationRegions', REGION, { KeyIdentifier: keyArn, ReplicationRegions: ['sa-east-1'] });
      await created({ ...declared, Regions: ['sa-east-1'] });
      expect(world.keys('sa-east-1')[0].tags).toEqual(TAGS);
    });

    test('not where the replica never comes', async () => {
      await begin();
      const answer = await requests.create({ ...declared, Regions: ['us-east-1', 'sa-east-1'], ReplicationTimeoutInMinutes: 2 });
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created\//) });
      expect(answer.Reason).toContain('timed out, waiting for the key to be known in sa-east-1');
      expect(tags()).toEqual({});
    });

    test.each(['response lost', 'throttled', 'denied for a while', 'cut off'])('although %s', async how => {
      await begin();
      const faults: Record<string, () => unknown> = {
        'response lost': () => world.emulator.faults.add({ operation: 'TagResource', times: 2, effect: effects.responseLost() }),
        'throttled': () => world.emulator.faults.add({ times: 5, effect: effects.throttle() }),
        'denied for a while': () => world.emulator.faults.add({ operation: 'TagResource', forSeconds: 90, effect: effects.accessDenied() }),
        'cut off': () => {
          world.around = async (_payload, run) => {
            const result = await run();
            if (Object.keys(tags()).length === 1) {
              world.around = (_, go) => go();
              throw new TaskError('Lambda.Unknown');
            }
            return result;
          };
        },
      };
      faults[how]();
      const id = await created();
      expect(tags()).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
      await requests.remove(id, declared);
      expect(tags()).toEqual({});
    });

    test('not where the service takes none on replicas: that fails in so many words, and nothing is left', async () => {
      await begin({ switches: { tagsOnReplica: 'ValidationException' } });
      const answer = await requests.create(declared);
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created\//) });
      expect(answer.Reason).toContain(`the tags of ${inRegion(keyArn, 'us-west-2')} cannot be changed: TagResource in us-west-2: ValidationException`);
      expect(answer.Reason).toContain('If that is because it is a replica, list only the Region of the primary in regions, without us-west-2');
      expect(tags()).toEqual({});
    });

    test('not where it is forbidden; what could not be undone is named, and removed by the delete that follows', async () => {
      await begin();
      const denied = [
        world.emulator.faults.add({ operation: 'TagResource', region: 'us-west-2', effect: effects.accessDenied() }),
        world.emulator.faults.add({ operation: 'UntagResource', effect: effects.accessDenied() }),
      ];
      const answer = await requests.create(declared);
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(idPattern()) });
      expect(answer.Reason).toContain(`this request may have set the tags team, cost of ${keyArn}`);
      denied.forEach(fault => fault.remove());
      expect((await requests.remove(answer.PhysicalResourceId, declared)).Status).toBe('SUCCESS');
      expect(tags()).toEqual({});
    });
  });

  describe('that are there already', () => {
    test('with another value are refused, before anything is set', async () => {
      await begin();
      await theirs('us-west-2', { team: 'pins' });
      world.takeRequests();
      const answer = await requests.create(declared);
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: expect.stringMatching(/^nothing-created\//) });
      expect(answer.Reason).toContain(`${inRegion(keyArn, 'us-west-2')} has a tag team already, which this resource did not set`);
      expect(answer.Reason).toContain(`aws payment-cryptography untag-resource --region us-west-2 --resource-arn ${inRegion(keyArn, 'us-west-2')} --tag-keys 'team'`);
      expect(tags()).toEqual({ 'us-west-2': { team: 'pins' } });
      expect(world.takeRequests()).toEqual(['ListTagsForResource us-east-1', 'ListTagsForResource us-west-2']);
    });

    test('with the very value are accepted, named in the id, neither changed nor removed; others stay', async () => {
      await begin();
      await theirs('us-west-2', { team: 'cards', owner: 'them' });
      const id = await created();
      expect(id).toMatch(/\?found=us-west-2:team$/);
      const changed = { ...declared, Tags: { team: 'pins' } };
      const answer = await requests.update(id, declared, changed);
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: id });
      expect(answer.Reason).toContain('has a tag team already');
      const fewer = { ...declared, Tags: { cost: '42' } };
      expect((await requests.update(id, declared, fewer)).Status).toBe('SUCCESS');
      expect(tags()).toEqual({ 'us-east-1': { cost: '42' }, 'us-west-2': { team: 'cards', owner: 'them', cost: '42' } });
      await requests.remove(id, declared);
      expect(tags()).toEqual({ 'us-west-2': { team: 'cards', owner: 'them' } });
    });

    test('are refused when there are too many to remember', async () => {
      await begin();
      const many = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`a:rather:long:key:${index}`, 'x']));
      await theirs('us-east-1', many);
      const answer = await requests.create({ ...declared, Tags: { ...many, ...TAGS } });
      expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining('too many of the tags are there already') });
      expect(tags()).toEqual({ 'us-east-1': many });
    });
  });

  describe('are updated', () => {
    test('to nothing new with one look a Region', async () => {
      await begin();
      const id = await created();
      expect(await requests.update(id, declared, declared)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
      expect(world.takeRequests()).toEqual(['ListTagsForResource us-east-1', 'ListTagsForResource us-west-2']);
    });

    test('in value, and back', async () => {
      await begin();
      const id = await created();
      const next = { ...declared, Tags: { team: 'pins', stage: 'prod' } };
      expect(await requests.update(id, declared, next)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
      expect(tags()).toEqual({ 'us-east-1': next.Tags, 'us-west-2': next.Tags });
      expect((await requests.update(id, next, declared)).Status).toBe('SUCCESS');
      expect(tags()).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
    });

    test('but what others changed since stays when it is declared no more', async () => {
      await begin();
      const id = await created();
      await theirs('us-west-2', { cost: 'theirs' });
      await requests.update(id, declared, { ...declared, Tags: { team: 'cards' } });
      expect(tags()).toEqual({ 'us-east-1': { team: 'cards' }, 'us-west-2': { team: 'cards', cost: 'theirs' } });
    });

    test('with a new one that others have set to something else: fails', async () => {
      await begin();
      const id = await created();
      await theirs('us-east-1', { stage: 'test' });
      const answer = await requests.update(id, declared, { ...declared, Tags: { ...TAGS, stage: 'prod' } });
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: id });
      expect(answer.Reason).toContain('has a tag stage already, which this resource did not set');
    });

    test('with a new one that others have set to the very value: fails, and its rollback leaves it', async () => {
      await begin();
      const id = await created();
      await theirs('us-east-1', { stage: 'prod' });
      const more = { ...declared, Tags: { ...TAGS, stage: 'prod' } };
      expect((await requests.update(id, declared, more)).Reason).toContain('has a tag stage already');
      expect((await requests.update(id, more, declared)).Status).toBe('SUCCESS');
      expect(tags()).toEqual({ 'us-east-1': { ...TAGS, stage: 'prod' }, 'us-west-2': TAGS });
    });

    test('with fewer, in vain, and rolled back: they stay the resource\'s own', async () => {
      await begin();
      const id = await created();
      const fewer = { ...declared, Tags: { team: 'cards' } };
      const denied = world.emulator.faults.add({ operation: 'UntagResource', region: 'us-west-2', effect: effects.accessDenied() });
      expect((await requests.update(id, declared, fewer)).Status).toBe('FAILED');
      denied.remove();
      expect((await requests.update(id, fewer, declared)).Status).toBe('SUCCESS');
      expect(tags()).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
      await requests.remove(id, declared);
      expect(tags()).toEqual({});
    });

    test('in vain: what was set is taken back, what was changed is changed back', async () => {
      await begin();
      const id = await created();
      world.emulator.faults.add({ operation: 'TagResource', region: 'us-west-2', effect: effects.accessDenied() });
      const answer = await requests.update(id, declared, { ...declared, Tags: { team: 'pins', stage: 'prod', cost: '42' } });
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: id });
      expect(tags()).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
    });

    test('in Regions: set in the new one, removed in the former', async () => {
      await begin();
      const id = await created();
      const next = { ...declared, Regions: ['us-east-1', 'eu-west-1'] };
      expect((await requests.update(id, declared, next)).Status).toBe('SUCCESS');
      expect(tags()).toEqual({ 'us-east-1': TAGS, 'eu-west-1': TAGS });
      expect((await requests.update(id, next, declared)).Status).toBe('SUCCESS');
      expect(tags()).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
    });

    test('in Regions of which one has no replica any more', async () => {
      await begin();
      const id = await created();
      await others('RemoveKeyReplicationRegions', REGION, { KeyIdentifier: keyArn, ReplicationRegions: ['us-west-2'] });
      world.clock.advance(10);
      expect((await requests.update(id, declared, { ...declared, Regions: ['us-east-1'] })).Status).toBe('SUCCESS');
    });

    test('to another key under another id; a rollback goes back under the old one', async () => {
      await begin();
      const id = await created();
      const next = { ...declared, KeyArn: await newKey() };
      const answer = await requests.update(id, declared, next);
      expect(answer.Status).toBe('SUCCESS');
      expect(answer.PhysicalResourceId).toMatch(new RegExp(`^tags/${next.KeyArn.split('/')[1]}/.*\\?found=&from=${id}$`));
      expect(tags(next.KeyArn)).toEqual({ 'us-east-1': TAGS, 'us-west-2': TAGS });
      expect(await requests.update(answer.PhysicalResourceId, next, declared)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
      await requests.remove(answer.PhysicalResourceId, next);
      expect([tags(), tags(next.KeyArn)]).toEqual([{ 'us-east-1': TAGS, 'us-west-2': TAGS }, {}]);
      await requests.remove(id, declared);
      expect(tags()).toEqual({});
    });

    test('from an id that is none of tags: refused', async () => {
      await begin();
      const answer = await requests.update('payments-Tags-1A2B3C', declared, declared);
      expect(answer).toMatchObject({ Status: 'FAILED', Reason: 'payments-Tags-1A2B3C never became tags, so it cannot be updated' });
    });
  });

  describe('are removed', () => {
    test('in every Region where they have the declared value, and it does not matter where the key is gone', async () => {
      await begin();
      const id = await created({ ...declared, Regions: [...BOTH, 'eu-west-1'] });
      await theirs('us-east-1', { team: 'theirs' });
      await others('RemoveKeyReplicationRegions', REGION, { KeyIdentifier: keyArn, ReplicationRegions: ['eu-west-1'] });
      world.clock.advance(10);
      expect((await requests.remove(id, { ...declared, Regions: [...BOTH, 'eu-west-1'] })).Status).toBe('SUCCESS');
      expect(tags()).toEqual({ 'us-east-1': { team: 'theirs' } });
    });

    test('not from a key whose deletion is scheduled, and that is no failure', async () => {
      await begin();
      const id = await created();
      await others('DeleteKey', REGION, { KeyIdentifier: keyArn });
      expect((await requests.remove(id, declared)).Status).toBe('SUCCESS');
      expect(log()).toContain(`${keyArn} keeps its tags, which cannot be changed`);
    });

    test.each(['ConflictException', 'ThrottlingException'] as const)('although %s', async type => {
      await begin();
      const id = await created();
      world.emulator.faults.add({ operation: 'UntagResource', times: 2, effect: { kind: 'error', type } });
      expect((await requests.remove(id, declared)).Status).toBe('SUCCESS');
      expect(tags()).toEqual({});
    });

    test('where their creation was given up: what that set; the rest is reported', async () => {
      await begin();
      await theirs('us-east-1', { team: 'cards' });
      world.emulator.faults.add({ operation: 'TagResource', region: 'us-west-2', effect: effects.throttle() });
      await world.handler(requests.event(declared));
      while (tags()['us-east-1'].cost === undefined) { await world.stateMachine.runNext(); }
      const answer = await requests.remove('payments-Tags-1A2B3C4D5E6F', declared);
      expect(answer.Status).toBe('SUCCESS');
      expect(tags()).toEqual({ 'us-east-1': { team: 'cards' } });
      expect(answer.Reason).toContain(`${keyArn} has the tags team as declared, and it is not known whether this resource set them`);
    });
  });

  test.each<[string, (before: TagsProperties) => Partial<TagsProperties>, string]>([
    ['none', () => ({ Tags: {} }), 'no tags are declared'],
    ['those of the library', () => ({ Tags: { 'cdk-multi-region-payment-keys:stack-id': 'x' } }), 'by which the library knows its keys'],
    ['on another account\'s key', ({ KeyArn }) => ({ KeyArn: KeyArn.replace('111122223333', '444455556666') }), 'is not of this stack\'s account'],
  ])('are refused: %s', async (_, wrong, reason) => {
    await begin();
    const answer = await requests.create({ ...declared, ...wrong(declared) });
    expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(reason) });
    expect(world.takeRequests()).toEqual([]);
  });
});
