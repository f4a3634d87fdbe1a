import { HOUR, INVOCATION_SECONDS, MemorySweepTable, WatchedStack } from './watched-stack';
import { REGIONAL_ALIAS } from '../../../src/provider/contract/regional-alias';
import { ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { Looks } from '../../../src/provider/handler/control-plane/port';
import { WatchPorts } from '../../../src/provider/handler/watch/ports';
import { effects } from '../../emulator';
import { REGION, STACK_ID } from '../../lifecycle/world';

const WEST = 'us-west-2';

let stack: WatchedStack;
afterEach(() => stack.close());

const codes = (findings: ReadonlyArray<{ readonly code: string }>) => findings.map(({ code }) => code);
const told = () => stack.events.map(({ kind, detail }) => `${kind} ${detail.code} ${detail.logicalId}`);
const disable = (keyArn: string) => stack.byHand('StopKeyUsage', { KeyIdentifier: keyArn });
const enable = (keyArn: string) => stack.byHand('StartKeyUsage', { KeyIdentifier: keyArn });
const looks = () => stack.world.takeRequests().length;

describe('a sweep', () => {
  test('tells what it counted, and the states of each key by Regions, and asks nothing twice', async () => {
    stack = await WatchedStack.start();
    await stack.key();
    const pek = await stack.key({ ReplicationRegions: [WEST, 'eu-west-1'], Tags: { team: 'cards' } }, 'Pek');
    await disable(pek);
    stack.settle();
    expect(codes(await stack.sweep())).toEqual(['KEY_DISABLED']);
    expect(stack.counted).toMatchObject({ Watch: 'Watch', OutOfSync: 1, NotWatched: 0, Watched: 2 });
    expect(stack.counted._aws.CloudWatchMetrics).toEqual([{
      Namespace: 'PaymentKeys/payments',
      Dimensions: [['Watch']],
      Metrics: [{ Name: 'OutOfSync', Unit: 'Count' }, { Name: 'NotWatched', Unit: 'Count' }, { Name: 'Watched', Unit: 'Count' }],
    }]);
    expect(stack.lines.filter(({ code }) => code === 'WATCHED')).toEqual([
      expect.objectContaining({ logicalId: 'Cvk', findings: 0, regions: { [REGION]: 'CREATE_COMPLETE', [WEST]: 'SYNCHRONIZED' } }),
      expect.objectContaining({ logicalId: 'Pek', findings: 1, regions: { [REGION]: 'DISABLED', [WEST]: 'SYNCHRONIZED, DISABLED', 'eu-west-1': 'SYNCHRONIZED, DISABLED' } }),
    ]);
    // GetKey and ListTagsForResource of Cvk; twice that of Pek, with its two replicas.
    expect(stack.world.takeRequests().filter(request => !request.startsWith('StopKeyUsage')).sort()).toEqual([
      ...Array(3).fill(`GetKey ${REGION}`), ...Array(2).fill('ListTagsForResource eu-west-1'), ...Array(3).fill(`ListTagsForResource ${REGION}`),
      ...Array(2).fill(`ListTagsForResource ${WEST}`),
    ]);
  });

  test('begins once in an interval, however often the function is woken', async () => {
    stack = await WatchedStack.start();
    await stack.key();
    stack.settle();
    await stack.sweep();
    stack.world.takeRequests();
    for (let wake = 1; wake <= 3; wake += 1) {
      stack.world.clock.advance(HOUR / 4);
      await stack.invoke();
    }
    expect(looks()).toBe(0);
    stack.world.clock.advance(HOUR / 4);
    await stack.invoke();
    expect(looks()).toBe(2);
  });

  test('looks only at the resources that it was given', async () => {
    stack = await WatchedStack.start({}, { resources: ['Pek'] });
    await disable(await stack.key());
    await disable(await stack.key({}, 'Pek'));
    stack.settle();
    expect((await stack.sweep()).map(({ logicalId }) => logicalId)).toEqual(['Pek']);
    expect(stack.counted.Watched).toBe(1);
  });

  test('tells a finding once as an event, and once that it is resolved', async () => {
    stack = await WatchedStack.start();
    const keyArn = await stack.key();
    await disable(keyArn);
    stack.settle();
    await stack.sweep();
    expect(stack.events).toEqual([{
      kind: 'found',
      time: expect.any(Date),
      resources: [keyArn],
      detail: {
        code: 'KEY_DISABLED',
        logicalId: 'Cvk',
        resourceType: 'Custom::MultiRegionPaymentKey',
        keyArn,
        region: REGION,
        declared: 'enabled',
        found: 'disabled',
        command: `aws payment-cryptography get-key --region ${REGION} --key-identifier ${keyArn}`,
        stackId: STACK_ID,
        watch: 'Watch',
      },
    }]);
    const since = stack.events[0].time.getTime();
    await stack.sweep();
    expect(told()).toEqual([]);
    await enable(keyArn);
    stack.settle();
    expect(await stack.sweep()).toEqual([]);
    expect(stack.events).toEqual([expect.objectContaining({
      kind: 'resolved',
      resources: [keyArn],
      detail: { code: 'KEY_DISABLED', logicalId: 'Cvk', keyArn, region: REGION, since: expect.any(String), stackId: STACK_ID, watch: 'Watch' },
    })]);
    expect(Math.abs(Date.parse((stack.events[0].detail as any).since) - since)).toBeLessThan(120_000);
    await stack.sweep();
    expect(told()).toEqual([]);
  });

  test('resolves a finding whose resource left the stack', async () => {
    stack = await WatchedStack.start();
    await disable(await stack.key());
    await stack.key({}, 'Pek');
    stack.settle();
    await stack.sweep();
    stack.resources.splice(0, 1);
    await stack.sweep();
    expect(told()).toEqual(['resolved KEY_DISABLED Cvk']);
  });
});

test('an invocation says what it came to', async () => {
  stack = await WatchedStack.start();
  await stack.key();
  stack.settle();
  stack.world.clock.advance(HOUR);
  const began = new Date(stack.world.clock.now()).toISOString();
  expect(await stack.invoke({}, 10)).toEqual({ outcome: 'underWay' });
  expect(await stack.invoke()).toEqual({ outcome: 'complete' });
  expect(await stack.invoke()).toEqual({ outcome: 'notDue', lastBeganAt: began });
  stack.world.clock.advance(HOUR);
  const { ports: { looks: { getKey } } } = stack;
  let meanwhile: unknown;
  await stack.invoke({ looks: { ...stack.ports.looks, getKey: async arn => { meanwhile ??= await stack.invoke(); return getKey(arn); } } });
  expect(meanwhile).toEqual({ outcome: 'leased', until: expect.any(String) });
});

describe('what differs for a moment', () => {
  test('is not found: an alias shows its former key after it was moved', async () => {
    stack = await WatchedStack.start();
    const key = await stack.key();
    await stack.attached('Alias', REGIONAL_ALIAS, { AliasName: 'alias/cvk', KeyArn: key, Regions: [REGION] });
    stack.settle();
    let asked = 0;
    const former: Looks['getAlias'] = async (region, name) => { asked += 1; return asked === 1 ? 'arn:aws:payment-cryptography:us-east-1:111122223333:key/former' : stack.world.ports.service.getAlias(region, name); };
    stack.world.clock.advance(HOUR);
    await stack.invoke({ looks: { ...stack.ports.looks, getAlias: former } });
    expect([asked, stack.findings]).toEqual([2, []]);
  });

  test('is looked at again a minute later', async () => {
    stack = await WatchedStack.start();
    await disable(await stack.key());
    stack.settle();
    const times: number[] = [];
    const getKey: Looks['getKey'] = keyArn => { times.push(stack.world.clock.now()); return stack.world.ports.service.getKey(keyArn); };
    stack.world.clock.advance(HOUR);
    await stack.invoke({ looks: { ...stack.ports.looks, getKey } });
    expect(times).toHaveLength(2);
    expect(times[1] - times[0]).toBeGreaterThanOrEqual(60_000);
  });
});

describe('what is being deployed is left out', () => {
  test('when a request is under way, and what stood before still stands', async () => {
    stack = await WatchedStack.start();
    const keyArn = await stack.key();
    await disable(keyArn);
    stack.settle();
    await stack.sweep();
    stack.world.clock.advance(HOUR);
    await stack.world.handler(stack.world.event({ Tags: { a: 'b' } }, { type: 'Update', physicalId: keyArn, old: {} }));
    stack.lines.length = 0;
    stack.events.length = 0;
    await stack.invoke();
    expect(stack.counted).toMatchObject({ OutOfSync: 0, NotWatched: 0, Watched: 1 });
    expect(told()).toEqual([]);
    await stack.world.settle();
    stack.settle();
    // The deployment enabled it.
    await stack.sweep();
    expect(told()).toEqual(['resolved KEY_DISABLED Cvk']);
  });

  test('when a request begins between two looks', async () => {
    stack = await WatchedStack.start();
    const keyArn = await stack.key();
    await disable(keyArn);
    stack.settle();
    stack.world.clock.advance(HOUR);
    const listTags: Looks['listTags'] = async arn => {
      await stack.world.handler(stack.world.event({ Tags: { a: 'b' } }, { type: 'Update', physicalId: keyArn, old: {}, requestId: 'meanwhile' }));
      return stack.world.ports.service.listTags(arn);
    };
    await stack.invoke({ looks: { ...stack.ports.looks, listTags } });
    expect(stack.findings).toEqual([]);
    await stack.world.settle();
  });
});

describe('what could not be compared', () => {
  test('is told, counted apart, and resolves nothing', async () => {
    stack = await WatchedStack.start();
    await disable(await stack.key());
    stack.settle();
    await stack.sweep();
    const denied = stack.world.emulator.faults.add({ operation: 'ListTagsForResource', effect: effects.accessDenied('not by this role') });
    expect(await stack.sweep()).toEqual([expect.objectContaining({
      code: 'NOT_WATCHED', logicalId: 'Cvk', region: REGION, subject: 'ListTagsForResource', found: 'AccessDeniedException', message: expect.stringContaining('not by this role'),
    })]);
    expect(stack.counted).toMatchObject({ OutOfSync: 0, NotWatched: 1, Watched: 1 });
    denied.remove();
    expect(codes(await stack.sweep())).toEqual(['KEY_DISABLED']);
    expect(told()).toEqual(['resolved NOT_WATCHED Cvk']);
  });

  test('a resource whose update failed, or that the table has lost, or knows by another id', async () => {
    stack = await WatchedStack.start();
    const keyArn = await stack.key();
    await stack.key({}, 'Pek');
    await stack.key({}, 'Bdk');
    const failed = await stack.world.update(keyArn, {}, { KeyAlgorithm: 'TDES_3KEY' });
    expect(failed.Status).toBe('FAILED');
    stack.world.ledger.items.delete('Pek');
    stack.resources[2] = { ...stack.resources[2], physicalId: keyArn };
    stack.settle();
    expect((await stack.sweep()).map(({ code, logicalId, message }) => [code, logicalId, message])).toEqual([
      ['NOT_WATCHED', 'Bdk', expect.stringContaining('CloudFormation knows it as')],
      ['NOT_WATCHED', 'Cvk', expect.stringContaining('its last deployment failed')],
      ['NOT_WATCHED', 'Pek', expect.stringContaining('table knows nothing of it')],
    ]);
    expect(looks()).toBe(0);
  });

  test('an error of one resource keeps nobody from watching the others', async () => {
    stack = await WatchedStack.start();
    const broken = await stack.key({}, 'Bdk');
    await disable(await stack.key());
    stack.settle();
    stack.world.clock.advance(HOUR);
    const getKey: Looks['getKey'] = async arn => { if (arn === broken) { throw new TypeError('no such member'); } return stack.world.ports.service.getKey(arn); };
    await stack.invoke({ looks: { ...stack.ports.looks, getKey } });
    expect(stack.findings.map(({ code, message }) => [code, message])).toEqual([
      ['NOT_WATCHED', expect.stringMatching(/please report it: TypeError: no such member/)], ['KEY_DISABLED', undefined],
    ]);
  });
});

test('a first look that was not answered proves nothing: what stood before still stands', async () => {
  stack = await WatchedStack.start();
  await disable(await stack.key());
  stack.settle();
  await stack.sweep();
  const denied = new ServiceFault('accessDenied', 'payment-cryptography', 'GetKey', REGION, 'AccessDeniedException', '');
  let asked = 0;
  const getKey: Looks['getKey'] = async arn => { asked += 1; if (asked === 1) { throw denied; } return stack.world.ports.service.getKey(arn); };
  stack.world.clock.advance(HOUR);
  stack.lines.length = 0;
  stack.events.length = 0;
  await stack.invoke({ looks: { ...stack.ports.looks, getKey } });
  expect([codes(stack.findings), told()]).toEqual([['KEY_DISABLED'], []]);
});

describe('replicas', () => {
  test('one that is not SYNCHRONIZED at the moment', async () => {
    stack = await WatchedStack.start();
    const keyArn = await stack.key();
    stack.settle();
    const key = await stack.world.ports.service.getKey(keyArn);
    stack.world.clock.advance(HOUR);
    const withStatus = (status: string): Looks => ({
      ...stack.ports.looks,
      getKey: async arn => arn === keyArn ? { ...key, replication: [{ region: WEST, status, message: 'the reason' }] } : stack.world.ports.service.getKey(arn),
    });
    await stack.invoke({ looks: withStatus('IN_PROGRESS') });
    expect(stack.findings).toEqual([expect.objectContaining({ code: 'REPLICA_IN_PROGRESS', region: WEST, found: 'IN_PROGRESS', message: expect.stringMatching(/wait for replication/) })]);
    stack.lines.length = 0;
    stack.world.clock.advance(HOUR);
    await stack.invoke({ looks: withStatus('FAILED') });
    expect(stack.findings).toEqual([expect.objectContaining({ code: 'REPLICA_FAILED', region: WEST, declared: 'SYNCHRONIZED', found: 'FAILED' })]);
  });

  test('one that FAILED and that nobody waits for', async () => {
    stack = await WatchedStack.start();
    const keyArn = await stack.key({ WaitForReplication: false });
    stack.settle();
    const key = await stack.world.ports.service.getKey(keyArn);
    stack.world.clock.advance(HOUR);
    await stack.invoke({ looks: { ...stack.ports.looks, getKey: async () => ({ ...key, replication: [{ region: WEST, status: 'FAILED', message: 'the reason' }] }) } });
    expect(stack.findings).toEqual([expect.objectContaining({ code: 'REPLICA_FAILED', region: WEST, message: 'the reason' })]);
  });
});

describe('a sweep that takes longer than the function may run', () => {
  const MANY = 80;
  const withMany = async () => {
    stack = await WatchedStack.start({ tps: 1000 });
    const keys: string[] = [];
    for (let index = 0; index < MANY; index += 1) { keys.push(await stack.key({ ReplicationRegions: [] }, `Key${String(index).padStart(2, '0')}`)); }
    for (const index of [3, 17, 79]) { await disable(keys[index]); }
    stack.settle();
    stack.world.clock.advance(HOUR);
  };
  const EXPECTED = ['Key03', 'Key17', 'Key79'];

  test('is gone on with by the next invocation, and tells everything once', async () => {
    await withMany();
    let invocations = 0;
    while (!stack.counted) {
      await stack.invoke({}, 400);
      stack.world.clock.advance(60);
      invocations += 1;
    }
    expect(invocations).toBeGreaterThan(1);
    expect(stack.findings.map(({ logicalId }) => logicalId)).toEqual(EXPECTED);
    expect(told()).toEqual(EXPECTED.map(id => `found KEY_DISABLED ${id}`));
    expect(stack.counted).toMatchObject({ OutOfSync: 3, Watched: MANY });
  });

  test('goes on also when nothing is left of the time, and no invocation makes a look after its end', async () => {
    await withMany();
    await stack.invoke({}, 10);
    expect(looks()).toBe(0);
    const end = stack.world.clock.now() + 300_000;
    await stack.invoke({}, 300);
    expect(stack.world.clock.now()).toBeLessThanOrEqual(end);
    expect(looks()).toBeGreaterThan(0);
  });

  test('is made by one invocation at a time', async () => {
    await withMany();
    let other: Promise<unknown> | undefined;
    const before = stack.ports.looks.getKey;
    const getKey: Looks['getKey'] = async arn => { other ??= stack.invoke(); await other; return before(arn); };
    await stack.invoke({ looks: { ...stack.ports.looks, getKey } });
    expect(told()).toEqual(EXPECTED.map(id => `found KEY_DISABLED ${id}`));
    expect(stack.lines.filter(({ code }) => code === 'SWEEP_COMPLETE')).toHaveLength(1);
  });

  test('one whose lease was lost to another writes nothing more', async () => {
    await withMany();
    const table = new MemorySweepTable();
    let writes = 0;
    await stack.invoke({
      sweepTable: {
        readSweep: id => table.readSweep(id),
        writeSweep: async (id, state) => {
          writes += 1;
          return writes === 1 && table.writeSweep(id, state);
        },
      },
    });
    expect(writes).toBe(2);
    expect(stack.counted).toBeUndefined();
  });

  /** Every call of the function outside itself, and the call at which it dies. */
  const dying = (at: number, ports: WatchPorts): { readonly ports: Partial<WatchPorts>; readonly calls: () => number } => {
    let calls = 0;
    const mortal = <A extends readonly any[], R>(call: (...args: A) => Promise<R>, after: boolean) => async (...args: A): Promise<R> => {
      calls += 1;
      if (calls > at || calls === at && !after) { throw new Error('killed'); }
      const answer = await call(...args);
      if (calls === at) { throw new Error('killed'); }
      return answer;
    };
    return {
      calls: () => calls,
      ports: {
        looks: { ...ports.looks, getKey: mortal(ports.looks.getKey, false) },
        publish: mortal(ports.publish, true),
        stackResources: mortal(ports.stackResources, false),
        sweepTable: {
          readSweep: mortal(id => ports.sweepTable.readSweep(id), false),
          writeSweep: mortal((id, state) => ports.sweepTable.writeSweep(id, state), true),
        },
      },
    };
  };

  test('dies at any of its calls, and is gone on with: nothing is left out, and the count is right', async () => {
    stack = await WatchedStack.start({ tps: 1000 });
    await stack.key({ ReplicationRegions: [] }, 'Key1');
    await disable(await stack.key({ ReplicationRegions: [] }, 'Key2'));
    await disable(await stack.key({ ReplicationRegions: [] }, 'Key3'));
    stack.settle();
    for (let at = 1; ; at += 1) {
      stack.sweepTable.states.clear();
      stack.events.length = 0;
      stack.lines.length = 0;
      stack.world.clock.advance(HOUR);
      const { ports, calls } = dying(at, stack.ports);
      await stack.invoke(ports).catch(error => { if (error.message !== 'killed') { throw error; } });
      // EventBridge wakes the function again when the lease is over.
      for (let wake = 0; wake < 2; wake += 1) {
        stack.world.clock.advance(INVOCATION_SECONDS);
        await stack.invoke();
      }
      const state = await stack.sweepTable.readSweep('Watch');
      expect({ at, progress: state!.progress.kind, standing: state!.standing.map(({ logicalId }) => logicalId) })
        .toEqual({ at, progress: 'complete', standing: ['Key2', 'Key3'] });
      expect(new Set(told())).toEqual(new Set(['found KEY_DISABLED Key2', 'found KEY_DISABLED Key3']));
      if (calls() < at) {
        expect(at).toBeGreaterThan(10);
        break;
      }
    }
  });

  test('an event bus that takes nothing stops the sweep, so that it is told later', async () => {
    stack = await WatchedStack.start();
    await disable(await stack.key());
    stack.settle();
    stack.world.clock.advance(HOUR);
    const fault = new ServiceFault('accessDenied', 'events', 'PutEvents', REGION, 'AccessDeniedException', '');
    await expect(stack.invoke({ publish: async () => { throw fault; } })).rejects.toBe(fault);
    stack.world.clock.advance(INVOCATION_SECONDS);
    await stack.invoke();
    expect(told()).toEqual(['found KEY_DISABLED Cvk']);
  });
});
