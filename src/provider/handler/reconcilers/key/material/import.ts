import { certificateIn, certificateProblem } from './certificate';
import { readKeyBlock, WrappingKeyCheckValue } from './key-block';
import { Found, found, IF_IN_THE_CLEAR, nameOf, readObject, readText, refused, refusedFor } from './wrapped-key';
import { KeyMaterial, WrappedKeyReference } from '../../../../contract/key-material';
import { KeyProperties } from '../../../../contract/multi-region-payment-key';
import { orOtherwise } from '../../../control-plane/fault';
import { ImportedMaterial, Key, KeyTraits, Looks } from '../../../control-plane/port';
import { WrappedKeys } from '../../../control-plane/wrapped-keys';
import { differs } from '../check-value';
import { declaredTraits } from '../traits';

/*
 * Makes of declared material what ImportKey takes: reads the wrapped key, and refuses what cannot be imported before
 * anything is called. What is read here goes into the call of the same turn, and nowhere else.
 *
 * For example, a key block: read the secret; compare its header with the declaration; compare the check value that it gives
 * for its wrapping key with the one that the wrapping key has; return both for the call.
 */

/** What to look at when the service refuses, for people. */
export const ADVICE: Readonly<Record<KeyMaterial['Method'], string>> = {
  TR31: 'Check that wrappingKey is the key that the block was made under, may unwrap and is enabled, and that the block was stored as it was exported',
  TR34: 'Check that the sender encrypted for this token or wrapping key, signed with signingKeyCertificate, and used this nonce, that the token is of this account and Region, and that certificateAuthority issued the certificate',
  RSA_CRYPTOGRAM: 'Check that the key was encrypted with the certificate that came with this import token, by the hash that wrappingSpec names, that the token is of this account and Region, and that the key is of the declared algorithm',
  ECDH_TR31: 'Check that both sides derive with the same function, hash, algorithm and shared information, and that certificateAuthority issued the certificate',
  AS2805: 'Check that wrappingKey, keyVariant and the declared algorithm are those of the sender',
  ROOT_CERTIFICATE: 'Check that the certificate is self-signed and has not expired, and that its key is of the declared algorithm',
  TRUSTED_CERTIFICATE: 'Check that certificateAuthority issued the certificate, that neither has expired, and that its key is of the declared algorithm',
};

type Plane = Pick<Looks, 'getKey'> & WrappedKeys;
type Material<M extends KeyMaterial['Method']> = Extract<KeyMaterial, { readonly Method: M }>;
type Imported = Found<ImportedMaterial>;

export async function readMaterial(material: KeyMaterial, declared: KeyProperties, plane: Plane, now: Date): Promise<Imported> {
  const traits = declaredTraits(declared);
  switch (material.Method) {
    case 'TR31': return readTr31(material, traits, plane);
    case 'TR34': return readTr34(material, plane, now);
    case 'RSA_CRYPTOGRAM': return readRsaCryptogram(material, plane, now);
    case 'ECDH_TR31': return readEcdhTr31(material, traits, plane);
    case 'AS2805': return readAs2805(material, plane);
    case 'ROOT_CERTIFICATE': return checked([['the certificate', material.Certificate]], { method: 'rootCertificate', certificate: material.Certificate });
    case 'TRUSTED_CERTIFICATE': return checked([['the certificate', material.Certificate]], {
      method: 'trustedCertificate', certificate: material.Certificate, certificateAuthority: material.CertificateAuthority,
    });
  }
}

async function readTr31({ WrappingKey: wrappingKey, WrappedKey }: Material<'TR31'>, declared: KeyTraits, plane: Plane): Promise<Imported> {
  const block = await readBlock(WrappedKey, declared, plane);
  if (block.kind === 'refused') { return block; }
  const { keyBlock, wrappingKeyCheckValue } = block.value;
  // The service judges the block, too, so nothing depends on a look at a wrapping key that may be somebody else's.
  const wrapping = wrappingKeyCheckValue && await orOtherwise<Key | undefined>(() => plane.getKey(wrappingKey), () => undefined);
  const comparable = wrapping && wrappingKeyCheckValue?.algorithm === wrapping.keyCheckValueAlgorithm ? wrappingKeyCheckValue.value : undefined;
  return wrapping && comparable !== undefined && differs(wrapping.keyCheckValue, comparable)
    ? refused(`${nameOf(WrappedKey)} was wrapped with a key of check value ${comparable}, but ${wrapping.keyArn} has ${wrapping.keyCheckValue}. Name the key that it was wrapped with`)
    : found({ method: 'tr31', wrappingKey, keyBlock });
}

async function readEcdhTr31(material: Material<'ECDH_TR31'>, declared: KeyTraits, plane: Plane): Promise<Imported> {
  const block = await readBlock(material.WrappedKey, declared, plane);
  return block.kind === 'refused' ? block : checked([['the public key certificate', material.PublicKeyCertificate]], {
    method: 'ecdhTr31',
    privateKey: material.PrivateKey,
    certificateAuthority: material.CertificateAuthority,
    publicKeyCertificate: material.PublicKeyCertificate,
    deriveKeyAlgorithm: material.DeriveKeyAlgorithm,
    keyDerivationFunction: material.KeyDerivationFunction,
    keyDerivationHashAlgorithm: material.KeyDerivationHashAlgorithm,
    sharedInformation: material.SharedInformation,
    keyBlock: block.value.keyBlock,
  });
}

async function readBlock(
  reference: WrappedKeyReference, declared: KeyTraits, plane: Plane,
): Promise<Found<{ readonly keyBlock: string; readonly wrappingKeyCheckValue?: WrappingKeyCheckValue }>> {
  const read = await readText(reference, plane);
  if (read.kind === 'refused') { return read; }
  const block = readKeyBlock(read.value, declared);
  return block.kind === 'refused' ? refused(`${nameOf(reference)} ${block.reason}`) : found({ ...block, keyBlock: read.value });
}

const VALID_UNTIL = 'parametersValidUntil';
const BYTES = /^([0-9A-F]{2})+$/;

async function readTr34(material: Material<'TR34'>, plane: Plane, now: Date): Promise<Imported> {
  const { CertificateAuthority: certificateAuthority, WrappedKey, WrappingKey, WrappingKeyCertificate } = material;
  const members = ['wrappedKeyBlock', 'signingKeyCertificate', 'randomNonce'] as const;
  const read = await readObject(WrappedKey, plane, members, ['importToken', VALID_UNTIL]);
  if (read.kind === 'refused') { return read; }
  const { wrappedKeyBlock, signingKeyCertificate, randomNonce, importToken } = read.value;
  const keyBlock = wrappedKeyBlock.toUpperCase();
  const signing = asPem(signingKeyCertificate);
  const hasPair = WrappingKey !== undefined && WrappingKeyCertificate !== undefined;
  const problem = hexadecimalProblem('wrappedKeyBlock', keyBlock) ?? tr34Problem(keyBlock) ?? hexadecimalProblem('randomNonce', randomNonce.toUpperCase())
    ?? nonceProblem(randomNonce)
    // A token that is there beside a key pair is not used.
    ?? (hasPair ? undefined : receiverProblem(importToken, read.value[VALID_UNTIL], now));
  if (problem) { return refusedFor(WrappedKey, problem); }
  const certificates: Array<readonly [string, string]> = [[`the signingKeyCertificate of ${nameOf(WrappedKey)}`, signing]];
  return checked(hasPair ? [...certificates, ['the wrapping key certificate', WrappingKeyCertificate]] : certificates, {
    method: 'tr34',
    certificateAuthority,
    signingKeyCertificate: certificateIn(signing),
    keyBlock,
    randomNonce,
    receiver: hasPair ? { wrappingKey: WrappingKey, certificate: WrappingKeyCertificate } : { importToken: importToken! },
  });
}

function receiverProblem(importToken: string | undefined, validUntil: string | undefined, now: Date): string | undefined {
  return importToken === undefined
    ? 'its member importToken is missing. Add the token that the sender used, or declare wrappingKey and wrappingKeyCertificate'
    : tokenProblem(importToken) ?? expiryProblem(validUntil, now);
}

async function readRsaCryptogram({ WrappedKey, WrappingSpec: wrappingSpec }: Material<'RSA_CRYPTOGRAM'>, plane: Plane, now: Date): Promise<Imported> {
  const read = await readObject(WrappedKey, plane, ['wrappedKeyCryptogram', 'importToken'], [VALID_UNTIL]);
  if (read.kind === 'refused') { return read; }
  const cryptogram = read.value.wrappedKeyCryptogram.toUpperCase();
  const problem = hexadecimalProblem('wrappedKeyCryptogram', cryptogram) ?? cryptogramProblem(cryptogram)
    ?? tokenProblem(read.value.importToken) ?? expiryProblem(read.value[VALID_UNTIL], now);
  return problem ? refusedFor(WrappedKey, problem)
    : found({ method: 'rsaCryptogram', importToken: read.value.importToken, cryptogram, wrappingSpec });
}

async function readAs2805({ WrappingKey: wrappingKey, KeyVariant: keyVariant, WrappedKey }: Material<'AS2805'>, plane: Plane): Promise<Imported> {
  const read = await readText(WrappedKey, plane);
  if (read.kind === 'refused') { return read; }
  const cryptogram = read.value.toUpperCase();
  return BYTES.test(cryptogram) ? found({ method: 'as2805', keyVariant, wrappingKey, cryptogram })
    : refused(`${nameOf(WrappedKey)} is not hexadecimal: digits 0 to 9 and A to F, two for each byte. Store it in one line, without separators`);
}

/** These have no authenticator over their characters, so upper and lower case are the same. */
function hexadecimalProblem(member: string, value: string): string | undefined {
  return BYTES.test(value) ? undefined
    : `its member ${member} is not hexadecimal: digits 0 to 9 and A to F, two for each byte. A binary file is converted by xxd -p | tr -d '\\n'`;
}

/** What RSA encrypts is as long as its modulus: 2048, 3072 or 4096 bits. */
const CRYPTOGRAM_DIGITS: readonly number[] = [512, 768, 1024];

/** What is too short to be wrapped may be the key itself, and would be sent to the service in the clear. */
function cryptogramProblem(cryptogram: string): string | undefined {
  return CRYPTOGRAM_DIGITS.includes(cryptogram.length) ? undefined
    : `its member wrappedKeyCryptogram has ${cryptogram.length} digits, and a cryptogram of RSA has ${CRYPTOGRAM_DIGITS.join(', ')}. ${IF_IN_THE_CLEAR}`;
}

/** It is DER, and holds at least a signature of RSA. */
function tr34Problem(keyBlock: string): string | undefined {
  return keyBlock.startsWith('30') && keyBlock.length >= CRYPTOGRAM_DIGITS[0] ? undefined
    : `its member wrappedKeyBlock is no token of TR-34, which begins with 30 and has at least ${CRYPTOGRAM_DIGITS[0]} digits. ${IF_IN_THE_CLEAR}`;
}

/*
 * Tokens, nonces and certificates are public to the service: its log has them (AWS CloudTrail), and its errors may repeat them. So
 * what was stored in their place by mistake, for example the key, is not sent.
 */

/** API: shape EvenHexLengthBetween16And32. */
function nonceProblem(nonce: string): string | undefined {
  return nonce.length >= 16 && nonce.length <= 32 ? undefined
    : `its member randomNonce has ${nonce.length} digits, and a nonce has 16 to 32. Store the one that the sender signed, and nothing else in this member`;
}

/** API: shape ImportTokenId. */
function tokenProblem(token: string): string | undefined {
  return /^import-token-[0-9a-zA-Z]{16,64}$/.test(token) ? undefined
    : 'its member importToken is no import token: import-token- and 16 to 64 letters and digits. Store the one that get-parameters-for-import showed, and nothing else in this member';
}

/** The service's own answer to an expired token does not say so. */
function expiryProblem(validUntil: string | undefined, now: Date): string | undefined {
  if (validUntil === undefined) { return undefined; }
  // As JSON, the AWS CLI shows seconds since 1970 (version 1) or a date (version 2).
  const time = /^\d+(\.\d+)?$/.test(validUntil) ? Number(validUntil) * 1000 : Date.parse(validUntil);
  if (Number.isNaN(new Date(time).getTime())) { return `its member ${VALID_UNTIL} is no time. Store the ParametersValidUntilTimestamp of get-parameters-for-import, for example 2026-12-28T12:00:00Z`; }
  return time > now.getTime() ? undefined
    : `its import token expired at ${new Date(time).toISOString()}. Ask for another one (get-parameters-for-import), have the key wrapped with it, and store both`;
}

/** Some tools store the base64 of the PEM text, as the API takes it. */
function asPem(certificate: string): string {
  return certificate.startsWith('-----') ? certificate : Buffer.from(certificate, 'base64').toString('utf8');
}

function checked(certificates: ReadonlyArray<readonly [what: string, pem: string]>, material: ImportedMaterial): Imported {
  const wrong = certificates.map(([what, pem]) => [what, certificateProblem(pem)] as const).find(([, problem]) => problem);
  return wrong ? refused(wrong.join(' ')) : found(material);
}
