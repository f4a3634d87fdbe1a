import * as fc from 'fast-check';
import { KeyTraits } from '../../../../../src/provider/handler/control-plane/port';
import { readKeyBlock } from '../../../../../src/provider/handler/reconcilers/key/material/key-block';
import { KeyBlockHeader, parseKeyBlock, sealKeyBlock } from '../../../../emulator/key-block';
import { attributesFromHeader, isExportable } from '../../../../emulator/key-block-attributes';
import VECTORS from '../../../../emulator/vectors.json';

const HEADER: KeyBlockHeader = { version: 'B', usage: 'C0', algorithm: 'T', mode: 'C', keyVersion: '00', exportability: 'E', optionalBlocks: new Map() };
const CVK: KeyTraits = {
  usage: 'TR31_C0_CARD_VERIFICATION_KEY', keyClass: 'SYMMETRIC_KEY', algorithm: 'TDES_2KEY', modesOfUse: ['Generate', 'Verify'], exportable: true,
};
const KEY = Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex');
const sealed = (header: Partial<KeyBlockHeader> = {}): string =>
  sealKeyBlock({ ...HEADER, ...header }, KEY, Buffer.alloc(24, 7), size => Buffer.alloc(size, 9));
const reason = (block: string, declared: Partial<KeyTraits> = {}): string => {
  const read = readKeyBlock(block, { ...CVK, ...declared });
  return read.kind === 'refused' ? read.reason : '';
};

describe('a key block that can be imported', () => {
  test('its own traits', () => {
    expect(readKeyBlock(sealed(), CVK)).toEqual({ kind: 'block' });
  });

  test.each((VECTORS as any[]).filter(({ kind }) => kind === 'tr31-unwrap').map(({ name, inputs, expected }) => [name, inputs, expected] as const))('published: %s', (_, inputs, expected) => {
    const block: string = inputs.keyBlock;
    const { header } = parseKeyBlock(block);
    const attributes = supported(() => attributesFromHeader(header, Buffer.from(expected, 'hex')));
    if (!attributes) { return; }
    expect(readKeyBlock(block, {
      usage: attributes.KeyUsage,
      keyClass: attributes.KeyClass,
      algorithm: attributes.KeyAlgorithm,
      modesOfUse: Object.keys(attributes.KeyModesOfUse),
      exportable: isExportable(header),
    }).kind).toBe('block');
  });

  test('with the check value of its wrapping key, whatever else stands before it', () => {
    const optionalBlocks = new Map([['CT', '0'.repeat(300)], ['LB', 'Zone'], ['KP', '0008D7B4']]);
    expect(readKeyBlock(sealed({ optionalBlocks }), CVK)).toEqual({ kind: 'block', wrappingKeyCheckValue: { algorithm: 'ANSI_X9_24', value: '08D7B4' } });
  });

  test.each([
    ['ten digits', '0108D7B4A1C2', { algorithm: 'CMAC', value: '08D7B4' }],
    ['many, which may be anything', `00${'08D7B4A1C2'.repeat(4)}`, { algorithm: 'ANSI_X9_24', value: '08D7B4' }],
    ['another method', '0208D7B4', undefined],
    ['too few', '0008D7', undefined],
    ['none', '00XYZXYZ', undefined],
  ])('with a check value of %s, of which six are taken', (_, KP, expected) => {
    expect(readKeyBlock(sealed({ optionalBlocks: new Map([['KP', KP]]) }), CVK)).toEqual({ kind: 'block', wrappingKeyCheckValue: expected });
  });
});

describe('a key block that cannot', () => {
  test.each<[string, string, RegExp]>([
    ['of a payShield, S', `S${sealed()}`, /begins with the S that a payShield puts before/],
    ['of a payShield, R', `R${sealed()}`, /begins with the R that a payShield puts before/],
    ['of another version', sealed().replace(/^B/, 'E'), /does not begin with version A, B, C or D/],
    ['hexadecimal of something else', '0123456789ABCDEF'.repeat(5), /does not begin with version/],
    ['of an Atalla', sealed().replace(/(.{16})/, '$1,'), /Atalla separates by commas/],
    ['with a line break inside', sealed().replace(/(.{40})/, '$1\n'), /white space/],
    ['cut off', sealed().slice(0, -8), /has \d+, and has \d+|says that it has \d+ characters, and has \d+/],
    ['longer than it says', `${sealed()}00`, /says that it has/],
    ['without a length', sealed().replace(/^B..../, 'BABCD'), /length in its second to fifth/],
    ['in lower case', sealed().toLowerCase().replace(/^b/, 'B'), /without a change of case/],
    ['with lower case at its end', sealed().slice(0, 16) + sealed().slice(16).toLowerCase().replace(/\d/g, 'a'), /upper-case hexadecimal/],
    ['with optional blocks that do not fit', sealed().replace(/(.{12})00/, '$105'), /optional blocks whose lengths do not fit|upper-case hexadecimal/],
    ['of a component', sealed({ keyVersion: 'c2' }), /component of a key \(key version c2\)/],
    ['of another usage', sealed({ usage: 'P0' }), /is of usage P0, but declared is TR31_C0_CARD_VERIFICATION_KEY/],
    ['of another algorithm', sealed({ algorithm: 'A' }), /is of algorithm A, but declared is TDES_2KEY/],
    ['of another mode', sealed({ mode: 'G' }), /is of mode of use G, which is Generate, but declared is Generate and Verify/],
    ['of a mode that the service has not', sealed({ mode: 'S' }), /is of mode of use S, but declared/],
    ['that is not exportable', sealed({ exportability: 'N' }), /is not exportable \(N\), but declared is exportable: true, without which no key replicates/],
  ])('%s', (_, block, expected) => {
    expect(reason(block)).toMatch(expected);
  });

  test('that is exportable though declared not to be', () => {
    expect(reason(sealed(), { exportable: false })).toMatch(/is exportable \(E\), but declared is exportable: false/);
  });

  test('is never repeated, whatever was done to it', () => {
    const changes = fc.constantFrom<(block: string, at: number) => string>(
      (block, at) => block.slice(0, at), (block, at) => block.slice(at), (block, at) => `${block.slice(0, at)},${block.slice(at)}`,
    (block, at) => `${block.slice(0, at)}\n${block.slice(at)}`, block => block.toLowerCase(), (block, at) => block.slice(0, at) + block.slice(at).toLowerCase(),
    (block, at) => block.slice(0, at) + (block[at] === 'A' ? 'B' : 'A') + block.slice(at + 1), block => `S${block}`, block => `${block}${block}`,
    );
    fc.assert(fc.property(changes, fc.nat(), fc.constantFrom('B', 'C', 'G', 'N'), (change, at, mode) => {
      const block = change(sealed({ mode }), at % 80);
      const told = reason(block).toLowerCase();
      const secret = block.toLowerCase().slice(16);
      for (let index = 0; index + 8 <= secret.length; index += 1) { expect(told).not.toContain(secret.slice(index, index + 8)); }
    }), { numRuns: 500 });
  });
});

function supported<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
