import { HOUR, INVOCATION_SECONDS, WatchedStack } from './watched-stack';
import { ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { Looks } from '../../../src/provider/handler/control-plane/port';
import { REGION } from '../../lifecycle/world';

let stack: WatchedStack;
afterEach(() => stack.close());

const told = () => stack.events.map(({ kind, detail }) => `${kind} ${detail.code} ${detail.logicalId}`);
const disable = (keyArn: string) => stack.byHand('StopKeyUsage', { KeyIdentifier: keyArn });
const fault = (service: ServiceFault['service'], operation: string) => new ServiceFault('unknownOutcome', service, operation, REGION, 'InternalFailure', '');

/** What AWS Lambda waits before it runs a function again that failed (asynchronous invocation). */
const SECONDS_UNTIL_RETRY = 60;

describe('a sweep that a fault ended', () => {
  const ONCE = ['publish', 'stackResources'] as const;
  test.each(ONCE)('%s: is gone on with by the retry of the function, not only when the lease is over', async name => {
    stack = await WatchedStack.start();
    await disable(await stack.key());
    stack.settle();
    stack.world.clock.advance(HOUR);
    const failure = fault('events', name);
    await expect(stack.invoke({ [name]: async () => { throw failure; } })).rejects.toBe(failure);
    stack.world.clock.advance(SECONDS_UNTIL_RETRY);
    await stack.invoke();
    expect(told()).toEqual(['found KEY_DISABLED Cvk']);
  });

  test('before it began: what the retry begins does not postpone the next sweep', async () => {
    const INTERVAL = 900;
    stack = await WatchedStack.start({}, { intervalSeconds: INTERVAL });
    await stack.key();
    stack.settle();
    const unread = fault('dynamodb', 'GetItem');
    const readSweep = async () => { throw unread; };
    await expect(stack.invoke({ sweepTable: { readSweep, writeSweep: async () => true } })).rejects.toBe(unread);
    const wake = stack.world.clock.now();
    stack.world.clock.advance(SECONDS_UNTIL_RETRY + 5);
    await stack.invoke();
    stack.world.clock.advance(INTERVAL - (stack.world.clock.now() - wake) / 1000);
    await stack.invoke();
    expect(stack.lines.filter(({ code }) => code === 'SWEEP_COMPLETE')).toHaveLength(2);
  });

  test('is told by its own fault, also when the table does not answer any more', async () => {
    stack = await WatchedStack.start();
    await stack.key();
    stack.settle();
    stack.world.clock.advance(HOUR);
    const failure = fault('cloudformation', 'ListStackResources');
    let writes = 0;
    const sweepTable = {
      readSweep: stack.sweepTable.readSweep.bind(stack.sweepTable),
      writeSweep: async (...args: Parameters<typeof stack.sweepTable.writeSweep>) => {
        writes += 1;
        if (writes > 1) { throw fault('dynamodb', 'PutItem'); }
        return stack.sweepTable.writeSweep(...args);
      },
    };
    await expect(stack.invoke({ sweepTable, stackResources: async () => { throw failure; } })).rejects.toBe(failure);
    expect(writes).toBe(2);
  });
});

describe('a batch that does not fit into the time of the function', () => {
  const KEYS = 4;
  const SLOW_SECONDS = 200;

  /** Every second look of a resource takes so long that there is no time for those of all. */
  const slowSecondLooks = (): { readonly looks: Looks } => {
    const asked = new Set<string>();
    return {
      looks: {
        ...stack.ports.looks,
        getKey: async arn => {
          if (asked.has(arn)) { stack.world.clock.advance(SLOW_SECONDS); }
          asked.add(arn);
          return stack.world.ports.service.getKey(arn);
        },
      },
    };
  };
  const withKeys = async () => {
    stack = await WatchedStack.start();
    for (let index = 0; index < KEYS; index += 1) { await disable(await stack.key({ ReplicationRegions: [] }, `Key${index}`)); }
    stack.settle();
    stack.world.clock.advance(HOUR);
  };

  test('keeps what it has come to, so that no sweep goes on for ever', async () => {
    await withKeys();
    let invocations = 0;
    for (; !stack.counted && invocations < KEYS; invocations += 1) {
      await stack.invoke(slowSecondLooks(), 600);
      stack.world.clock.advance(60);
    }
    expect(stack.counted).toMatchObject({ OutOfSync: KEYS, Watched: KEYS });
    expect(told()).toEqual(Array.from({ length: KEYS }, (_, index) => `found KEY_DISABLED Key${index}`));
  });

  test('never sleeps beyond the end', async () => {
    await withKeys();
    const end = stack.world.clock.now() + INVOCATION_SECONDS * 1000;
    // The first looks take until shortly before the end.
    const getKey: Looks['getKey'] = async arn => {
      stack.world.clock.advance(Math.max(0, (end - stack.world.clock.now()) / 1000 - 30));
      return stack.world.ports.service.getKey(arn);
    };
    await stack.invoke({ looks: { ...stack.ports.looks, getKey } });
    expect(stack.world.clock.now()).toBeLessThanOrEqual(end);
    expect((await stack.sweepTable.readSweep('Watch'))!.progress.kind).toBe('underWay');
  });
});
