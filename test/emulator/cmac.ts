/* eslint-disable no-bitwise -- the algorithm of NIST SP 800-38B is defined on bits */
const REDUCTION: Record<number, number> = { 8: 0x1b, 16: 0x87 };

const xor = (left: Buffer, right: Buffer): Buffer => Buffer.from(left.map((byte, index) => byte ^ right[index]));

/** Multiplies by x in the field of the block's size. */
function double(block: Buffer): Buffer {
  const doubled = Buffer.from(block.map((byte, index) => ((byte << 1) & 0xff) | ((block[index + 1] ?? 0) >> 7)));
  if (block[0] & 0x80) doubled[block.length - 1] ^= REDUCTION[block.length];
  return doubled;
}

/** The CMAC of a message under a block cipher (AES or TDES). */
export function cmac(encrypt: (block: Buffer) => Buffer, blockSize: number, message: Buffer): Buffer {
  const complete = message.length > 0 && message.length % blockSize === 0;
  const subkey = double(encrypt(Buffer.alloc(blockSize)));
  const padded = complete
    ? message
    : Buffer.concat([message, Buffer.from([0x80]), Buffer.alloc(blockSize - 1 - message.length % blockSize)]);
  let chained = Buffer.alloc(blockSize);
  for (let start = 0; start < padded.length; start += blockSize) {
    let block = padded.subarray(start, start + blockSize);
    if (start + blockSize === padded.length) block = xor(block, complete ? subkey : double(subkey));
    chained = Buffer.from(encrypt(xor(chained, block)));
  }
  return chained;
}
