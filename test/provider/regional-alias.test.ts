import { AliasProperties, aliasProperties, REGIONAL_ALIAS } from '../../src/provider/contract/regional-alias';
import { effects, EmulatorOptions } from '../emulator';
import { ResourceRequests } from './resource-requests';
import { TaskError } from '../lifecycle/state-machine';
import { REGION, World } from '../lifecycle/world';

const BOTH = ['us-east-1', 'us-west-2'];

describe('an alias', () => {
  let world: World;
  let requests: ResourceRequests<typeof aliasProperties.fields>;
  let keyArn: string;
  let declared: AliasProperties;
  afterEach(() => world.close());

  const begin = async (options: EmulatorOptions = {}) => {
    world = await World.start(options);
    requests = new ResourceRequests(world, REGIONAL_ALIAS, aliasProperties, 'Alias');
    keyArn = await newKey();
    declared = { AliasName: 'alias/cvk', KeyArn: keyArn, Regions: BOTH, ReplicationTimeoutInMinutes: 30 };
    world.takeRequests();
  };
  const newKey = async () => {
    const arn = (await world.create({ ReplicationRegions: ['us-west-2', 'eu-west-1'] }, { logicalId: `Key${world.keys().length}` })).PhysicalResourceId;
    world.clock.advance(10);
    return arn;
  };
  const inRegion = (arn: string, region: string) => arn.replace(REGION, region);
  const idOf = (arn: string) => arn.split('/')[1];
  const aliases = (name = 'alias/cvk') => Object.fromEntries(['us-east-1', 'us-west-2', 'eu-west-1']
    .map(region => [region, world.emulator.snapshot(region).aliases])
    .filter(([, present]) => name in (present as object))
    .map(([region, present]) => [region, (present as any)[name]]));
  const others = <T = unknown>(operation: string, region: string, input: object) =>
    world.emulator.call<T>(operation, input, { region, accessKeyId: 'AKIAOTHER' });
  const theirs = (region: string, arn?: string, AliasName = 'alias/cvk') => others('CreateAlias', region, { AliasName, ...arn && { KeyArn: arn } });
  const log = () => world.logLines.join('\n');
  const everywhere = (arn: string, ...regions: string[]) => Object.fromEntries(regions.map(region => [region, idOf(arn)]));
  /** Interrupts the step that makes this call, after it did. */
  const cutOffAfter = (operation: string, times = 1) => {
    let left = times;
    world.around = async (_payload, run) => {
      const before = count(operation);
      const result = await run();
      if (left > 0 && count(operation) > before) {
        left -= 1;
        throw new TaskError('Lambda.Unknown');
      }
      return result;
    };
  };
  const count = (operation: string) => world.emulator.log.entries.filter(entry => entry.operation === operation && entry.executed).length;
  const runUntil = async (reached: () => boolean) => { while (!reached()) { await world.stateMachine.runNext(); } };

  describe('is created', () => {
    test('in every Region, with one look and one call in each', async () => {
      await begin();
      const answer = await requests.create(declared);
      expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'alias/cvk', Data: { AliasName: 'alias/cvk' } });
      expect(aliases()).toEqual(everywhere(keyArn, ...BOTH));
      expect(world.takeRequests()).toEqual(['GetAlias us-east-1 !ResourceNotFoundException', 'GetAlias us-west-2 !ResourceNotFoundException',
        'CreateAlias us-east-1', 'CreateAlias us-west-2']);
    });

    test('with what was seen recorded before the first call', async () => {
      await begin();
      const memories: unknown[] = [];
      world.around = async (payload, run) => {
        const before = count('CreateAlias');
        const result = await run();
        if (count('CreateAlias') > before) { memories.push(payload.state.memory.missing); }
        return result;
      };
      await requests.create(declared);
      expect(memories).toEqual([BOTH, BOTH]);
    });

    test('for a key whose primary is elsewhere, in this Region too', async () => {
      await begin();
      const answer = await requests.create({ ...declared, KeyArn: inRegion(keyArn, 'eu-west-1') });
      expect(answer.Status).toBe('SUCCESS');
      expect(aliases()).toEqual(everywhere(keyArn, ...BOTH));
    });

    test('once the replica is there', async () => {
      await begin({ replicationOutcomes: { 'sa-east-1': { kind: 'synchronizes', delay: 200 } } });
      await others('AddKeyReplicationRegions', REGION, { KeyIdentifier: keyArn, ReplicationRegions: ['sa-east-1'] });
      expect((await requests.create({ ...declared, Regions: ['sa-east-1'] })).Status).toBe('SUCCESS');
      expect(world.emulator.snapshot('sa-east-1').aliases).toEqual({ 'alias/cvk': idOf(keyArn) });
      expect(world.takeRequests().filter(request => request.startsWith('CreateAlias')).length).toBeLessThan(10);
    });

    test('on a key that CloudFormation made, which does not wait for its replicas', async () => {
      await begin({ replicationDelay: 20 });
      const { Key } = await others<{ Key: { KeyArn: string } }>('CreateKey', REGION, {
        KeyAttributes: { KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'TDES_2KEY', KeyModesOfUse: { Generate: true } },
        Exportable: true,
        ReplicationRegions: ['us-west-2'],
      });
      const ofNative = { ...declared, KeyArn: Key.KeyArn };
      expect(await requests.create(ofNative)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'alias/cvk' });
      expect(aliases()).toEqual(everywhere(Key.KeyArn, ...BOTH));
      await requests.remove('alias/cvk', ofNative);
      expect(aliases()).toEqual({});
    });

    test('not where the replica never comes: that fails in time, and nothing is left', async () => {
      await begin();
      const answer = await requests.create({ ...declared, Regions: ['us-east-1', 'sa-east-1'], ReplicationTimeoutInMinutes: 2 });
      expect(answer.Status).toBe('FAILED');
      expect(answer.PhysicalResourceId).toMatch(/^nothing-created\//);
      expect(answer.Reason).toMatch(/timed out, waiting for alias\/cvk to be created in sa-east-1, which the service refuses for now \(CreateAlias in sa-east-1: ResourceNotFoundException/);
      expect(aliases()).toEqual({});
    });

    test.each(['response lost', 'internal error', 'cut off'])('although %s: what shows up after it was seen missing is its own', async how => {
      await begin();
      if (how === 'cut off') { cutOffAfter('CreateAlias'); } else {
        world.emulator.faults.add({
          operation: 'CreateAlias', times: 1, effect: how === 'response lost' ? effects.responseLost() : effects.internalServerError({ executed: true }),
        });
      }
      expect(await requests.create(declared)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'alias/cvk' });
      expect(aliases()).toEqual(everywhere(keyArn, ...BOTH));
      expect((await requests.remove('alias/cvk', declared)).Status).toBe('SUCCESS');
      expect(aliases()).toEqual({});
    });

    test('although every request is throttled at first, and forbidden for a while', async () => {
      await begin();
      for (const operation of ['GetAlias', 'CreateAlias']) { world.emulator.faults.add({ operation, times: 3, effect: effects.throttle() }); }
      world.emulator.faults.add({ operation: 'CreateAlias', region: 'us-west-2', forSeconds: 90, effect: effects.accessDenied() });
      expect((await requests.create(declared)).Status).toBe('SUCCESS');
      expect(aliases()).toEqual(everywhere(keyArn, ...BOTH));
    });

    test('not where it is forbidden: what was made elsewhere is taken back', async () => {
      await begin();
      world.emulator.faults.add({ operation: 'CreateAlias', region: 'us-west-2', effect: effects.accessDenied('not you') });
      const answer = await requests.create(declared);
      expect(answer).toMatchObject({ Status: 'FAILED', Reason: 'CreateAlias in us-west-2: AccessDeniedException: not you' });
      expect(answer.PhysicalResourceId).toMatch(/^nothing-created\//);
      expect(aliases()).toEqual({});
    });

    test('where the look in one Region is refused, without another look in the others', async () => {
      await begin();
      world.emulator.faults.add({ operation: 'GetAlias', region: 'us-west-2', times: 2, effect: effects.throttle() });
      expect((await requests.create(declared)).Status).toBe('SUCCESS');
      expect(world.takeRequests().filter(request => /GetAlias us-east-1/.test(request))).toHaveLength(1);
    });
  });

  describe('that is there already', () => {
    test('and belongs to the very key is accepted, named in the id, and never deleted', async () => {
      await begin();
      await theirs('us-west-2', inRegion(keyArn, 'us-west-2'));
      const answer = await requests.create(declared);
      expect(answer).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'alias/cvk?found=us-west-2' });
      expect(log()).toContain('alias/cvk in us-west-2 was there before this resource, which will never delete it');
      world.takeRequests();
      expect((await requests.remove(answer.PhysicalResourceId, declared)).Status).toBe('SUCCESS');
      expect(aliases()).toEqual(everywhere(keyArn, 'us-west-2'));
      expect(world.takeRequests()).toEqual(['GetAlias us-east-1', 'DeleteAlias us-east-1']);
    });

    test.each(['another key', 'no key'])('and belongs to %s is refused, before anything is made, and stays after the delete that follows', async whose => {
      await begin();
      const other = await newKey();
      await theirs('us-west-2', whose === 'another key' ? inRegion(other, 'us-west-2') : undefined);
      world.takeRequests();
      const answer = await requests.create(declared);
      expect(answer.Status).toBe('FAILED');
      expect(answer.Reason).toContain(`alias/cvk is taken in us-west-2: it belongs to ${whose === 'no key' ? whose : inRegion(other, 'us-west-2')}, not to ${inRegion(keyArn, 'us-west-2')}`);
      expect(answer.Reason).toContain('aws payment-cryptography delete-alias --region us-west-2 --alias-name alias/cvk');
      expect(answer.PhysicalResourceId).toMatch(/^nothing-created\//);
      expect((await requests.remove(answer.PhysicalResourceId, declared)).Status).toBe('SUCCESS');
      expect(aliases()).toEqual({ 'us-west-2': whose === 'no key' ? undefined : idOf(other) });
      expect(world.takeRequests()).toEqual(['GetAlias us-east-1 !ResourceNotFoundException', 'GetAlias us-west-2']);
    });

    test('since a moment ago is refused all the same, and what was made elsewhere is taken back', async () => {
      await begin();
      const other = await newKey();
      const event = requests.event(declared);
      await world.handler(event);
      await runUntil(() => count('CreateAlias') === 1);
      await theirs('us-west-2', inRegion(other, 'us-west-2'));
      const answer = await world.answerTo(event.RequestId);
      expect(answer.Reason).toContain('alias/cvk is taken in us-west-2');
      expect(answer.PhysicalResourceId).toMatch(/^nothing-created\//);
      expect(aliases()).toEqual(everywhere(other, 'us-west-2'));
    });
  });

  describe('whose creation failed and could not be undone', () => {
    test('is deleted by the delete that follows, except where it was found', async () => {
      await begin();
      await theirs('eu-west-1', inRegion(keyArn, 'eu-west-1'));
      const Regions = [...BOTH, 'eu-west-1'];
      world.emulator.faults.add({ operation: 'CreateAlias', region: 'us-west-2', effect: effects.accessDenied() });
      const denied = world.emulator.faults.add({ operation: 'DeleteAlias', effect: effects.accessDenied() });
      const answer = await requests.create({ ...declared, Regions });
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'alias/cvk?found=eu-west-1' });
      expect(answer.Reason).toContain('this request may have made alias/cvk in us-east-1, us-west-2');
      denied.remove();
      expect((await requests.remove(answer.PhysicalResourceId, { ...declared, Regions })).Status).toBe('SUCCESS');
      expect(aliases()).toEqual(everywhere(keyArn, 'eu-west-1'));
    });
  });

  describe('is updated', () => {
    test('to nothing new with one look a Region', async () => {
      await begin();
      await requests.create(declared);
      world.takeRequests();
      expect(await requests.update('alias/cvk', declared, declared)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'alias/cvk' });
      expect(world.takeRequests()).toEqual(['GetAlias us-east-1', 'GetAlias us-west-2']);
    });

    test('to another key: moved in every Region, with no moment without it', async () => {
      await begin();
      await requests.create(declared);
      const next = { ...declared, KeyArn: await newKey() };
      world.takeRequests();
      const states: unknown[] = [];
      world.around = async (_payload, run) => {
        const result = await run();
        states.push(Object.keys(aliases()));
        return result;
      };
      expect(await requests.update('alias/cvk', declared, next)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'alias/cvk' });
      expect(aliases()).toEqual(everywhere(next.KeyArn, ...BOTH));
      expect(new Set(states.map(String))).toEqual(new Set([String(BOTH)]));
      expect(world.takeRequests()).toEqual(['GetAlias us-east-1', 'GetAlias us-west-2', 'UpdateAlias us-east-1', 'UpdateAlias us-west-2']);
    });

    test('to another key and back, although GetAlias still names the key of before', async () => {
      await begin();
      await requests.create(declared);
      const next = { ...declared, KeyArn: await newKey() };
      world.emulator.faults.add({ operation: 'UpdateAlias', region: 'us-west-2', effect: effects.accessDenied() });
      expect((await requests.update('alias/cvk', declared, next)).Status).toBe('FAILED');
      world.emulator.faults.clear();
      world.takeRequests();
      // The rollback looks, and sees the right key: that may be out of date.
      expect((await requests.update('alias/cvk', next, declared)).Status).toBe('SUCCESS');
      expect(aliases()).toEqual(everywhere(keyArn, ...BOTH));
      expect(world.takeRequests().filter(request => request.startsWith('UpdateAlias'))).toHaveLength(2);
    });

    test.each(['response lost', 'cut off'])('to another key although %s', async how => {
      await begin();
      await requests.create(declared);
      const next = { ...declared, KeyArn: await newKey() };
      if (how === 'cut off') { cutOffAfter('UpdateAlias'); } else {
        world.emulator.faults.add({ operation: 'UpdateAlias', times: 1, effect: effects.responseLost() });
      }
      expect((await requests.update('alias/cvk', declared, next)).Status).toBe('SUCCESS');
      expect(aliases()).toEqual(everywhere(next.KeyArn, ...BOTH));
    });

    test('to another key, refused: what was moved is moved back', async () => {
      await begin();
      await requests.create(declared);
      const next = { ...declared, KeyArn: await newKey() };
      world.emulator.faults.add({ operation: 'UpdateAlias', region: 'us-west-2', effect: effects.accessDenied() });
      expect(await requests.update('alias/cvk', declared, next)).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'alias/cvk' });
      expect(aliases()).toEqual(everywhere(keyArn, ...BOTH));
    });

    test('to another key, where others moved it: fails before anything is moved, names it, and leaves it', async () => {
      await begin();
      await requests.create(declared);
      const other = await newKey();
      const next = { ...declared, KeyArn: await newKey() };
      await others('UpdateAlias', 'us-west-2', { AliasName: 'alias/cvk', KeyArn: inRegion(other, 'us-west-2') });
      const answer = await requests.update('alias/cvk', declared, next);
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'alias/cvk' });
      expect(answer.Reason).toContain(`alias/cvk in us-west-2 was moved to ${inRegion(other, 'us-west-2')} by others`);
      expect(answer.Reason).toContain(`update-alias --region us-west-2 --alias-name alias/cvk --key-arn ${inRegion(next.KeyArn, 'us-west-2')}`);
      expect(aliases()).toEqual({ ...everywhere(keyArn, 'us-east-1'), ...everywhere(other, 'us-west-2') });
    });

    test('where it vanished: created again', async () => {
      await begin();
      await requests.create(declared);
      await others('DeleteAlias', 'us-west-2', { AliasName: 'alias/cvk' });
      expect(await requests.update('alias/cvk', declared, declared)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'alias/cvk' });
      expect(aliases()).toEqual(everywhere(keyArn, ...BOTH));
    });

    test('where it vanishes between look and move: created', async () => {
      await begin();
      await requests.create(declared);
      const next = { ...declared, KeyArn: await newKey() };
      const event = requests.event(next, { type: 'Update', physicalId: 'alias/cvk' }, declared);
      await world.handler(event);
      await runUntil(() => count('UpdateAlias') === 1);
      await others('DeleteAlias', 'us-west-2', { AliasName: 'alias/cvk' });
      expect((await world.answerTo(event.RequestId)).Status).toBe('SUCCESS');
      expect(aliases()).toEqual(everywhere(next.KeyArn, ...BOTH));
    });

    test('where it belongs to no key any more, since its replica went and came: assigned again', async () => {
      await begin();
      await requests.create(declared);
      await others('UpdateAlias', 'us-west-2', { AliasName: 'alias/cvk' });
      expect((await requests.update('alias/cvk', declared, declared)).Status).toBe('SUCCESS');
      expect(aliases()).toEqual(everywhere(keyArn, ...BOTH));
    });

    test('to one more Region, and back', async () => {
      await begin();
      await requests.create(declared);
      const more = { ...declared, Regions: [...BOTH, 'eu-west-1'] };
      expect(await requests.update('alias/cvk', declared, more)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'alias/cvk' });
      expect(aliases()).toEqual(everywhere(keyArn, ...BOTH, 'eu-west-1'));
      world.takeRequests();
      expect((await requests.update('alias/cvk', more, declared)).Status).toBe('SUCCESS');
      expect(aliases()).toEqual(everywhere(keyArn, ...BOTH));
      expect(world.takeRequests()).toEqual(['GetAlias us-east-1', 'GetAlias us-west-2', 'GetAlias eu-west-1', 'DeleteAlias eu-west-1']);
    });

    test('to one more Region, where another\'s is: fails, and what is there stays', async () => {
      await begin();
      await requests.create(declared);
      await theirs('eu-west-1', inRegion(await newKey(), 'eu-west-1'));
      const answer = await requests.update('alias/cvk', declared, { ...declared, Regions: [...BOTH, 'eu-west-1'] });
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'alias/cvk' });
      expect(answer.Reason).toContain('alias/cvk is taken in eu-west-1');
    });

    test.each(['the very key', 'no key'])('to one more Region, where others made one for %s: fails, and its rollback leaves it, however often tried', async whose => {
      await begin();
      await requests.create(declared);
      await theirs('eu-west-1', whose === 'no key' ? undefined : inRegion(keyArn, 'eu-west-1'));
      const more = { ...declared, Regions: [...BOTH, 'eu-west-1'] };
      const answer = await requests.update('alias/cvk', declared, more);
      expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'alias/cvk' });
      expect(answer.Reason).toContain('aws payment-cryptography delete-alias --region eu-west-1 --alias-name alias/cvk');
      const denied = world.emulator.faults.add({ operation: 'GetAlias', effect: effects.accessDenied() });
      expect((await requests.update('alias/cvk', more, declared)).Status).toBe('FAILED');
      denied.remove();
      expect((await requests.update('alias/cvk', more, declared)).Status).toBe('SUCCESS');
      expect(aliases()).toEqual({ ...everywhere(keyArn, ...BOTH), 'eu-west-1': whose === 'no key' ? undefined : idOf(keyArn) });
    });

    test('to one more Region, where it was found when the resource was created: accepted again', async () => {
      await begin();
      await theirs('eu-west-1', inRegion(keyArn, 'eu-west-1'));
      const more = { ...declared, Regions: [...BOTH, 'eu-west-1'] };
      const { PhysicalResourceId: id } = await requests.create(more);
      await requests.update(id, more, declared);
      expect(await requests.update(id, declared, more)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
      await requests.remove(id, more);
      expect(aliases()).toEqual(everywhere(keyArn, 'eu-west-1'));
    });

    test('to one more Region although the response is lost', async () => {
      await begin();
      await requests.create(declared);
      world.emulator.faults.add({ operation: 'CreateAlias', times: 1, effect: effects.responseLost() });
      const more = { ...declared, Regions: [...BOTH, 'eu-west-1'] };
      expect((await requests.update('alias/cvk', declared, more)).Status).toBe('SUCCESS');
      expect(aliases()).toEqual(everywhere(keyArn, ...more.Regions));
    });

    test('to other Regions, given up meanwhile, and rolled back', async () => {
      await begin();
      await requests.create(declared);
      const next = { ...declared, Regions: ['us-east-1', 'eu-west-1', 'sa-east-1'] };
      await world.handler(requests.event(next, { type: 'Update', physicalId: 'alias/cvk' }, declared));
      await runUntil(() => 'eu-west-1' in aliases());
      expect((await requests.update('alias/cvk', next, declared)).Status).toBe('SUCCESS');
      expect(aliases()).toEqual(everywhere(keyArn, ...BOTH));
    });

    test('to fewer Regions, cut off, and rolled back: it stays the resource\'s own', async () => {
      await begin();
      await requests.create(declared);
      const fewer = { ...declared, Regions: ['us-east-1'] };
      world.emulator.faults.add({ operation: 'DeleteAlias', effect: effects.accessDenied() });
      expect((await requests.update('alias/cvk', declared, fewer)).Status).toBe('FAILED');
      world.emulator.faults.clear();
      expect(await requests.update('alias/cvk', fewer, declared)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'alias/cvk' });
      await requests.remove('alias/cvk', declared);
      expect(aliases()).toEqual({});
    });

    test('to fewer Regions: what was found there stays, and so does what others moved', async () => {
      await begin();
      const other = await newKey();
      await theirs('us-west-2', inRegion(keyArn, 'us-west-2'));
      const three = { ...declared, Regions: [...BOTH, 'eu-west-1'] };
      const { PhysicalResourceId: id } = await requests.create(three);
      await others('UpdateAlias', 'eu-west-1', { AliasName: 'alias/cvk', KeyArn: inRegion(other, 'eu-west-1') });
      expect(await requests.update(id, three, { ...declared, Regions: ['us-east-1'] })).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
      expect(aliases()).toEqual({ ...everywhere(keyArn, ...BOTH), ...everywhere(other, 'eu-west-1') });
      expect(log()).toContain(`alias/cvk in eu-west-1 stays, since it belongs to ${inRegion(other, 'eu-west-1')}`);
    });

    test.each(['unassigned', 'deleted', 'kept'] as const)('to fewer Regions, after the replica went, where the service leaves aliases %s', async aliasesOfRemovedReplica => {
      await begin({ switches: { aliasesOfRemovedReplica } });
      await requests.create(declared);
      await others('RemoveKeyReplicationRegions', REGION, { KeyIdentifier: keyArn, ReplicationRegions: ['us-west-2'] });
      world.clock.advance(10);
      expect((await requests.update('alias/cvk', declared, { ...declared, Regions: ['us-east-1'] })).Status).toBe('SUCCESS');
      expect(aliases()).toEqual(everywhere(keyArn, 'us-east-1'));
    });

    test('from an id that is no alias: refused', async () => {
      await begin();
      const answer = await requests.update('payments-Alias-1A2B3C', declared, declared);
      expect(answer).toMatchObject({ Status: 'FAILED', Reason: 'payments-Alias-1A2B3C never became an alias, so it cannot be updated' });
    });
  });

  describe('is renamed', () => {
    let renamed: AliasProperties;
    const NEW_ID = 'alias/new?found=&from=alias/cvk';
    beforeEach(async () => {
      await begin();
      await requests.create(declared);
      renamed = { ...declared, AliasName: 'alias/new' };
    });

    test('under another id: the old one goes only with the delete that follows', async () => {
      expect(await requests.update('alias/cvk', declared, renamed)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: NEW_ID, Data: { AliasName: 'alias/new' } });
      expect([aliases(), aliases('alias/new')]).toEqual([everywhere(keyArn, ...BOTH), everywhere(keyArn, ...BOTH)]);
      expect((await requests.remove('alias/cvk', declared)).Status).toBe('SUCCESS');
      expect([aliases(), aliases('alias/new')]).toEqual([{}, everywhere(keyArn, ...BOTH)]);
    });

    test('and rolled back: the old one is the resource\'s own again, under its old id', async () => {
      await requests.update('alias/cvk', declared, renamed);
      expect(await requests.update(NEW_ID, renamed, declared)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'alias/cvk' });
      await requests.remove(NEW_ID, renamed);
      expect([aliases(), aliases('alias/new')]).toEqual([everywhere(keyArn, ...BOTH), {}]);
    });

    test('and later back: created, and known to come from the other', async () => {
      await requests.update('alias/cvk', declared, renamed);
      await requests.remove('alias/cvk', declared);
      const id = 'alias/cvk?found=&from=alias/new';
      expect(await requests.update(NEW_ID, renamed, declared)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
      expect(await requests.update(id, declared, renamed)).toMatchObject({ PhysicalResourceId: 'alias/new' });
    });

    test('to one that is there: accepted, never deleted', async () => {
      await theirs('us-west-2', inRegion(keyArn, 'us-west-2'), 'alias/new');
      const id = 'alias/new?found=us-west-2&from=alias/cvk';
      expect(await requests.update('alias/cvk', declared, renamed)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: id });
      await requests.remove(id, renamed);
      expect(aliases('alias/new')).toEqual(everywhere(keyArn, 'us-west-2'));
    });

    test('to one that is taken: fails under the old id, and what was made is taken back', async () => {
      await theirs('us-west-2', undefined, 'alias/new');
      expect(await requests.update('alias/cvk', declared, renamed)).toMatchObject({ Status: 'FAILED', PhysicalResourceId: 'alias/cvk' });
      expect([aliases(), aliases('alias/new')]).toEqual([everywhere(keyArn, ...BOTH), { 'us-west-2': undefined }]);
    });

    test('and given up meanwhile: what was made is taken back before the rollback looks', async () => {
      world.takeRequests();
      world.emulator.faults.add({ operation: 'CreateAlias', region: 'us-west-2', effect: effects.throttle() });
      await world.handler(requests.event(renamed, { type: 'Update', physicalId: 'alias/cvk' }, declared));
      await runUntil(() => count('CreateAlias') === 1);
      expect(await requests.update('alias/cvk', renamed, declared)).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: 'alias/cvk' });
      expect([aliases(), aliases('alias/new')]).toEqual([everywhere(keyArn, ...BOTH), {}]);
    });
  });

  describe('is deleted', () => {
    test('in every Region, and it does not matter where it is gone already', async () => {
      await begin();
      await requests.create(declared);
      await others('DeleteAlias', 'us-west-2', { AliasName: 'alias/cvk' });
      world.takeRequests();
      expect((await requests.remove('alias/cvk', declared)).Status).toBe('SUCCESS');
      expect(aliases()).toEqual({});
      expect(world.takeRequests()).toEqual(['GetAlias us-east-1', 'GetAlias us-west-2 !ResourceNotFoundException', 'DeleteAlias us-east-1']);
    });

    test.each(['response lost', 'cut off'])('although %s', async how => {
      await begin();
      await requests.create(declared);
      if (how === 'cut off') { cutOffAfter('DeleteAlias'); } else {
        world.emulator.faults.add({ operation: 'DeleteAlias', times: 1, effect: effects.responseLost() });
      }
      expect((await requests.remove('alias/cvk', declared)).Status).toBe('SUCCESS');
      expect(aliases()).toEqual({});
    });

    test('but not where others moved it; where it belongs to no key, it is reported', async () => {
      await begin();
      const other = await newKey();
      await requests.create({ ...declared, Regions: [...BOTH, 'eu-west-1'] });
      await others('UpdateAlias', 'us-east-1', { AliasName: 'alias/cvk', KeyArn: other });
      await others('UpdateAlias', 'us-west-2', { AliasName: 'alias/cvk' });
      const answer = await requests.remove('alias/cvk', { ...declared, Regions: [...BOTH, 'eu-west-1'] });
      expect(answer.Status).toBe('SUCCESS');
      expect(answer.Reason).toContain('alias/cvk in us-west-2 belongs to no key');
      expect(answer.Reason).toContain('aws payment-cryptography delete-alias --region us-west-2 --alias-name alias/cvk');
      expect(log()).toContain(`alias/cvk in us-east-1 stays, since it belongs to ${other}`);
      expect(aliases()).toEqual({ ...everywhere(other, 'us-east-1'), 'us-west-2': undefined });
    });

    test('where its creation was given up: what that made, and nothing else', async () => {
      await begin();
      await theirs('us-east-1', keyArn);
      const three = { ...declared, Regions: [...BOTH, 'eu-west-1'] };
      world.emulator.faults.add({ operation: 'CreateAlias', region: 'eu-west-1', effect: effects.throttle() });
      await world.handler(requests.event(three));
      await runUntil(() => count('CreateAlias') === 2);
      const answer = await requests.remove('payments-Alias-1A2B3C4D5E6F', three);
      expect(answer.Status).toBe('SUCCESS');
      expect(aliases()).toEqual(everywhere(keyArn, 'us-east-1'));
      expect(answer.Reason).toContain(`alias/cvk in us-east-1 belongs to ${keyArn}, and it is not known whether this resource made it`);
    });
  });

  describe('is refused', () => {
    test.each<[string, (before: AliasProperties) => Partial<AliasProperties>, string]>([
      ['that is no alias', () => ({ AliasName: 'cvk' }), 'aliasName must be alias/'],
      ['of what is no key', () => ({ KeyArn: 'alias/x' }), 'the key must be given by its ARN'],
      ['of another account\'s key', ({ KeyArn }) => ({ KeyArn: KeyArn.replace('111122223333', '444455556666') }), 'is not of this stack\'s account 111122223333'],
      ['in a Region twice', () => ({ Regions: ['us-east-1', 'us-east-1'] }), 'regions names us-east-1 twice'],
      ['nowhere', () => ({ Regions: [] }), 'regions names none'],
    ])('%s', async (_, wrong, reason) => {
      await begin();
      const answer = await requests.create({ ...declared, ...wrong(declared) });
      expect(answer).toMatchObject({ Status: 'FAILED', Reason: expect.stringContaining(reason) });
      expect(answer.PhysicalResourceId).toMatch(/^nothing-created\//);
      expect(world.takeRequests()).toEqual([]);
    });
  });
});
