import { createHash } from 'crypto';

const digest = (...parts: Array<string | number>) => createHash('sha256').update(parts.join('/')).digest();

/** Bytes that look random, and are the same for the same seed. */
export function bytes(seed: number): (size: number) => Buffer {
  let count = 0;
  return size => {
    const blocks: Buffer[] = [];
    for (let length = 0; length < size; length += 32) {
      count += 1;
      blocks.push(digest('bytes', seed, count));
    }
    return Buffer.concat(blocks).subarray(0, size);
  };
}

/** Spelled like CloudFormation's request ids. */
export function requestIds(seed: number): () => string {
  let count = 0;
  return () => {
    count += 1;
    const hex = digest('request', seed, count).toString('hex');
    return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
  };
}

/** The seed of one run among those of a session. */
export function seedOf(sessionSeed: number, index: number): number {
  return digest('run', sessionSeed, index).readInt32BE(0);
}
