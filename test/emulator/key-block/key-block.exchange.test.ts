import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import { KeyBlockHeader, KeyBlockVersion, openKeyBlock, parseKeyBlock, sealKeyBlock } from '.';
import { Hex, hex, judge } from '../judge';

const RUNS = 200;
const SEED = 20261128;

interface Exchange {
  readonly header: KeyBlockHeader;
  readonly protectionKey: Buffer;
  readonly key: Buffer;
  /** For the bytes that hide the length of the key. */
  readonly salt: number;
}

const ALPHANUMERIC = [...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
const characters = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...ALPHANUMERIC), { minLength: length, maxLength: length }).map(list => list.join(''));

const bytes = (...sizes: number[]): fc.Arbitrary<Buffer> =>
  fc.constantFrom(...sizes).chain(size => fc.uint8Array({ minLength: size, maxLength: size })).map(array => Buffer.from(array));

/** Data around the length at which a block's length needs more than one byte. */
const optionalData = fc.oneof(fc.integer({ min: 0, max: 20 }), fc.integer({ min: 245, max: 260 })).chain(characters);

const optionalBlocks = fc.uniqueArray(fc.tuple(characters(2).filter(id => id !== 'PB'), optionalData), { selector: ([id]) => id, maxLength: 4 })
  .map(entries => new Map(entries));

const KEYS: Readonly<Record<string, number[]>> = { T: [8, 16, 24], A: [16, 24, 32], H: [20, 32, 64] };

const exchange: fc.Arbitrary<Exchange> = fc.tuple(fc.constantFrom<KeyBlockVersion>('A', 'B', 'C', 'D'), fc.constantFrom('T', 'A', 'H'))
  .chain(([version, algorithm]) => fc.record({
    header: fc.record({
      version: fc.constant(version),
      usage: characters(2),
      algorithm: fc.constant(algorithm),
      mode: characters(1),
      keyVersion: fc.oneof(characters(2), characters(1).map(component => `c${component}`)),
      exportability: characters(1),
      optionalBlocks,
    }),
    protectionKey: version === 'D' ? bytes(16, 24, 32) : bytes(16, 24),
    key: bytes(...KEYS[algorithm]),
    salt: fc.nat(),
  }));

const inputs = fc.sample(exchange, { seed: SEED, numRuns: RUNS });

const seal = ({ header, key, protectionKey, salt }: Exchange): string =>
  sealKeyBlock(header, key, protectionKey, size => createHash('shake256', { outputLength: size }).update(String(salt)).digest());

test('the inputs reach every version and both ways to write a length', () => {
  expect(new Set(inputs.map(input => input.header.version))).toEqual(new Set(['A', 'B', 'C', 'D']));
  const lengths = inputs.flatMap(input => [...input.header.optionalBlocks.values()]).map(data => data.length);
  expect([lengths.some(length => length > 251), lengths.some(length => length < 20)]).toEqual([true, true]);
});

test('psec opens what is sealed here', async () => {
  const calls = inputs.map(input => ({
    function: 'psec.tr31.unwrap',
    arguments: { kbpk: hex(input.protectionKey), key_block: seal(input) },
  }));
  const opened = (await judge(calls)).map(({ value, error }) => error ?? (value as [string, Hex])[1].hex);
  expect(opened).toEqual(inputs.map(({ key }) => key.toString('hex').toUpperCase()));
}, 15 * 60_000);

test('what psec seals is opened here, with the same header', async () => {
  const calls = inputs.map(input => ({
    function: 'psec.tr31.wrap',
    arguments: { kbpk: hex(input.protectionKey), header: parseKeyBlock(seal(input)).headerText, key: hex(input.key) },
  }));
  const sealed = (await judge(calls)).map(({ value, error }) => value as string ?? error);
  const opened = sealed.map((block, index) => openKeyBlock(block, inputs[index].protectionKey));
  expect(opened).toEqual(inputs.map(({ header, key }) => ({ header, key })));
}, 15 * 60_000);

test('psec writes the same header as here', async () => {
  const calls = inputs.map(input => ({
    function: 'psec.tr31.wrap',
    arguments: { kbpk: hex(input.protectionKey), header: parseKeyBlock(seal(input)).headerText, key: hex(input.key) },
  }));
  const headers = (await judge(calls)).map(({ value }) => parseKeyBlock(value as string).headerText);
  expect(headers).toEqual(inputs.map(input => parseKeyBlock(seal(input)).headerText));
}, 15 * 60_000);
