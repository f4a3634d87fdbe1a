/* eslint-disable no-bitwise -- exclusive or is what this is for */
export type RandomBytes = (size: number) => Buffer;

export const fromHex = (text: string): Buffer => Buffer.from(text, 'hex');

/** In upper case, as every answer of the service. */
export const toHex = (bytes: Buffer): string => bytes.toString('hex').toUpperCase();

/** The shorter operand is repeated. */
export const xor = (left: Buffer, right: Buffer): Buffer =>
  Buffer.from(left.map((byte, index) => byte ^ right[index % right.length]));

/** The bytes, filled up with zeros on the left. */
export const leftPadded = (bytes: Buffer, size: number): Buffer => Buffer.concat([Buffer.alloc(Math.max(0, size - bytes.length)), bytes]);
