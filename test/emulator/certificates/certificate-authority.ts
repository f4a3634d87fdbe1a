/**
 * The certificate authorities of the emulated account: one with an RSA key for RSA keys, one with a curve for
 * curves, each as strong as the strongest key it may sign for. They are made when first needed.
 */
import { KeyObject } from 'node:crypto';
import { generateKeyPairMaterial, KeyPairMaterial, RandomBytes } from '../key-material';
import { Service } from '../service';
import { DistinguishedName, issueCertificate } from './issue';

export interface CertificateAuthority {
  readonly name: DistinguishedName;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  /** Its own certificate, in PEM. */
  readonly certificate: string;
}

const ALGORITHMS = { rsa: 'RSA_4096', ec: 'ECC_NIST_P521' } as const;

export type AuthorityFamily = keyof typeof ALGORITHMS;

const DAY = 24 * 60 * 60 * 1000;
const AUTHORITY_DAYS = 3650;

/** Shared by all emulators of a process: a key of 4,096 bits takes up to some seconds, and nobody relies on its secrecy. */
const keyPairs = new Map<AuthorityFamily, Promise<KeyPairMaterial>>();

async function keyPairOf(family: AuthorityFamily): Promise<KeyPairMaterial> {
  if (!keyPairs.has(family)) keyPairs.set(family, generateKeyPairMaterial(ALGORITHMS[family]));
  return keyPairs.get(family)!;
}

/** Sixteen bytes, positive and of full length as DER writes them. */
function serialNumber(random: RandomBytes): Buffer {
  const bytes = random(16);
  bytes[0] = 0x40 + bytes[0] % 0x40;
  return bytes;
}

async function authorityFor(service: Service, family: AuthorityFamily, now: number): Promise<CertificateAuthority> {
  const keyPair = await keyPairOf(family);
  const present = service.certificateAuthorities.get(family);
  if (present !== undefined) return present;
  const { account, random } = service.options;
  const name = { Country: 'US', Organization: 'Emulator of AWS Payment Cryptography', CommonName: `${account} ${ALGORITHMS[family]}` };
  const certificate = issueCertificate({
    subject: name,
    publicKey: keyPair.publicKey,
    issuer: { name, ...keyPair },
    serialNumber: serialNumber(random),
    validFrom: now - DAY,
    validTo: now + AUTHORITY_DAYS * DAY,
    isAuthority: true,
  });
  const authority = { name, ...keyPair, certificate };
  service.certificateAuthorities.set(family, authority);
  return authority;
}

export interface IssuedCertificate {
  /** PEM. */
  readonly certificate: string;
  /** PEM of the certificate authority. */
  readonly chain: string;
  readonly validTo: number;
}

/** A certificate of the account for a public key. */
export async function certify(service: Service, publicKey: KeyObject, days: number, now: number): Promise<IssuedCertificate> {
  const authority = await authorityFor(service, publicKey.asymmetricKeyType as AuthorityFamily, now);
  const { account, random } = service.options;
  const validTo = now + days * DAY;
  const certificate = issueCertificate({
    subject: { CommonName: account, SerialNumber: String(random(4).readUInt32BE(0)) },
    publicKey,
    issuer: authority,
    serialNumber: serialNumber(random),
    // A moment back: clocks of those who check it may be late.
    validFrom: now - DAY,
    validTo,
    isAuthority: false,
  });
  return { certificate, chain: authority.certificate, validTo };
}
