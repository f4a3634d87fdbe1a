/**
 * A key from an elliptic curve Diffie-Hellman exchange: the shared secret Z, hashed with a counter and
 * what both parties know ("shared information"), until there are enough bytes.
 */
import { createHash, diffieHellman, KeyObject } from 'node:crypto';

export type KeyDerivationFunction = 'NIST_SP800' | 'ANSI_X963';
export type KeyDerivationHash = 'SHA_256' | 'SHA_384' | 'SHA_512';

/** What one round hashes. */
const ROUNDS: Readonly<Record<KeyDerivationFunction, (counter: Buffer, secret: Buffer, shared: Buffer) => Buffer[]>> = {
  // The one-step derivation of NIST SP 800-56A and 56C.
  NIST_SP800: (counter, secret, shared) => [counter, secret, shared],
  ANSI_X963: (counter, secret, shared) => [secret, counter, shared],
};

export interface KeyDerivation {
  readonly function: KeyDerivationFunction;
  readonly hash: KeyDerivationHash;
  readonly sharedInformation: Buffer;
  readonly size: number;
}

export function deriveKey(secret: Buffer, derivation: KeyDerivation): Buffer {
  const rounds: Buffer[] = [];
  for (let length = 0; length < derivation.size; length += rounds.at(-1)!.length) {
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(rounds.length + 1);
    const hash = createHash(derivation.hash.replace('_', ''));
    ROUNDS[derivation.function](counter, secret, derivation.sharedInformation).forEach(part => hash.update(part));
    rounds.push(hash.digest());
  }
  return Buffer.concat(rounds).subarray(0, derivation.size);
}

export function agreeOnKey(privateKey: KeyObject, publicKey: KeyObject, derivation: KeyDerivation): Buffer {
  return deriveKey(diffieHellman({ privateKey, publicKey }), derivation);
}
