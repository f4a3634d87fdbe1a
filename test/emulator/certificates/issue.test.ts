import { keyPair, Partner } from '../exchange-fixtures';
import { judge } from '../judge';
import { KeyAlgorithm } from '../shapes';
import { DistinguishedName, SignatureHash, signingRequest } from './issue';

const spki = (algorithm: KeyAlgorithm): string => keyPair(algorithm).publicKey.export({ type: 'spki', format: 'der' }).toString('hex');

const SUBJECT: DistinguishedName = {
  CommonName: 'keys.example',
  Organization: 'Zürich Payments',
  OrganizationUnit: 'Keys',
  City: 'Zürich',
  StateOrProvince: 'ZH',
  Country: 'CH',
  EmailAddress: 'keys@example.com',
};

const ALGORITHMS: KeyAlgorithm[] = ['RSA_2048', 'RSA_3072', 'ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521'];
const HASHES: SignatureHash[] = ['SHA224', 'SHA256', 'SHA384', 'SHA512'];

test('the package cryptography reads and verifies requests of every algorithm and hash', async () => {
  const cases = ALGORITHMS.flatMap(algorithm => HASHES.map(hash => ({ algorithm, hash })));
  const read = await judge(cases.map(({ algorithm, hash }) => ({
    function: 'exchange_judge.read_request',
    arguments: { pem: signingRequest(SUBJECT, keyPair(algorithm), hash) },
  })));
  expect(read).toEqual(cases.map(({ algorithm, hash }) => ({
    value: {
      valid: true,
      hash: hash.toLowerCase(),
      key: spki(algorithm),
      subject: [
        ['2.5.4.6', 'CH'], ['2.5.4.10', 'Zürich Payments'], ['2.5.4.11', 'Keys'], ['2.5.4.8', 'ZH'], ['2.5.4.3', 'keys.example'],
        ['2.5.4.7', 'Zürich'], ['1.2.840.113549.1.9.1', 'keys@example.com'],
      ],
    },
  })));
}, 15 * 60_000);

test.each([
  ['two digits', Date.UTC(2026, 0, 1), '2026-03-02T00:00:00+00:00'],
  ['four digits', Date.UTC(2049, 11, 1), '2050-01-30T00:00:00+00:00'],
])('and certificates whose years have %s', async (_title, now, to) => {
  const partner = new Partner({ authority: 'ECC_NIST_P384', leaf: 'RSA_2048', now });
  const pairs = [[partner.pem, partner.authorityPem], [partner.authorityPem, partner.authorityPem], [partner.pem, partner.pem]];
  const [leaf, root, wrong] = await judge(pairs.map(([pem, issuer]) => ({ function: 'exchange_judge.read_certificate', arguments: { pem, issuer } })));
  expect(leaf.value).toMatchObject({ to, authority: false });
  expect(root.value).toMatchObject({ to, authority: true });
  expect(wrong.error).toMatch(/Issuer|issuer/);
}, 15 * 60_000);
