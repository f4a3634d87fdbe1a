import { InventoryAccount, ourTags, PRIMARY, REPLICA, stackId } from './account';
import { MemoryStacks } from './memory-stacks';
import { FinalFailure } from '../../src/inventory/handler/final-failure';
import { inventoryHandler } from '../../src/inventory/handler/handler';
import { Files, InventoryPorts, Keys, Stacks } from '../../src/inventory/handler/ports';
import { inventoryDefinition } from '../../src/inventory/state-machine';
import { Emulator } from '../emulator';

/** Where a function is killed: its process ends, and nothing that it would have done happens. */
class Killed extends Error {}

/** Ports that kill the function after one of its calls, which is before the next one. */
function fatal(ports: InventoryPorts, strikes: (call: number, what: string) => boolean): InventoryPorts {
  let calls = 0;
  let isDead = false;
  const call = async (name: string, act: (...given: unknown[]) => Promise<unknown>, given: unknown[]) => {
    if (isDead) { throw new Killed(); }
    const answer = await act(...given);
    calls += 1;
    isDead = strikes(calls, `${name} ${String(given[0])}`);
    if (isDead) { throw new Killed(); }
    return answer;
  };
  const wrapped = <Port extends object>(port: Port): Port => new Proxy(port, {
    get: (target: any, name: string) => (...given: unknown[]) => call(name, target[name].bind(target), given),
  });
  return { ...ports, keys: wrapped<Keys>(ports.keys), stacks: wrapped<Stacks>(ports.stacks), files: wrapped<Files>(ports.files) };
}

const STACK = stackId('payments');

/** An account with a bit of everything: more keys than stand in one work file, in two Regions, of stacks that exist and are gone. */
async function account(): Promise<InventoryAccount> {
  const one = new InventoryAccount([PRIMARY, REPLICA]);
  const keyArns: string[] = [];
  for (let index = 0; index < 28; index += 1) {
    keyArns.push(await one.createKey({
      ReplicationRegions: index % 4 === 0 ? [REPLICA] : [], tags: { ...ourTags(index % 2 ? STACK : stackId(`gone-${index}`), `K${index}`), note: 'a "quoted", tag' },
    }));
  }
  await one.createKey({ region: REPLICA });
  await one.call('CreateAlias', { AliasName: 'alias/cvk', KeyArn: keyArns[0] });
  one.clock.advance(10);
  one.stacks = new MemoryStacks({ [STACK]: keyArns.slice(0, 20).map((physicalId, index) => ({ type: 'Custom::MultiRegionPaymentKey', logicalId: `K${index}`, physicalId })) }, 15);
  return one;
}

/** Without when each thing was read, which a repetition does later. */
const timeless = (files: Record<string, string>) => Object.fromEntries(Object.entries(files).map(([name, text]) =>
  [name, text.replace(/2026-01-01T\d\d:\d\d:\d\d\.\d{3}Z/g, '<time>').replace(/"(sha256|bytes)": "?\w+"?/g, '"$1": <follows>')]));

/** An execution by hand: as many invocations as it takes, of which one is killed, and then made again from the beginning of its task. */
async function run(one: InventoryAccount, ports: InventoryPorts): Promise<void> {
  const startedAt = new Date(one.clock.now()).toISOString();
  const again = async (task: any): Promise<any> => {
    try {
      return await inventoryHandler(ports)(task, 900_000);
    } catch (error) {
      if (!(error instanceof Killed)) { throw error; }
      return inventoryHandler(one.ports)(task, 900_000);
    }
  };
  const { run: name, regions } = await again({ task: 'begin', attempt: 0, execution: 'execution', startedAt });
  for (const region of regions) {
    while (!(await again({ task: 'readRegion', attempt: 0, run: name, region })).done) { /* reads on */ }
  }
  await again({ task: 'finish', attempt: 0, run: name });
}

describe('an inventory that is killed', () => {
  let undisturbed: Record<string, string>;
  let calls: { readonly call: number; readonly what: string }[];

  beforeAll(async () => {
    const one = await account();
    const seen = new Map<number, string>();
    await run(one, fatal(one.ports, (call, what) => { seen.set(call, what); return false; }));
    undisturbed = timeless(one.published());
    calls = [...seen].map(([call, what]) => ({ call, what }));
    expect(one.rows()).toHaveLength(29);
    // It takes several work files, and calls everything that there is.
    expect(new Set(calls.map(({ what }) => what.split(' ')[0])).size).toBe(10);
    expect(calls.length).toBeGreaterThan(100);
  });

  test('after any call, and made again, has the same files as one that was not, whole and in order', async () => {
    for (const { call, what } of calls) {
      const one = await account();
      // What a reader sees at any moment: never a summary without both tables.
      const create = one.files.create.bind(one.files);
      one.files.create = async (name, text) => {
        await create(name, text);
        const names = Object.keys(one.published());
        if (names.includes('summary.json')) { expect(names.sort()).toEqual(['keys.csv', 'keys.jsonl', 'summary.json']); }
      };
      await run(one, fatal(one.ports, at => at === call));
      expect([what, timeless(one.published())]).toEqual([what, undisturbed]);
      expect([...one.files.objects.keys()].filter(name => name.startsWith('.in-progress/'))).toEqual([]);
      const { files } = one.summary();
      expect(files['keys.csv'].bytes).toBe(Buffer.byteLength(one.published()['keys.csv']));
    }
  }, 120_000);

  test('again and again, comes to its end all the same', async () => {
    for (const period of [58, 64, 75]) {
      const one = await account();
      let kills = 0;
      const persistent = async (task: any): Promise<any> => {
        for (;;) {
          try {
            return await inventoryHandler(fatal(one.ports, call => call === period))(task, 900_000);
          } catch (error) {
            if (!(error instanceof Killed)) { throw error; }
            kills += 1;
          }
        }
      };
      const { run: name, regions } = await persistent({ task: 'begin', attempt: 0, execution: 'execution', startedAt: new Date(one.clock.now()).toISOString() });
      for (const region of regions) {
        while (!(await persistent({ task: 'readRegion', attempt: 0, run: name, region })).done) { /* reads on */ }
      }
      await persistent({ task: 'finish', attempt: 0, run: name });
      expect(kills).toBeGreaterThan(0);
      expect(timeless(one.published())).toEqual(undisturbed);
    }
  });

  test('by Lambda after a time for two keys, keeps each of them', async () => {
    const one = await account();
    const handler = inventoryHandler(one.ports);
    const { run: name, regions } = await handler({ task: 'begin', attempt: 0, execution: 'execution', startedAt: new Date(one.clock.now()).toISOString() }, 900_000) as any;
    let invocations = 0;
    for (const region of regions) {
      do { invocations += 1; } while (!(await handler({ task: 'readRegion', attempt: 0, run: name, region }, 64_000) as any).done);
    }
    await handler({ task: 'finish', attempt: 0, run: name }, 900_000);
    expect(invocations).toBeGreaterThan(28 / 2);
    expect(timeless(one.published())).toEqual(undisturbed);
  });

  test('and still runs while it is made again, leaves no half file and no row twice', async () => {
    const one = await account();
    const startedAt = new Date(one.clock.now()).toISOString();
    const handler = inventoryHandler(one.ports);
    const { run: name } = await handler({ task: 'begin', attempt: 0, execution: 'execution', startedAt }, 900_000) as any;
    const twice = async (task: any) => { await Promise.all([handler(task, 900_000), handler({ ...task, attempt: 1 }, 200_000)]); };
    for (const region of [PRIMARY, REPLICA]) {
      await twice({ task: 'readRegion', attempt: 0, run: name, region });
      while (!(await handler({ task: 'readRegion', attempt: 0, run: name, region }, 900_000) as any).done) { /* reads on */ }
    }
    await Promise.all([handler({ task: 'finish', attempt: 0, run: name }, 900_000), handler({ task: 'finish', attempt: 0, run: name }, 900_000)]);
    expect(timeless(one.published())).toEqual(undisturbed);
  });
});

describe('an inventory that fails', () => {
  const failing = async (prepare: (one: InventoryAccount) => void, regions = [PRIMARY, REPLICA]) => {
    const one = new InventoryAccount(regions, { regionsNotEnabled: ['af-south-1'] });
    await one.createKey({ tags: ourTags(STACK) });
    prepare(one);
    const end = await one.take();
    expect(Object.keys(one.published())).not.toContain('summary.json');
    expect(one.logged('INVENTORY_COMPLETED')).toEqual([]);
    const [line, ...others] = one.logged('INVENTORY_FAILED');
    expect(others).toEqual([]);
    expect(end).toEqual({ status: 'FAILED', error: 'InventoryFailed', cause: line.message });
    return { one, line };
  };
  const denied = (one: InventoryAccount, operation: string) => one.emulator.faults.add({ operation, effect: { kind: 'error', type: 'AccessDeniedException', message: 'not authorized' } });

  test.each(['ListKeys', 'ListAliases', 'GetKey', 'ListTagsForResource'])('because %s is denied, says so after five minutes, and where to look', async operation => {
    const { one, line } = await failing(account_ => denied(account_, operation));
    expect(line).toMatchObject({ level: 'ERROR', task: 'readRegion', region: PRIMARY });
    expect(line.message).toMatch(new RegExp(`^${operation} in us-east-1: AccessDeniedException: not authorized. Nothing was left out instead. Look for`));
    expect(one.clock.now() - Date.UTC(2026, 0, 1)).toBeGreaterThan(300_000);
    expect(one.lines.filter(({ message }) => /^readRegion is made again: /.test(message))).toHaveLength(6);
  });

  test('because a Region is not enabled, names it', async () => {
    const { line } = await failing(() => undefined, [PRIMARY, 'af-south-1']);
    expect(line).toMatchObject({ region: 'af-south-1', message: expect.stringContaining('ListKeys in af-south-1: UnrecognizedClientException') });
    expect(line.message).toContain('or a Region that the account has not enabled');
  });

  test('for a reason that does not pass, ends at once', async () => {
    const { one, line } = await failing(account_ => account_.emulator.faults.add({ operation: 'GetKey', effect: { kind: 'error', type: 'ValidationException', message: 'no' } }));
    expect(line.message).toBe('GetKey in us-east-1: ValidationException: no');
    expect(one.lines).toHaveLength(1);
  });

  test('because a stack cannot be read, does not call its keys orphans', async () => {
    const { line } = await failing(account_ => {
      account_.ports.stacks = { ...account_.ports.stacks, describeStack: async () => { throw new Error('the stack cannot be read'); } };
    });
    expect(line.message).toBe('the stack cannot be read');
  });

  test('can be redriven, and goes on where it was', async () => {
    const one = new InventoryAccount([PRIMARY]);
    for (let index = 0; index < 30; index += 1) { await one.createKey(); }
    const fault = one.emulator.faults.add({ operation: 'GetKey', when: ({ keyArn }) => keyArn === late, effect: { kind: 'error', type: 'ValidationException' } });
    const late = (await one.ports.keys.listKeys(PRIMARY)).keyArns[27];
    const startedAt = one.clock.now();
    expect((await one.take('one', startedAt)).status).toBe('FAILED');
    fault.remove();
    one.emulator.log.clear();
    expect((await one.take('one', startedAt)).status).toBe('SUCCEEDED');
    expect(requests(one.emulator, 'GetKey')).toHaveLength(5);
    expect(requests(one.emulator, 'ListKeys')).toHaveLength(0);
    expect(one.rows()).toHaveLength(30);
  });

  test.each<[string, (one: InventoryAccount) => void, RegExp]>([
    ['more than a day later', one => one.clock.advance(90_000), /begun at 2026-01-01T\S+, more than a day ago/],
    ['by another release', one => { one.ports.settings = { ...one.ports.settings, libraryVersion: '2.0.0' }; }, /begun by version 1.2.3 of the library, and now it is 2.0.0/],
    ['in another format', one => {
      const [[name, text]] = [...one.files.objects];
      one.files.objects.set(name, text.replace('"format":1', '"format":2'));
    }, /begun by version 1.2.3 of the library/],
    ['after somebody removed its work files', one => one.files.objects.clear(), /the work files of inventory\/\S+ are gone/],
  ])('is not gone on with %s', async (_, happens, says) => {
    const one = new InventoryAccount([PRIMARY]);
    const handler = inventoryHandler(one.ports);
    const { run: name } = await handler({ task: 'begin', attempt: 0, execution: 'e', startedAt: '2026-01-01T00:00:00.000Z' }, 900_000) as any;
    happens(one);
    for (const task of [{ task: 'readRegion', attempt: 0, run: name, region: PRIMARY }, { task: 'finish', attempt: 0, run: name }] as const) {
      await expect(handler(task, 900_000)).rejects.toThrow(says);
      await expect(handler(task, 900_000)).rejects.toThrow(FinalFailure);
    }
  });

  test.each(['us-east-1/listing.json', 'us-east-1/keys-00000.jsonl', 'us-east-1/stacks-00000.jsonl'])('because the work file %s is missing, makes no table', async file => {
    const one = new InventoryAccount([PRIMARY]);
    await one.createKey({ tags: file.includes('stacks') ? ourTags(STACK) : {} });
    const handler = inventoryHandler(one.ports);
    const { run: name } = await handler({ task: 'begin', attempt: 0, execution: 'e', startedAt: '2026-01-01T00:00:00.000Z' }, 900_000) as any;
    expect(await handler({ task: 'readRegion', attempt: 0, run: name, region: PRIMARY }, 900_000)).toEqual({ done: true });
    expect(one.files.objects.delete(`.in-progress/${name}/${file}`)).toBe(true);
    await expect(handler({ task: 'finish', attempt: 0, run: name }, 900_000)).rejects.toThrow('work files of us-east-1 are missing');
    expect(one.published()).toEqual({});
  });

  test.each([[undefined], [null], [{}], [{ task: 'other' }]])('because it was given %j, says what to do', async task => {
    await expect(inventoryHandler(new InventoryAccount().ports)(task as never, 900_000)).rejects.toThrow('Start an execution of that instead');
  });
});

test('two executions that begin at the same second have folders of their own', async () => {
  const one = new InventoryAccount([PRIMARY]);
  await one.createKey();
  const startedAt = one.clock.now();
  await one.take('one', startedAt);
  await one.take('two', startedAt);
  const folders = new Set([...one.files.objects.keys()].map(name => name.split('/')[0]));
  expect(folders.size).toBe(2);
  for (const folder of folders) { expect(folder).toMatch(/^2026-01-01T000000Z-[0-9a-f]{8}$/); }
});

test('a deployment that changes the Regions does not change a run that has begun', async () => {
  const one = new InventoryAccount([PRIMARY, REPLICA]);
  const handler = inventoryHandler(one.ports);
  const begin = { task: 'begin', attempt: 0, execution: 'e', startedAt: '2026-01-01T00:00:00.000Z' } as const;
  const first = await handler(begin, 900_000);
  one.ports.settings = { ...one.ports.settings, regions: ['eu-west-1'] };
  expect(await handler(begin, 900_000)).toEqual(first);
});

test('the state machine repeats what the function does not call final, and nothing else', () => {
  const { States: { Begin, ReadRegions, Finish } } = inventoryDefinition('arn') as any;
  for (const { Retry } of [Begin, ReadRegions.ItemProcessor.States.ReadRegion, Finish]) {
    expect(Retry).toEqual([{ ErrorEquals: ['InventoryFailed'], MaxAttempts: 0 }, { ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: 6 }]);
  }
});

function requests({ log }: Emulator, operation: string) {
  return log.entries.filter(entry => entry.operation === operation);
}
