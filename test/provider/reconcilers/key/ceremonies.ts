import { publicEncrypt, randomBytes, X509Certificate } from 'node:crypto';
import { KeyMaterial, WrappedKeyReference } from '../../../../src/provider/contract/key-material';
import { KeyProperties } from '../../../../src/provider/contract/multi-region-payment-key';
import { Clock, Emulator } from '../../../emulator';
import { attributesOf, BOTH_WAYS, encryptionKey, Partner, rootAttributes } from '../../../emulator/exchange-fixtures';
import { KeyBlockHeader, sealKeyBlock } from '../../../emulator/key-block';
import { wrapUnderVariant } from '../../../emulator/key-exchange/as2805';
import { agreeOnKey } from '../../../emulator/key-exchange/key-agreement';
import { sealTr34 } from '../../../emulator/key-exchange/tr34';
import { KeyAlgorithm, KeyAttributes } from '../../../emulator/shapes';
import { partyOf } from '../../../emulator/wrapping-keys';
import { cvk } from '../keys';
import { REGION } from '../turns';

/*
 * What a key custodian does before an import, for each way to import: wraps the key that is to come, and stores it. What comes out
 * is what a deployer declares.
 */

/** The key that arrives by every ceremony but those of certificates. */
export const WORKING_KEY = Buffer.from('8A8349794C9EE9A4C2927098F249FED6', 'hex');
export const WORKING_KEY_CHECK_VALUE = '9C8552';
export const SHARED_KEY = Buffer.from('79ADAEF3212AADCE312ACE422ACCFEFB', 'hex');

const HEADER: KeyBlockHeader = { version: 'B', usage: 'C0', algorithm: 'T', mode: 'C', keyVersion: '00', exportability: 'E', optionalBlocks: new Map() };

export const keyBlock = (header: Partial<KeyBlockHeader> = {}, protection: Buffer = SHARED_KEY, key: Buffer = WORKING_KEY): string =>
  sealKeyBlock({ ...HEADER, ...header }, key, protection, randomBytes);

/** Where a ceremony takes place. */
export interface Place {
  readonly emulator: Emulator;
  readonly clock: Clock;
  /** What somebody else asks of the service. */
  byHand(operation: string, input: object): Promise<any>;
}

/** What may differ from one ceremony to another. */
export interface Occasion {
  /** The key that is to come. Default: the working key. */
  readonly key?: Buffer;
  /** What else the custodian keeps in the same secret. Default: nothing. */
  readonly others?: Readonly<Record<string, unknown>>;
  /** Of the key block. */
  readonly header?: Partial<KeyBlockHeader>;
  readonly nonce?: Buffer;
}

/** What is declared, and what was stored for it. */
export interface Ceremony {
  readonly declared: KeyProperties;
  readonly stored: string;
}

let secrets = 0;

/** Stores a text, and refers to it. */
export function kept(place: Place, text: string, Field?: string): WrappedKeyReference {
  const { arn, versionId } = place.emulator.putSecret({ name: `key-${secrets += 1}`, region: REGION, string: text });
  return { Service: 'SECRETS_MANAGER', SecretArn: arn, VersionId: versionId, Field };
}

export function keptAsParameter(place: Place, text: string, Field?: string): WrappedKeyReference {
  const name = `/key-${secrets += 1}`;
  const { version } = place.emulator.putSecureString({ name, region: REGION, value: text });
  return { Service: 'PARAMETER_STORE', ParameterName: name, Version: String(version), Field };
}

/** Stores a wrapped key: by itself, or as a member of an object if there is more to keep in it. */
function keptAmong({ others }: Occasion, wrapped: string, keep: (text: string, field?: string) => WrappedKeyReference): WrappedKeyReference {
  return others ? keep(JSON.stringify({ ...others, wrapped }), 'wrapped') : keep(wrapped);
}

export function ceremony(material: KeyMaterial, stored: string, traits: Partial<KeyProperties> = {}): Ceremony {
  return { declared: cvk({ ...traits, Material: material }), stored };
}

const certificateIn = (wire: string) => new X509Certificate(Buffer.from(wire, 'base64'));
const partnerOf = (place: Place, authority: KeyAlgorithm, leaf: KeyAlgorithm) => new Partner({ authority, leaf, now: place.clock.now() });
const parametersFor = (place: Place, KeyMaterialType: string, WrappingKeyAlgorithm: KeyAlgorithm = 'RSA_2048'): Promise<any> =>
  place.byHand('GetParametersForImport', { KeyMaterialType, WrappingKeyAlgorithm, ReuseLastGeneratedToken: true });

async function imported(place: Place, member: object): Promise<string> {
  return (await place.byHand('ImportKey', { KeyMaterial: member })).Key.KeyArn;
}

const rootIn = (place: Place, partner: Partner) => imported(place, partner.rootMaterial);

async function rsaBundle(place: Place, key: Buffer, algorithm: KeyAlgorithm = 'RSA_2048') {
  const { ImportToken, WrappingKeyCertificate, ParametersValidUntilTimestamp } = await parametersFor(place, 'KEY_CRYPTOGRAM', algorithm);
  const cryptogram = publicEncrypt({ key: certificateIn(WrappingKeyCertificate).publicKey, oaepHash: 'sha256' }, key);
  return {
    importToken: ImportToken,
    wrappedKeyCryptogram: cryptogram.toString('hex'),
    parametersValidUntil: new Date(ParametersValidUntilTimestamp * 1000).toISOString(),
  };
}

/** A key encryption key that both sides hold. */
export async function wrappingKey(place: Place, attributes: KeyAttributes = encryptionKey('TDES_2KEY'), key: Buffer = SHARED_KEY): Promise<string> {
  // AES_128 has the strength of RSA_3072 (NIST SP 800-57).
  const { importToken, wrappedKeyCryptogram } = await rsaBundle(place, key, attributes.KeyAlgorithm.startsWith('AES') ? 'RSA_3072' : 'RSA_2048');
  const cryptogram = { ImportToken: importToken, WrappedKeyCryptogram: wrappedKeyCryptogram.toUpperCase() };
  return imported(place, { KeyCryptogram: { KeyAttributes: attributes, Exportable: true, ...cryptogram } });
}

async function tr31(place: Place, occasion: Occasion = {}): Promise<Ceremony> {
  const block = keyBlock(occasion.header, SHARED_KEY, occasion.key);
  const WrappedKey = keptAmong(occasion, `${block}\n`, (text, field) => kept(place, text, field));
  return ceremony({ Method: 'TR31', WrappingKey: await wrappingKey(place), WrappedKey }, block);
}

async function tr34(place: Place, { key = WORKING_KEY, others, nonce = Buffer.from('0123456789ABCDEF', 'hex') }: Occasion = {}): Promise<Ceremony> {
  const partner = partnerOf(place, 'RSA_2048', 'RSA_2048');
  const { ImportToken, WrappingKeyCertificate } = await parametersFor(place, 'TR34_KEY_BLOCK');
  const token = sealTr34({
    content: { header: 'D9999C0TC00E0000', key },
    sender: { ...partyOf(partner.certificate), privateKey: partner.keys.privateKey },
    receiver: partyOf(certificateIn(WrappingKeyCertificate)),
    nonce,
    cipher: 'TDES',
    random: randomBytes,
  }).toString('hex');
  const stored = JSON.stringify({ ...others, importToken: ImportToken, wrappedKeyBlock: token, signingKeyCertificate: partner.pem, randomNonce: nonce.toString('hex') });
  return ceremony({
    Method: 'TR34', CertificateAuthority: await rootIn(place, partner), WrappedKey: kept(place, stored), WrappingKey: undefined, WrappingKeyCertificate: undefined,
  }, token);
}

async function rsaCryptogram(place: Place, { key = WORKING_KEY, others }: Occasion = {}): Promise<Ceremony> {
  const bundle = await rsaBundle(place, key);
  return ceremony(
    { Method: 'RSA_CRYPTOGRAM', WrappedKey: kept(place, JSON.stringify({ ...others, ...bundle })), WrappingSpec: 'RSA_OAEP_SHA_256' }, bundle.wrappedKeyCryptogram);
}

async function ecdh(place: Place, { key, others, header }: Occasion = {}): Promise<Ceremony> {
  const partner = partnerOf(place, 'ECC_NIST_P384', 'ECC_NIST_P256');
  const { Key: { KeyArn } } = await place.byHand('CreateKey', {
    KeyAttributes: attributesOf('TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', 'ECC_NIST_P256', 'DeriveKey'), Exportable: true,
  });
  const { KeyCertificate } = await place.byHand('GetPublicKeyCertificate', { KeyIdentifier: KeyArn });
  const derivation = { function: 'NIST_SP800', hash: 'SHA_512', sharedInformation: Buffer.from('C0FFEE', 'hex'), size: 16 } as const;
  const block = keyBlock({ ...header, version: 'D' }, agreeOnKey(partner.keys.privateKey, certificateIn(KeyCertificate).publicKey, derivation), key);
  return ceremony({
    Method: 'ECDH_TR31',
    PrivateKey: KeyArn,
    CertificateAuthority: await rootIn(place, partner),
    PublicKeyCertificate: partner.pem,
    DeriveKeyAlgorithm: 'AES_128',
    KeyDerivationFunction: 'NIST_SP800',
    KeyDerivationHashAlgorithm: 'SHA_512',
    SharedInformation: 'C0FFEE',
    WrappedKey: kept(place, JSON.stringify({ ...others, zmk: block }), 'zmk'),
  }, block);
}

async function as2805(place: Place, occasion: Occasion = {}): Promise<Ceremony> {
  const cryptogram = wrapUnderVariant(occasion.key ?? WORKING_KEY, SHARED_KEY, [0x28, 0xc0]).toString('hex');
  const WrappedKey = keptAmong(occasion, cryptogram, (text, field) => keptAsParameter(place, text, field));
  return ceremony(
    { Method: 'AS2805', WrappingKey: await wrappingKey(place), KeyVariant: 'PIN_ENCRYPTION_KEY_VARIANT_28', WrappedKey }, cryptogram,
    { KeyUsage: 'TR31_P0_PIN_ENCRYPTION_KEY', KeyModesOfUse: [...BOTH_WAYS] });
}

const ROOT: Partial<KeyProperties> = { KeyUsage: rootAttributes('RSA_2048').KeyUsage, KeyClass: 'PUBLIC_KEY', KeyAlgorithm: 'RSA_2048', KeyModesOfUse: ['Verify'] };

async function rootCertificate(place: Place): Promise<Ceremony> {
  const { authorityPem } = partnerOf(place, 'RSA_2048', 'RSA_2048');
  return ceremony({ Method: 'ROOT_CERTIFICATE', Certificate: authorityPem, RequesterComment: undefined }, '', ROOT);
}

async function trustedCertificate(place: Place): Promise<Ceremony> {
  const partner = partnerOf(place, 'RSA_2048', 'RSA_2048');
  return ceremony({ Method: 'TRUSTED_CERTIFICATE', Certificate: partner.pem, CertificateAuthority: await rootIn(place, partner) }, '', {
    ...ROOT, KeyUsage: 'TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION', KeyModesOfUse: ['Encrypt', 'Wrap'],
  });
}

export const CEREMONIES: Readonly<Record<KeyMaterial['Method'], (place: Place, occasion?: Occasion) => Promise<Ceremony>>> = {
  TR31: tr31,
  TR34: tr34,
  RSA_CRYPTOGRAM: rsaCryptogram,
  ECDH_TR31: ecdh,
  AS2805: as2805,
  ROOT_CERTIFICATE: rootCertificate,
  TRUSTED_CERTIFICATE: trustedCertificate,
};
