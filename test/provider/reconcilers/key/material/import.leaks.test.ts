import { inspect } from 'util';
import * as fc from 'fast-check';
import { KeyMaterial, WrappedKeyReference } from '../../../../../src/provider/contract/key-material';
import { KeyProperties } from '../../../../../src/provider/contract/multi-region-payment-key';
import { ServiceFault } from '../../../../../src/provider/handler/control-plane/fault';
import { WrappedKeyText } from '../../../../../src/provider/handler/control-plane/wrapped-keys';
import { materialId } from '../../../../../src/provider/handler/reconcilers/key/material/identity';
import { effects, ErrorType, Fault, FaultEffect, logLine } from '../../../../emulator';
import { withOddParity } from '../../../../emulator/key-material';
import { redacted } from '../../../../emulator/redaction';
import { bytes } from '../../../../lifecycle/random';
import { TaskError } from '../../../../lifecycle/state-machine';
import { Answer, Declared, REGION, World } from '../../../../lifecycle/world';
import { CEREMONIES, Ceremony, kept, keptAsParameter, Occasion, Place, SHARED_KEY } from '../ceremonies';
import { LeakSearch } from './leak-search';

/*
 * What is read to be imported stands nowhere afterwards. Keys live their whole lives here, created, updated, replaced, rolled back and
 * deleted, under faults that repeat what they were given; then everything that somebody may see is searched for the
 * wrapped key, the clear key, and whatever else was kept in the same secret.
 */

const METHODS = ['TR31', 'ECDH_TR31', 'TR34', 'RSA_CRYPTOGRAM', 'AS2805'] as const;
type Method = typeof METHODS[number];

/** What a custodian may get wrong: makes another text of what is stored. */
type Damage = (stored: string, wrapped: string, clear: string) => string;
const DAMAGES: Readonly<Record<string, Damage>> = {
  'cut off': (stored, wrapped) => stored.replace(wrapped, wrapped.slice(0, -1)),
  'in the other case': (stored, wrapped) => stored.replace(wrapped, /[a-z]/.test(wrapped) ? wrapped.toUpperCase() : wrapped.toLowerCase()),
  'with the letter of a payShield': (stored, wrapped) => stored.replace(wrapped, `S${wrapped}`),
  'with a comma': (stored, wrapped) => stored.replace(wrapped, `${wrapped.slice(0, 40)},${wrapped.slice(40)}`),
  'in two lines': (stored, wrapped) => stored.replace(wrapped, `${wrapped.slice(0, 40)}\\n${wrapped.slice(40)}`),
  'tampered with': (stored, wrapped) => stored.replace(wrapped, wrapped.slice(0, -1) + (wrapped.endsWith('0') ? '1' : '0')),
  'without a name': (_, wrapped) => wrapped,
  'under other names': stored => stored.replace(/"(\w+)":/g, '"$1-":'),
  'in the clear': (_, __, clear) => clear,
  'in the clear, where it belongs': (stored, wrapped, clear) => stored.replace(wrapped, clear),
  'in place of the token': (stored, wrapped) => stored.replace(/import-token-\w+/, wrapped.slice(0, 64)),
  'with the clear key in place of the token': (stored, _, clear) => stored.replace(/import-token-\w+/, clear),
  'in place of the nonce': (stored, wrapped) => stored.replace(/("randomNonce":")\w+/, `$1${wrapped}`),
  'with the clear key in place of the time': (stored, _, clear) => stored.replace(/("parametersValidUntil":")[^"]+/, `$1${clear}`),
  'with the clear key before the certificate': (stored, _, clear) => stored.replace(/(-----BEGIN CERTIFICATE)/, `${clear}\\n$1`),
};

/** What goes wrong at an import, told what the service is given. */
type Trouble = (given: readonly string[]) => readonly Fault[];
const READS = ['GetSecretValue', 'GetParameter'];
const ECHOED: readonly ErrorType[] = ['ValidationException', 'ConflictException', 'AccessDeniedException', 'ThrottlingException', 'InternalServerException', 'ServiceQuotaExceededException'];
const echo = (given: readonly string[], change: (text: string) => string) => `1 validation error detected: Value '${given.map(change).join(' ')}' failed to satisfy constraint`;
const importing = (effect: FaultEffect, times?: number): Fault => ({ operation: 'ImportKey', effect, times });
const reading = (effect: FaultEffect, times?: number): Fault => ({ operation: READS, effect, times });
const TROUBLES: Readonly<Record<string, Trouble>> = {
  'none': () => [],
  ...Object.fromEntries(ECHOED.flatMap((type): Array<[string, Trouble]> => [
    [`a refusal that repeats its input: ${type}`, given => [importing({ kind: 'error', type, message: echo(given, text => text) })]],
    [`one refusal that repeats its input in lower case: ${type}`, given => [importing({ kind: 'error', type, message: echo(given, text => text.toLowerCase()) }, 1)]],
    [`a refusal that repeats a part of its input: ${type}`, given => [importing({ kind: 'error', type, message: echo(given, text => `…${text.slice(-12, -3)}…`) })]],
  ])),
  'a failure that executes the import': given => [importing({ kind: 'error', type: 'InternalServerException', message: echo(given, text => text), executed: true }, 1)],
  'a lost answer': () => [importing(effects.responseLost(), 1)],
  'a lost request': () => [importing(effects.requestLost(), 1)],
  'throttling': () => [importing(effects.throttle(), 4), reading({ kind: 'error', type: 'ThrottlingException' }, 2)],
  'a denied secret': () => [reading(effects.accessDenied())],
  'a secret that is denied at first': () => [reading(effects.accessDenied(), 3)],
  'a denied KMS key': () => [reading(effects.kmsDenied())],
  'a KMS key that is gone': () => [reading(effects.decryptionFailure())],
  'a secret that is gone': () => [reading(effects.notFound())],
  'a failing store': () => [reading(effects.internalServiceError(), 3)],
  'a lost secret': () => [reading(effects.responseLost(), 2)],
  'looks and tags that fail': () => [{ operation: ['GetKey', 'ListTagsForResource', 'TagResource'], effect: effects.internalServerError(), times: 4 }],
};

interface Life {
  readonly seed: number;
  readonly method: Method;
  readonly version: 'A' | 'B' | 'C';
  /** The digits of the wrapping key's check value in the block, if it has them. */
  readonly claimed: string | undefined;
  readonly hasOthers: boolean;
  readonly damage: string | undefined;
  readonly trouble: string;
  readonly troubleAt: 'creation' | 'replacement';
  /** The function dies at this step. */
  readonly interruption: { readonly step: number; readonly when: 'before' | 'after' } | undefined;
  readonly failing: 'a Region that fails' | 'another check value' | 'a Region that never comes';
  readonly ending: 'rolled back' | 'cleaned up';
}

const lives: fc.Arbitrary<Life> = fc.record({
  seed: fc.noBias(fc.integer({ min: 1, max: 2 ** 31 - 1 })),
  method: fc.constantFrom(...METHODS),
  version: fc.constantFrom('A', 'B', 'C'),
  claimed: fc.constantFrom(...Array<undefined>(9).fill(undefined), '00A1B2C3', '01A1B2C3D4E5', `01${'A1B2C3D4E5F60718'.repeat(2)}`),
  hasOthers: fc.boolean(),
  damage: fc.constantFrom(...Object.keys(DAMAGES).flatMap(name => [undefined, undefined, name])),
  trouble: fc.constantFrom(...Object.keys(TROUBLES)),
  troubleAt: fc.constantFrom('creation', 'creation', 'replacement'),
  interruption: fc.option(fc.record({ step: fc.nat(5), when: fc.constantFrom('before', 'after') })),
  failing: fc.constantFrom('a Region that fails', 'another check value', 'a Region that never comes'),
  ending: fc.constantFrom('rolled back', 'cleaned up'),
}).map(life => ({ ...life, interruption: life.interruption ?? undefined }) as Life);

/** Everything that somebody may see, by where it is seen. */
class Witness {
  private readonly seen = new Map<string, string[]>();
  /** What this test had the service say, which is no leak of anybody's. */
  readonly injected = new Set<string>();
  /** Public values that look like hexadecimal. By chance one of them may share eight digits with a secret, as random ids and times may. */
  readonly digests = new Set<string>();

  constructor(readonly world: World) {
    const { handler, ledger } = world;
    const [write, writeProperties] = [ledger.write.bind(ledger), ledger.writeProperties.bind(ledger)];
    Object.assign(world, {
      handler: async (event: unknown) => {
        this.see('events', JSON.stringify(event));
        try {
          return await handler(event);
        } catch (error) {
          // Lambda logs whatever is thrown, with its members.
          this.see('thrown errors', inspect(error, { depth: Infinity, maxStringLength: Infinity }));
          throw error;
        }
      },
    });
    Object.assign(ledger, {
      write: (item: any) => {
        this.see('items of the ledger', JSON.stringify(item));
        Object.values(item.request.properties.digests).forEach(digest => this.digests.add(digest as string));
        return write(item);
      },
      writeProperties: (id: string, json: string) => {
        this.see('properties in the ledger', json);
        return writeProperties(id, json);
      },
    });
    for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
      jest.spyOn(console, method).mockImplementation((...args) => this.see('console', inspect(args, { depth: Infinity })));
    }
    world.emulator.log.listen(entry => {
      // A duration has many digits, of no meaning.
      const told = `${JSON.stringify(redacted({ ...entry, durationMilliseconds: 0 }))}\n${logLine(entry)}`;
      this.see('log of the emulator', [...this.injected].reduce((text, message) => text.replaceAll(message, '(said by the test)'), told));
    });
  }

  see(where: string, text: string): void {
    this.seen.set(where, [...this.seen.get(where) ?? [], text]);
  }

  /** What was seen since the last call. */
  take(): ReadonlyMap<string, string> {
    const { stateMachine, answers, logLines, ledger, emulator } = this.world;
    for (const { input, history, name, data } of stateMachine.executions.splice(0)) {
      this.see('inputs of executions', `${name} ${input}`);
      this.see('states of executions', `${history.join('\n')}\n${JSON.stringify(data)}`);
    }
    answers.forEach(all => all.forEach(({ body }) => this.see('answers', body)));
    answers.clear();
    this.see('log lines', logLines.splice(0).join('\n'));
    this.see('rate limiters', JSON.stringify([...ledger.limiters]));
    ledger.items.clear();
    ledger.properties.clear();
    emulator.log.clear();
    const unlikeHexadecimal = (text: string) => [...this.digests].reduce((rest, digest) => rest.replaceAll(digest, '(digest)'), text)
      .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g, '(random id)')
      .replace(/\b1[78]\d{8}(\d{3})?(\.\d+)?\b/g, '(time)');
    const taken = new Map([...this.seen].map(([where, texts]) => [where, unlikeHexadecimal([...new Set(texts)].join('\n'))]));
    for (const each of [this.seen, this.digests, this.injected]) { each.clear(); }
    return taken;
  }
}

const leaksIn = (seen: ReadonlyMap<string, string>, search: LeakSearch) =>
  [...seen].flatMap(([where, text]) => search.in(text).map(run => `${run} in ${where}`));

const placeOf = ({ emulator, clock }: World): Place =>
  ({ emulator, clock, byHand: (operation, input) => emulator.call(operation, input, { region: REGION }) });

interface Wrapped extends Ceremony {
  readonly secrets: readonly string[];
}

/** A custodian wraps a key, and stores it as well as they can. */
async function ceremonyOf(world: World, life: Life, count: number): Promise<Wrapped> {
  const place = placeOf(world);
  const random = bytes(life.seed + count);
  const key = withOddParity(random(16));
  const others = life.hasOthers
    ? { 'previous': random(40).toString('hex').toUpperCase(), 'pass phrase': random(18).toString('base64'), 'components': [random(16).toString('hex'), { check: random(8).toString('hex') }] }
    : undefined;
  const nonce = random(8);
  const occasion: Occasion = {
    key, others, nonce, header: { version: life.version, optionalBlocks: new Map(life.claimed === undefined || count > 0 ? [] : [['KP', life.claimed]]) },
  };
  const { declared, stored: wrapped } = await CEREMONIES[life.method](place, occasion);
  const texts = others ? [others.previous, others['pass phrase'], others.components[0] as string, (others.components[1] as { check: string }).check] : [];
  const isBlock = life.method === 'TR31' || life.method === 'ECDH_TR31';
  const done: Wrapped = {
    declared: { ...declared, ReplicationRegions: ['us-west-2'] },
    stored: wrapped,
    // A block may be padded with zeros, and a payload repeats the nonce, which is public.
    secrets: [key.toString('hex'), SHARED_KEY.toString('hex'), ...isBlock ? wrapped.slice(16).split(/PB[0-9A-F]{2}0+/) : wrapped.split(nonce.toString('hex')), ...texts],
  };
  return life.damage === undefined || count > 0 ? done : damaged(place, world.ports, done, DAMAGES[life.damage], key.toString('hex').toUpperCase());
}

async function damaged(place: Place, { wrappedKeys }: World['ports'], done: Wrapped, damage: Damage, clear: string): Promise<Wrapped> {
  const { WrappedKey } = done.declared.Material as Extract<KeyMaterial, { readonly WrappedKey: unknown }>;
  const read = await wrappedKeys.readWrappedKey(WrappedKey);
  const stored = read.kind === 'text' ? read.text : '';
  const text = damage(stored, done.stored, clear);
  const other = WrappedKey.Service === 'SECRETS_MANAGER' ? kept(place, text, WrappedKey.Field) : keptAsParameter(place, text, WrappedKey.Field);
  return { ...done, declared: { ...done.declared, Material: { ...done.declared.Material, WrappedKey: other } as KeyMaterial } };
}

/** How often what happened: otherwise, nobody would know whether these lives go anywhere. */
type Tally = Map<string, number>;

let count = 0;

/** A whole life, and the secrets that were in it. */
async function live(witness: Witness, life: Life, tally: Tally): Promise<readonly string[]> {
  const { world } = witness;
  const { emulator } = world;
  const logicalId = `Key${count += 1}`;
  let requests = 0;
  const noted = (what: string, { Status }: Answer) => { tally.set(`${what}: ${Status}`, (tally.get(`${what}: ${Status}`) ?? 0) + 1); };
  const named = () => ({ logicalId, requestId: `request-${count}-${requests += 1}` });
  const create = (declared: Declared) => world.create(declared, named());
  const update = (id: string, old: Declared, declared: Declared) => world.update(id, old, declared, named());
  const remove = async (id: string, declared: Declared) => noted('deletion', await world.remove(id, declared, named()));

  const first = await ceremonyOf(world, life, 0);
  const second = await ceremonyOf(world, life, 1);
  for (const { declared } of [first, second]) { witness.digests.add(materialId(declared.Material!)); }
  const underTrouble = async (wrapped: Wrapped, act: () => Promise<Answer>): Promise<Answer> => {
    const faults = TROUBLES[life.trouble]([wrapped.stored.toUpperCase(), ...wrapped.secrets]);
    for (const fault of faults) {
      emulator.faults.add(fault);
      if (fault.effect.kind === 'error' && fault.effect.message) { witness.injected.add(fault.effect.message); }
    }
    let step = 0;
    world.around = async (payload, run) => {
      const isCut = payload.task === 'step' && life.interruption?.step === (step += 1);
      if (isCut && life.interruption.when === 'before') { throw new TaskError('Sandbox.Timedout', 'Task timed out after 60.00 seconds'); }
      const result = await run();
      if (isCut) { throw new TaskError('Sandbox.Timedout', 'Task timed out after 60.00 seconds'); }
      return result;
    };
    const answer = await act();
    world.around = (_, run) => run();
    emulator.faults.clear();
    return answer;
  };
  const at = (when: Life['troubleAt'], wrapped: Wrapped, act: () => Promise<Answer>) => life.troubleAt === when ? underTrouble(wrapped, act) : act();

  let declared: KeyProperties = first.declared;
  let { PhysicalResourceId: id, ...created } = await at('creation', first, () => create(declared));
  noted('creation', created as Answer);
  if (created.Status === 'FAILED') {
    await remove(id, declared);
    // Somebody mends it.
    declared = second.declared;
    ({ PhysicalResourceId: id, ...created } = await create(declared));
    noted('second creation', created as Answer);
    if (created.Status === 'FAILED') {
      await remove(id, declared);
      return [...first.secrets, ...second.secrets];
    }
  }
  const tagged = { ...declared, Tags: { team: 'cards' } };
  noted('update', await update(id, declared, tagged));

  const wrong: Declared = life.failing === 'another check value'
    ? { ...tagged, ExpectedKeyCheckValue: '000000' }
    : { ...tagged, ReplicationRegions: ['us-west-2', 'eu-west-1'], ReplicationTimeoutInMinutes: 5 };
  emulator.setReplicationOutcome('eu-west-1', { kind: life.failing === 'a Region that fails' ? 'fails' : 'stays in progress' });
  noted('failing update', await update(id, tagged, wrong));
  noted('rollback of it', await update(id, wrong, tagged));
  emulator.setReplicationOutcome('eu-west-1', { kind: 'synchronizes' });

  const third = await ceremonyOf(world, life, 2);
  witness.digests.add(materialId(third.declared.Material!));
  const other = { ...tagged, Material: third.declared.Material, Replaceable: true };
  const replaced = await at('replacement', third, () => update(id, tagged, other));
  noted('replacement', replaced);
  if (replaced.Status === 'FAILED') {
    noted('rollback of it', await update(id, other, tagged));
    await remove(id, tagged);
  } else if (life.ending === 'rolled back') {
    noted('rollback of it', await update(replaced.PhysicalResourceId, other, tagged));
    await remove(replaced.PhysicalResourceId, other);
    await remove(id, tagged);
  } else {
    await remove(id, tagged);
    await remove(replaced.PhysicalResourceId, other);
  }
  return [first, second, third].flatMap(({ secrets }) => secrets);
}

async function inWorld<T>(run: (witness: Witness) => Promise<T>): Promise<T> {
  const world = await World.start({ tps: Infinity });
  try {
    return await run(new Witness(world));
  } finally {
    jest.restoreAllMocks();
    await world.close();
  }
}

test('in 200 lives, whatever goes wrong, nothing stands anywhere', async () => {
  const tally: Tally = new Map();
  const seenPlaces = new Set<string>();
  await inWorld(async witness => fc.assert(fc.asyncProperty(lives, async life => {
    const secrets = await live(witness, life, tally);
    const seen = witness.take();
    for (const where of seen.keys()) { seenPlaces.add(where); }
    expect(leaksIn(seen, new LeakSearch(secrets))).toEqual([]);
  }), { numRuns: 200, seed: 14, endOnFailure: true }));
  // These lives go everywhere, and were seen everywhere.
  const often = (what: string) => tally.get(what) ?? 0;
  for (const what of ['creation: SUCCESS', 'creation: FAILED', 'replacement: SUCCESS', 'replacement: FAILED']) { expect([what, often(what) >= 20]).toEqual([what, true]); }
  for (const what of ['update: SUCCESS', 'failing update: FAILED', 'rollback of it: SUCCESS', 'deletion: SUCCESS']) { expect([what, often(what) >= 200]).toEqual([what, true]); }
  expect([...seenPlaces].sort()).toEqual(PLACES.filter(place => !QUIET.includes(place)).sort());
}, 600_000);

/** Where a careless handler could put what it read. */
const CARELESSNESS: Readonly<Record<string, (world: World, leak: string) => void>> = {
  'log lines': ({ ports }, leak) => ports.log.info(`read ${leak}`),
  'items of the ledger': ({ ledger }, leak) => {
    const write = ledger.write.bind(ledger);
    ledger.write = item => write({ ...item, request: { ...item.request, leftBehind: [leak] } });
  },
  'properties in the ledger': ({ ledger }, leak) => { void ledger.writeProperties('read', leak); },
  'states of executions': (world, leak) => { world.around = async (_, run) => ({ ...await run() as object, leak }); },
  'inputs of executions': ({ stateMachine }, leak) => {
    stateMachine.start('careless', { leak });
    // Nobody works on it.
    Object.assign(stateMachine.executions.at(-1)!, { status: 'SUCCEEDED' });
  },
  'thrown errors': ({ ledger }, leak) => {
    const read = ledger.read.bind(ledger);
    ledger.read = async () => {
      ledger.read = read;
      throw Object.assign(new Error('no item was read'), { leak });
    };
  },
  'answers': (_, leak) => { throw new ServiceFault('invalid', 'secretsmanager', 'GetSecretValue', REGION, 'InvalidRequestException', leak); },
  'events': (world, leak) => { void world.handler({ leak }).catch(() => undefined); },
  'rate limiters': ({ ledger }, leak) => { void ledger.draw(leak, 0); },
  'log of the emulator': ({ emulator }, leak) => { void emulator.call('GetKey', { KeyIdentifier: leak }, { region: REGION }).catch(() => undefined); },
  'console': (_, leak) => console.warn('read %s', leak),
};
const PLACES = Object.keys(CARELESSNESS);
/** Where nothing at all is told as long as nothing is careless. */
const QUIET = ['thrown errors', 'console'];

const QUIET_LIFE: Life = {
  seed: 7,
  method: 'TR31',
  version: 'B',
  claimed: undefined,
  hasOthers: false,
  damage: undefined,
  trouble: 'none',
  troubleAt: 'replacement',
  interruption: undefined,
  failing: 'another check value',
  ending: 'cleaned up',
};

test.each(Object.entries(CARELESSNESS))('eight characters in %s would be found', async (where, leak) => {
  await inWorld(async witness => {
    const { world } = witness;
    const { wrappedKeys } = world.ports;
    let hasLeaked = false;
    Object.assign(world.ports, {
      wrappedKeys: {
        readWrappedKey: async (reference: WrappedKeyReference): Promise<WrappedKeyText> => {
          const read = await wrappedKeys.readWrappedKey(reference);
          if (!hasLeaked && read.kind === 'text') {
            hasLeaked = true;
            leak(world, read.text.slice(20, 28));
          }
          return read;
        },
      },
    });
    const secrets = await live(witness, QUIET_LIFE, new Map());
    expect(leaksIn(witness.take(), new LeakSearch(secrets))).toContainEqual(expect.stringMatching(new RegExp(`^[0-9a-f]{8} in ${where}$`)));
  });
});
