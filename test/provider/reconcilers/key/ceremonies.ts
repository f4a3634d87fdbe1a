import { publicEncrypt, randomBytes, X509Certificate } from 'node:crypto';
import { KeyMaterial, WrappedKeyReference } from '../../../../src/provider/contract/key-material';
import { KeyProperties } from '../../../../src/provider/contract/multi-region-payment-key';
import { attributesOf, BOTH_WAYS, encryptionKey, Partner, rootAttributes } from '../../../emulator/exchange-fixtures';
import { KeyBlockHeader, sealKeyBlock } from '../../../emulator/key-block';
import { wrapUnderVariant } from '../../../emulator/key-exchange/as2805';
import { agreeOnKey } from '../../../emulator/key-exchange/key-agreement';
import { sealTr34 } from '../../../emulator/key-exchange/tr34';
import { KeyAlgorithm, KeyAttributes } from '../../../emulator/shapes';
import { partyOf } from '../../../emulator/wrapping-keys';
import { cvk } from '../keys';
import { REGION, Turns } from '../turns';

/*
 * What a key custodian does before an import, for each way to import: wraps the key that is to come, and stores it. What comes out
 * is what a deployer declares.
 */

/** The key that arrives by every ceremony but those of certificates. */
export const WORKING_KEY = Buffer.from('8A8349794C9EE9A4C2927098F249FED6', 'hex');
export const WORKING_KEY_CHECK_VALUE = '9C8552';
export const SHARED_KEY = Buffer.from('79ADAEF3212AADCE312ACE422ACCFEFB', 'hex');
const NONCE = Buffer.from('0123456789ABCDEF', 'hex');

const HEADER: KeyBlockHeader = { version: 'B', usage: 'C0', algorithm: 'T', mode: 'C', keyVersion: '00', exportability: 'E', optionalBlocks: new Map() };

export const keyBlock = (header: Partial<KeyBlockHeader> = {}, protection: Buffer = SHARED_KEY): string =>
  sealKeyBlock({ ...HEADER, ...header }, WORKING_KEY, protection, randomBytes);

/** What is declared, and what was stored for it. */
export interface Ceremony {
  readonly declared: KeyProperties;
  readonly stored: string;
}

let secrets = 0;

/** Stores a text, and refers to it. */
export function kept(turns: Turns, text: string, Field?: string): WrappedKeyReference {
  const { arn, versionId } = turns.emulator.putSecret({ name: `key-${secrets += 1}`, region: REGION, string: text });
  return { Service: 'SECRETS_MANAGER', SecretArn: arn, VersionId: versionId, Field };
}

export function keptAsParameter(turns: Turns, text: string): WrappedKeyReference {
  const name = `/key-${secrets += 1}`;
  const { version } = turns.emulator.putSecureString({ name, region: REGION, value: text });
  return { Service: 'PARAMETER_STORE', ParameterName: name, Version: String(version), Field: undefined };
}

export function ceremony(material: KeyMaterial, stored: string, traits: Partial<KeyProperties> = {}): Ceremony {
  return { declared: cvk({ ...traits, Material: material }), stored };
}

const certificateIn = (wire: string) => new X509Certificate(Buffer.from(wire, 'base64'));
const partnerOf = (turns: Turns, authority: KeyAlgorithm, leaf: KeyAlgorithm) => new Partner({ authority, leaf, now: turns.clock.now() });
const parametersFor = (turns: Turns, KeyMaterialType: string, WrappingKeyAlgorithm: KeyAlgorithm = 'RSA_2048'): Promise<any> =>
  turns.byHand('GetParametersForImport', { KeyMaterialType, WrappingKeyAlgorithm });

async function imported(turns: Turns, member: object): Promise<string> {
  return (await turns.byHand('ImportKey', { KeyMaterial: member })).Key.KeyArn;
}

const rootIn = (turns: Turns, partner: Partner) => imported(turns, partner.rootMaterial);

async function rsaBundle(turns: Turns, key: Buffer) {
  const { ImportToken, WrappingKeyCertificate, ParametersValidUntilTimestamp } = await parametersFor(turns, 'KEY_CRYPTOGRAM');
  const cryptogram = publicEncrypt({ key: certificateIn(WrappingKeyCertificate).publicKey, oaepHash: 'sha256' }, key);
  return {
    importToken: ImportToken,
    wrappedKeyCryptogram: cryptogram.toString('hex'),
    parametersValidUntil: new Date(ParametersValidUntilTimestamp * 1000).toISOString(),
  };
}

/** A key encryption key that both sides hold. */
export async function wrappingKey(turns: Turns, attributes: KeyAttributes = encryptionKey('TDES_2KEY'), key: Buffer = SHARED_KEY): Promise<string> {
  const { importToken, wrappedKeyCryptogram } = await rsaBundle(turns, key);
  const cryptogram = { ImportToken: importToken, WrappedKeyCryptogram: wrappedKeyCryptogram.toUpperCase() };
  return imported(turns, { KeyCryptogram: { KeyAttributes: attributes, Exportable: true, ...cryptogram } });
}

async function tr31(turns: Turns): Promise<Ceremony> {
  const block = keyBlock();
  return ceremony({ Method: 'TR31', WrappingKey: await wrappingKey(turns), WrappedKey: kept(turns, `${block}\n`) }, block);
}

async function tr34(turns: Turns): Promise<Ceremony> {
  const partner = partnerOf(turns, 'RSA_2048', 'RSA_2048');
  const { ImportToken, WrappingKeyCertificate } = await parametersFor(turns, 'TR34_KEY_BLOCK');
  const token = sealTr34({
    content: { header: 'D9999C0TC00E0000', key: WORKING_KEY },
    sender: { ...partyOf(partner.certificate), privateKey: partner.keys.privateKey },
    receiver: partyOf(certificateIn(WrappingKeyCertificate)),
    nonce: NONCE,
    cipher: 'TDES',
    random: randomBytes,
  }).toString('hex');
  const stored = JSON.stringify({ importToken: ImportToken, wrappedKeyBlock: token, signingKeyCertificate: partner.pem, randomNonce: NONCE.toString('hex') });
  return ceremony({
    Method: 'TR34', CertificateAuthority: await rootIn(turns, partner), WrappedKey: kept(turns, stored), WrappingKey: undefined, WrappingKeyCertificate: undefined,
  }, token);
}

async function rsaCryptogram(turns: Turns): Promise<Ceremony> {
  const bundle = await rsaBundle(turns, WORKING_KEY);
  return ceremony(
    { Method: 'RSA_CRYPTOGRAM', WrappedKey: kept(turns, JSON.stringify(bundle)), WrappingSpec: 'RSA_OAEP_SHA_256' }, bundle.wrappedKeyCryptogram);
}

async function ecdh(turns: Turns): Promise<Ceremony> {
  const partner = partnerOf(turns, 'ECC_NIST_P384', 'ECC_NIST_P256');
  const { Key: { KeyArn } } = await turns.byHand('CreateKey', {
    KeyAttributes: attributesOf('TR31_K3_ASYMMETRIC_KEY_FOR_KEY_AGREEMENT', 'ECC_NIST_P256', 'DeriveKey'), Exportable: true,
  });
  const { KeyCertificate } = await turns.byHand('GetPublicKeyCertificate', { KeyIdentifier: KeyArn });
  const derivation = { function: 'NIST_SP800', hash: 'SHA_512', sharedInformation: Buffer.from('C0FFEE', 'hex'), size: 16 } as const;
  const block = keyBlock({ version: 'D' }, agreeOnKey(partner.keys.privateKey, certificateIn(KeyCertificate).publicKey, derivation));
  return ceremony({
    Method: 'ECDH_TR31',
    PrivateKey: KeyArn,
    CertificateAuthority: await rootIn(turns, partner),
    PublicKeyCertificate: partner.pem,
    DeriveKeyAlgorithm: 'AES_128',
    KeyDerivationFunction: 'NIST_SP800',
    KeyDerivationHashAlgorithm: 'SHA_512',
    SharedInformation: 'C0FFEE',
    WrappedKey: kept(turns, JSON.stringify({ zmk: block }), 'zmk'),
  }, block);
}

async function as2805(turns: Turns): Promise<Ceremony> {
  const cryptogram = wrapUnderVariant(WORKING_KEY, SHARED_KEY, [0x28, 0xc0]).toString('hex');
  return ceremony(
    { Method: 'AS2805', WrappingKey: await wrappingKey(turns), KeyVariant: 'PIN_ENCRYPTION_KEY_VARIANT_28', WrappedKey: keptAsParameter(turns, cryptogram) }, cryptogram,
    { KeyUsage: 'TR31_P0_PIN_ENCRYPTION_KEY', KeyModesOfUse: [...BOTH_WAYS] });
}

const ROOT: Partial<KeyProperties> = { KeyUsage: rootAttributes('RSA_2048').KeyUsage, KeyClass: 'PUBLIC_KEY', KeyAlgorithm: 'RSA_2048', KeyModesOfUse: ['Verify'] };

async function rootCertificate(turns: Turns): Promise<Ceremony> {
  const { authorityPem } = partnerOf(turns, 'RSA_2048', 'RSA_2048');
  return ceremony({ Method: 'ROOT_CERTIFICATE', Certificate: authorityPem, RequesterComment: undefined }, '', ROOT);
}

async function trustedCertificate(turns: Turns): Promise<Ceremony> {
  const partner = partnerOf(turns, 'RSA_2048', 'RSA_2048');
  return ceremony({ Method: 'TRUSTED_CERTIFICATE', Certificate: partner.pem, CertificateAuthority: await rootIn(turns, partner) }, '', {
    ...ROOT, KeyUsage: 'TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION', KeyModesOfUse: ['Encrypt', 'Wrap'],
  });
}

export const CEREMONIES: Readonly<Record<KeyMaterial['Method'], (turns: Turns) => Promise<Ceremony>>> = {
  TR31: tr31,
  TR34: tr34,
  RSA_CRYPTOGRAM: rsaCryptogram,
  ECDH_TR31: ecdh,
  AS2805: as2805,
  ROOT_CERTIFICATE: rootCertificate,
  TRUSTED_CERTIFICATE: trustedCertificate,
};
