import { createHash } from 'crypto';

/** From 0 to 1, the same for the same seed: what waits for the same should not march in step. */
export function share(seed: string): number {
  return createHash('sha256').update(seed).digest().readUInt32BE(0) / 2 ** 32;
}
