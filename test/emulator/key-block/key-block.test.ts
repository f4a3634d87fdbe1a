import { randomBytes } from 'node:crypto';
import * as fc from 'fast-check';
import { hmacHashCode, hmacHashOf, KeyBlockError, KeyBlockFault, KeyBlockHeader, KeyBlockVersion, openKeyBlock, parseKeyBlock, sealKeyBlock } from '.';

const VERSIONS: KeyBlockVersion[] = ['A', 'B', 'C', 'D'];
const PROTECTION_KEY = Buffer.from('603DEB1015CA71BE2B73AEF0857D7781', 'hex');
const KEY = Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex');

const headerOf = (version: KeyBlockVersion, more: Partial<KeyBlockHeader> = {}): KeyBlockHeader =>
  ({ version, usage: 'C0', algorithm: 'T', mode: 'C', keyVersion: '00', exportability: 'E', optionalBlocks: new Map([['KS', '00604B120F9292800000']]), ...more });

const seal = (version: KeyBlockVersion, more?: Partial<KeyBlockHeader>): string =>
  sealKeyBlock(headerOf(version, more), KEY, PROTECTION_KEY, randomBytes);

function faultOf(action: () => unknown): KeyBlockFault | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    if (error instanceof KeyBlockError) return error.fault;
    throw error;
  }
}

const openFault = (block: string, key: Buffer = PROTECTION_KEY): KeyBlockFault | undefined => faultOf(() => openKeyBlock(block, key));

describe.each(VERSIONS)('version %s', version => {
  test('opens to what was sealed', () => {
    expect(openKeyBlock(seal(version), PROTECTION_KEY)).toEqual({ header: headerOf(version), key: KEY });
  });

  test('refuses a block in which any one character was changed', () => {
    const block = seal(version);
    for (let position = 0; position < block.length; position += 1) {
      const other = block[position] === '1' ? '2' : '1';
      const changed = block.slice(0, position) + other + block.slice(position + 1);
      expect([position, openFault(changed)]).toEqual([position, expect.any(String)]);
    }
  });

  test('refuses a block that was cut off anywhere, or continued', () => {
    const block = seal(version);
    for (let length = 0; length < block.length; length += 1) {
      expect([length, openFault(block.slice(0, length))]).toEqual([length, length === 0 ? 'unknown version' : length < 5 ? 'malformed header' : 'wrong length']);
    }
    expect(openFault(`${block}00`)).toBe('wrong length');
  });

  test('refuses another protection key', () => {
    const other = Buffer.from(PROTECTION_KEY);
    other[0] += 2;
    expect(openFault(seal(version), other)).toBe('not authentic');
  });

  test('hides the length of the key', () => {
    const lengths = [16, 24].map(size => sealKeyBlock(headerOf(version), Buffer.alloc(size, 1), PROTECTION_KEY, randomBytes).length);
    expect(lengths[0]).toBe(lengths[1]);
  });
});

test('hexadecimal digits of the body may be small, characters of the header may not', () => {
  const block = seal('B');
  const { headerText, bodyText } = parseKeyBlock(block);
  expect(openFault(headerText + bodyText.toLowerCase())).toBeUndefined();
  expect(openFault(headerText.toLowerCase() + bodyText)).toBe('unknown version');
});

test.each<[string, KeyBlockFault, string]>([
  ['nothing', 'unknown version', ''],
  ['an unknown version', 'unknown version', 'E0096C0TC00E0000'],
  ['a prefix of an HSM', 'unknown version', `S${seal('B')}`],
  ['no length', 'malformed header', 'BXXXX'],
  ['another length', 'wrong length', 'B0020C0TC00E0000'],
  ['no number of optional blocks', 'malformed header', 'B0016C0TC00EXX00'],
  ['an optional block that is not there', 'malformed optional block', 'B0016C0TC00E0100'],
  ['an optional block without a length', 'malformed optional block', 'B0020C0TC00E0100KSXX'],
  ['an optional block shorter than its own prefix', 'malformed optional block', 'B0020C0TC00E0100KS03'],
  ['an optional block that ends outside', 'malformed optional block', 'B0020C0TC00E0100KS0A'],
  ['an extended length without digits', 'malformed optional block', 'B0022C0TC00E0100KS0000'],
  ['an extended length that ends outside', 'malformed optional block', 'B0024C0TC00E0100KS0002FF'],
  ['an optional block twice', 'malformed optional block', 'B0024C0TC00E0200KS04KS04'],
  ['no body', 'malformed body', 'B0016C0TC00E0000'],
  ['a body that is not hexadecimal', 'malformed body', 'B0018C0TC00E0000ZZ'],
  ['half a byte', 'malformed body', 'B0017C0TC00E0000A'],
  ['half a cipher block', 'malformed body', `B0040C0TC00E0000${'A'.repeat(24)}`],
])('%s: %s', (_title, fault, block) => {
  expect(openFault(block)).toBe(fault);
});

test('a protection key of the wrong kind is refused, with the sizes that would fit', () => {
  expect(() => openKeyBlock(seal('D'), Buffer.alloc(8))).toThrow('A key block of version D needs a protection key of 128, 192, 256 bits, not of 64.');
  expect(faultOf(() => sealKeyBlock(headerOf('B'), KEY, Buffer.alloc(32), randomBytes))).toBe('unsuitable protection key');
});

test('what would be no key block is not made', () => {
  expect(faultOf(() => seal('B', { usage: 'c0' }))).toBe('malformed header');
  expect(faultOf(() => seal('B', { optionalBlocks: new Map([['10', 'A'.repeat(9999)]]) }))).toBe('wrong length');
});

test('the hash of an HMAC key stands in its HM block', () => {
  expect(hmacHashOf(new Map([['HM', hmacHashCode('SHA384')]]))).toBe('SHA384');
  expect(hmacHashCode('SHA256')).toBe('21');
  expect(hmacHashOf(new Map([['HM', 'length']]))).toBeUndefined();
  expect(hmacHashOf(new Map())).toBeUndefined();
});

test('any text is a key block or refused', () => {
  const texts = fc.oneof(fc.string(), fc.string({ maxLength: 40 }).map(tail => {
    const block = `B____C0TC00E01${tail}`;
    return block.replace('____', String(block.length).padStart(4, '0'));
  }));
  fc.assert(fc.property(texts, text => openFault(text) !== undefined), { seed: 7, numRuns: 2000 });
});
