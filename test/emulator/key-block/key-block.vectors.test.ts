import { KeyBlockError, openKeyBlock, parseKeyBlock } from '.';
import vectors from '../vectors.json';

interface Vector {
  readonly name: string;
  readonly kind: string;
  readonly inputs: { readonly kbpk: string; readonly keyBlock: string };
  readonly expected: string;
  readonly header?: Record<string, unknown> & { readonly optional: Record<string, string> };
}

const ofKind = (kind: string): Vector[] => (vectors as unknown as Vector[]).filter(vector => vector.kind === kind);

test.each(ofKind('tr31-unwrap'))('$name', ({ inputs, expected, header }) => {
  const opened = openKeyBlock(inputs.keyBlock, Buffer.from(inputs.kbpk, 'hex'));
  expect(opened.key.toString('hex').toUpperCase()).toBe(expected.toUpperCase());
  const { optional, ...fixed } = header!;
  expect(opened.header).toEqual({ ...fixed, optionalBlocks: new Map(Object.entries(optional)) });
  expect(parseKeyBlock(inputs.keyBlock).header).toEqual(opened.header);
});

test.each(ofKind('tr31-refuse'))('$name', ({ inputs }) => {
  expect(() => openKeyBlock(inputs.keyBlock, Buffer.from(inputs.kbpk, 'hex'))).toThrow(KeyBlockError);
});

test('there are such vectors', () => {
  expect([ofKind('tr31-unwrap').length, ofKind('tr31-refuse').length]).toEqual([21, 6]);
});
