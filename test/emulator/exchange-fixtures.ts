/** Keys, certificates and the other side of an exchange, for tests of imports and exports. */
import { generateKeyPairSync, KeyObject, randomBytes, sign, X509Certificate } from 'node:crypto';
import { toWire } from './certificates/certificate';
import { issueCertificate } from './certificates/issue';
import { PRIMARY } from './checked-emulator';
import { bits, inside, readElements, sequence, TAG } from './der';
import { Emulator } from './emulator';
import { KeyPairMaterial } from './key-material';
import { Key, KeyAlgorithm, KeyAttributes, ModeOfUse } from './shapes';

export function attributesOf(usage: string, algorithm: KeyAlgorithm, ...modes: readonly ModeOfUse[]): KeyAttributes {
  return {
    KeyUsage: usage,
    KeyClass: /^(RSA|ECC)/.test(algorithm) ? 'ASYMMETRIC_KEY_PAIR' : 'SYMMETRIC_KEY',
    KeyAlgorithm: algorithm,
    KeyModesOfUse: Object.fromEntries(modes.map(mode => [mode, true])),
  };
}

export const BOTH_WAYS: readonly ModeOfUse[] = ['Encrypt', 'Decrypt', 'Wrap', 'Unwrap'];

export const encryptionKey = (algorithm: KeyAlgorithm, ...modes: readonly ModeOfUse[]): KeyAttributes =>
  attributesOf('TR31_K1_KEY_BLOCK_PROTECTION_KEY', algorithm, ...modes.length === 0 ? BOTH_WAYS : modes);

export const rootAttributes = (algorithm: KeyAlgorithm): KeyAttributes =>
  ({ ...attributesOf('TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE', algorithm, 'Verify'), KeyClass: 'PUBLIC_KEY' });

/** Key pairs for tests are made once: nobody relies on their secrecy, and RSA keys take long. */
const keyPairs = new Map<string, KeyPairMaterial>();

const CURVES: Partial<Record<KeyAlgorithm, string>> = { ECC_NIST_P256: 'prime256v1', ECC_NIST_P384: 'secp384r1', ECC_NIST_P521: 'secp521r1' };

export function keyPair(algorithm: KeyAlgorithm, name = ''): KeyPairMaterial {
  const namedCurve = CURVES[algorithm];
  if (!keyPairs.has(algorithm + name)) {
    keyPairs.set(algorithm + name, namedCurve === undefined
      ? generateKeyPairSync('rsa', { modulusLength: Number(algorithm.slice('RSA_'.length)) })
      : generateKeyPairSync('ec', { namedCurve }));
  }
  return keyPairs.get(algorithm + name)!;
}

const DAY = 24 * 60 * 60 * 1000;

export interface PartnerOptions {
  readonly authority: KeyAlgorithm;
  readonly leaf: KeyAlgorithm;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly validFrom?: number;
  readonly validTo?: number;
  readonly name?: string;
  /** Makes another name of the parts of the issuer's name. The issuer signs a certificate with it. */
  readonly issuerName?: (parts: readonly Buffer[]) => readonly Buffer[];
}

function withIssuerName(change: (parts: readonly Buffer[]) => readonly Buffer[], pem: string, issuer: KeyObject): string {
  const [body, algorithm] = inside(readElements(new X509Certificate(pem).raw)[0], TAG.sequence);
  const [version, serialNumber, hash, name, ...more] = inside(body, TAG.sequence);
  const other = sequence(...change(inside(name, TAG.sequence).map(part => part.encoded)));
  const changed = sequence(version.encoded, serialNumber.encoded, hash.encoded, other, ...more.map(part => part.encoded));
  return new X509Certificate(sequence(changed, algorithm.encoded, bits(sign('sha512', changed, issuer)))).toString();
}

/** Whoever exchanges keys with the service: a certificate authority, and a key pair with its certificate. */
export class Partner {
  readonly authorityKeys: KeyPairMaterial;
  readonly keys: KeyPairMaterial;
  readonly authorityPem: string;
  readonly pem: string;

  constructor(readonly options: PartnerOptions) {
    const { authority, leaf, now, name = 'partner' } = options;
    this.authorityKeys = keyPair(authority, `${name} authority`);
    this.keys = keyPair(leaf, name);
    const subject = { Organization: 'Partners', CommonName: `${name} authority` };
    const issuer = { name: subject, ...this.authorityKeys };
    const times = {
      serialNumber: Buffer.from([0x40, ...randomBytes(7)]),
      validFrom: options.validFrom ?? now - DAY,
      validTo: options.validTo ?? now + 60 * DAY,
    };
    this.authorityPem = issueCertificate({ ...times, subject, publicKey: this.authorityKeys.publicKey, issuer, isAuthority: true });
    const pem = issueCertificate({ ...times, subject: { CommonName: name }, publicKey: this.keys.publicKey, issuer, isAuthority: false });
    this.pem = options.issuerName === undefined ? pem : withIssuerName(options.issuerName, pem, issuer.privateKey);
  }

  get certificate(): X509Certificate {
    return new X509Certificate(this.pem);
  }

  get wire(): string {
    return toWire(this.pem);
  }

  get rootMaterial(): object {
    return rootMaterial(toWire(this.authorityPem), this.options.authority);
  }
}

export const rootMaterial = (PublicKeyCertificate: string, algorithm: KeyAlgorithm): object =>
  ({ RootCertificatePublicKey: { KeyAttributes: rootAttributes(algorithm), PublicKeyCertificate } });

export async function importKey(emulator: Emulator, KeyMaterial: object, more: object = {}, region: string = PRIMARY): Promise<Key> {
  const { Key: key } = await emulator.call<{ Key: Key }>('ImportKey', { KeyMaterial, ...more }, { region });
  return key;
}

export interface ExportAnswer {
  readonly WrappedKey: {
    readonly WrappingKeyArn: string;
    readonly WrappedKeyMaterialFormat: string;
    readonly KeyMaterial: string;
    readonly KeyCheckValue: string;
    readonly KeyCheckValueAlgorithm: string;
  };
}

export async function exportKey(
  emulator: Emulator, arn: string, KeyMaterial: object, ExportAttributes?: object,
): Promise<ExportAnswer['WrappedKey']> {
  const input = { ExportKeyIdentifier: arn, KeyMaterial, ExportAttributes };
  return (await emulator.call<ExportAnswer>('ExportKey', input, { region: arn.split(':')[3] })).WrappedKey;
}

export async function parameters<T extends object>(emulator: Emulator, operation: string, input: object): Promise<T> {
  return emulator.call<T & Record<string, unknown>>(operation, input, { region: PRIMARY });
}

