import * as fc from 'fast-check';
import { Hex, hex, judge } from '../judge';
import { deriveKey, KeyDerivation } from './key-agreement';

test('the value of NIST for ANSI X9.63 with SHA-256', () => {
  const secret = Buffer.from('96c05619d56c328ab95fe84b18264b08725b85e33fd34f08', 'hex');
  const derivation: KeyDerivation = { function: 'ANSI_X963', hash: 'SHA_256', sharedInformation: Buffer.alloc(0), size: 16 };
  expect(deriveKey(secret, derivation).toString('hex')).toBe('443024c3dae66b95e6f5670601558f71');
});

test('200 derivations equal those of the package cryptography', async () => {
  const bytes = (maxLength: number): fc.Arbitrary<Buffer> => fc.uint8Array({ minLength: 1, maxLength }).map(array => Buffer.from(array));
  const inputs = fc.sample(fc.record({
    secret: bytes(66),
    function: fc.constantFrom('NIST_SP800', 'ANSI_X963'),
    hash: fc.constantFrom('SHA_256', 'SHA_384', 'SHA_512'),
    sharedInformation: bytes(100),
    // More than a real key needs: several rounds of each hash.
    size: fc.integer({ min: 1, max: 150 }),
  }), { seed: 2026, numRuns: 200 });
  const judged = await judge(inputs.map(input => ({
    function: 'exchange_judge.derive_key',
    arguments: { function: input.function, hash: input.hash, secret: hex(input.secret), shared: hex(input.sharedInformation), size: input.size },
  })));
  const own = inputs.map(({ secret, ...derivation }) => deriveKey(secret, derivation as KeyDerivation).toString('hex').toUpperCase());
  expect(own).toEqual(judged.map(({ value }) => (value as Hex).hex));
}, 15 * 60_000);
