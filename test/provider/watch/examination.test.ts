import { HOUR, WatchedStack } from './watched-stack';
import { REGIONAL_ALIAS } from '../../../src/provider/contract/regional-alias';
import { REGIONAL_TAGS } from '../../../src/provider/contract/regional-tags';
import { ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { replicaArn } from '../../../src/provider/handler/control-plane/key-arn';
import { Looks } from '../../../src/provider/handler/control-plane/port';
import { FORMAT } from '../../../src/provider/handler/ledger/item';
import { rateLimiter } from '../../../src/provider/handler/quota/rate-limiter';
import { WatchPorts } from '../../../src/provider/handler/watch/ports';
import { REGION } from '../../lifecycle/world';

let stack: WatchedStack;
afterEach(() => stack.close());

const codes = () => stack.findings.map(({ code }) => code);
const denied = (operation: string) => new ServiceFault('accessDenied', 'payment-cryptography', operation, REGION, 'AccessDeniedException', '');

/** Whatever comes first is looked at now: then that is done, once. */
const duringFirstLook = (act: () => Promise<unknown>): Partial<Looks> => {
  let acted = false;
  return {
    getKey: async arn => {
      if (!acted) {
        acted = true;
        await act();
      }
      return stack.world.ports.service.getKey(arn);
    },
  };
};

/** Does something else once, between the first look and the second. */
const betweenLooks = (act: () => Promise<unknown>): Partial<WatchPorts> => {
  let acted = false;
  return {
    pause: async seconds => {
      await stack.ports.pause(seconds);
      if (seconds > 50 && !acted) {
        acted = true;
        await act();
      }
    },
  };
};

/** Answers in turn; the last one ever after. */
const inTurn = (...faults: ReadonlyArray<ServiceFault | undefined>): Pick<Looks, 'getKey'> => {
  let asked = 0;
  return {
    getKey: async arn => {
      const fault = faults[Math.min(asked, faults.length - 1)];
      asked += 1;
      if (fault) { throw fault; }
      return stack.world.ports.service.getKey(arn);
    },
  };
};

async function sweepWith(looks: Partial<Looks>, ports: Partial<WatchPorts> = {}): Promise<void> {
  stack.world.clock.advance(HOUR);
  await stack.invoke({ ...ports, looks: { ...stack.ports.looks, ...looks } });
}

describe('a deployment that ends while a sweep is under way', () => {
  test('is no finding when it deleted a resource', async () => {
    stack = await WatchedStack.start();
    await stack.key({}, 'Cvk');
    const pek = await stack.key({}, 'Pek');
    stack.settle();
    await sweepWith(duringFirstLook(async () => {
      expect(await stack.world.remove(pek, {}, { logicalId: 'Pek' })).toMatchObject({ Status: 'SUCCESS' });
      stack.resources.splice(1, 1);
    }));
    expect([codes(), stack.events, stack.counted.NotWatched]).toEqual([[], [], 0]);
  });

  test('is no finding when it replaced a key', async () => {
    stack = await WatchedStack.start();
    await stack.key({}, 'Cvk');
    const pek = await stack.key({ Replaceable: true }, 'Pek');
    stack.settle();
    await sweepWith(duringFirstLook(async () => {
      const replaced = await stack.world.update(pek, { Replaceable: true }, { Replaceable: true, KeyAlgorithm: 'TDES_3KEY' }, { logicalId: 'Pek' });
      expect(replaced).toMatchObject({ Status: 'SUCCESS', PhysicalResourceId: expect.not.stringMatching(pek) });
      stack.resources[1] = { ...stack.resources[1], physicalId: replaced.PhysicalResourceId };
    }));
    expect([codes(), stack.events, stack.counted.NotWatched]).toEqual([[], [], 0]);
  });

  test('is no finding when it deleted what was not as declared', async () => {
    stack = await WatchedStack.start();
    const keyArn = await stack.key();
    await stack.byHand('StopKeyUsage', { KeyIdentifier: keyArn });
    stack.settle();
    await sweepWith({}, betweenLooks(async () => {
      expect(await stack.world.remove(keyArn)).toMatchObject({ Status: 'SUCCESS' });
      stack.resources.splice(0, 1);
    }));
    expect([codes(), stack.events, stack.counted.NotWatched]).toEqual([[], [], 0]);
  });
});

test('the second look is a minute after the first one was made, also when that one had to wait for the queue', async () => {
  stack = await WatchedStack.start();
  const key = await stack.key();
  await stack.attached('Alias', REGIONAL_ALIAS, { AliasName: 'alias/cvk', KeyArn: key, Regions: [REGION] });
  stack.settle();
  stack.world.clock.advance(HOUR);
  const limiter = rateLimiter(stack.world.ledger, () => stack.world.clock.now());
  for (let ticket = 1; ticket <= 400; ticket += 1) { await limiter.draw(REGION); }
  const times: number[] = [];
  const getAlias: Looks['getAlias'] = async (region, name) => {
    times.push(stack.world.clock.now());
    return times.length === 1 ? `${key.slice(0, -6)}former` : stack.world.ports.service.getAlias(region, name);
  };
  await stack.invoke({ looks: { ...stack.ports.looks, getAlias } });
  expect(times).toHaveLength(2);
  expect(times[1] - times[0]).toBeGreaterThanOrEqual(60_000);
});

describe('looks that were not answered', () => {
  test('are told also when it was another look the second time', async () => {
    stack = await WatchedStack.start();
    await stack.key();
    stack.settle();
    let asked = 0;
    await sweepWith({
      ...inTurn(denied('GetKey'), undefined),
      listTags: async () => { asked += 1; throw denied('ListTagsForResource'); },
    });
    expect(asked).toBeGreaterThan(0);
    expect(stack.findings).toEqual([expect.objectContaining({ code: 'NOT_WATCHED', subject: 'ListTagsForResource' })]);
    expect(stack.counted).toMatchObject({ OutOfSync: 0, NotWatched: 1 });
  });

  test('hide nothing that was found before and after them', async () => {
    stack = await WatchedStack.start();
    await stack.byHand('StopKeyUsage', { KeyIdentifier: await stack.key() });
    stack.settle();
    await sweepWith(inTurn(undefined, denied('GetKey'), undefined));
    expect(codes()).toEqual(['KEY_DISABLED']);
  });

  test('that never stop are told, whatever was seen in between', async () => {
    stack = await WatchedStack.start();
    await stack.byHand('StopKeyUsage', { KeyIdentifier: await stack.key() });
    stack.settle();
    await sweepWith(inTurn(undefined, denied('GetKey')));
    expect(codes()).toEqual(['NOT_WATCHED']);
    expect(stack.counted.NotWatched).toBe(1);
  });
});

test.each([[REGION, 'KEY_MISSING'], ['us-west-2', 'REPLICA_MISSING']])('tags of a key that is not there any more in %s: %s', async (region, code) => {
  stack = await WatchedStack.start();
  const KeyArn = await stack.key();
  await stack.attached('Tags', REGIONAL_TAGS, { KeyArn, Tags: { team: 'cards' }, Regions: [region] });
  stack.settle();
  const gone = new ServiceFault('notFound', 'payment-cryptography', 'ListTagsForResource', region, 'ResourceNotFoundException', '');
  await sweepWith({ listTags: async () => { throw gone; } });
  expect(stack.findings.filter(({ logicalId }) => logicalId === 'Tags')).toEqual([expect.objectContaining({ code, region, keyArn: replicaArn(KeyArn, region) })]);
});

describe('what the table has of a resource', () => {
  test('is not read when another version wrote it', async () => {
    stack = await WatchedStack.start();
    await stack.key();
    stack.world.ledger.items.set('Cvk', { ...stack.world.ledger.items.get('Cvk')!, format: FORMAT + 1 as typeof FORMAT });
    stack.settle();
    await stack.sweep();
    expect(stack.findings).toEqual([expect.objectContaining({ code: 'NOT_WATCHED', message: expect.stringMatching(/format 2, which another version of cdk-multi-region-payment-keys wrote/) })]);
  });

  test('without its large properties is nothing to report', async () => {
    stack = await WatchedStack.start();
    await stack.key();
    const { request, ...item } = stack.world.ledger.items.get('Cvk')!;
    const { digests } = request.properties;
    stack.world.ledger.items.set('Cvk', { ...item, request: { ...request, properties: { kind: 'stored', id: 'Cvk/properties/r1', digests } } });
    stack.settle();
    await stack.sweep();
    expect(stack.findings).toEqual([expect.objectContaining({ code: 'NOT_WATCHED', message: expect.stringMatching(/^the provider's table lost Cvk\/properties\/r1/) })]);
  });
});
