/** Keys that protect other keys on their way. */
import { KeyObject, X509Certificate } from 'node:crypto';
import { algorithmOf, checkIssuer, checkTime, issuerAndSerialNumber, readCertificate } from './certificates/certificate';
import { invalid, ServiceError } from './errors';
import { modesOf } from './key-attributes';
import { Tr34Party } from './key-exchange/tr34';
import { arnOf, KeyInRegion } from './key-record';
import { findKey, requireUsable } from './lookup';
import { weaknessOf } from './security-strength';
import { Context } from './service';
import { KeyAlgorithm, ModeOfUse } from './shapes';

export interface SecretKey {
  readonly arn: string;
  readonly algorithm: KeyAlgorithm;
  readonly secret: Buffer;
}

export const WRAPPING_USAGES: readonly string[] = ['TR31_K0_KEY_ENCRYPTION_KEY', 'TR31_K1_KEY_BLOCK_PROTECTION_KEY'];

function requireMode(key: KeyInRegion, mode: ModeOfUse): void {
  const modes = modesOf(key.record.attributes);
  if (!modes.includes(mode) && !modes.includes('NoRestrictions')) {
    throw invalid(`KeyModesOfUse of ${arnOf(key)} do not have ${mode}.`);
  }
}

/** A symmetric key encryption key: to import, it must unwrap, to export, it must wrap. */
export function findWrappingKey(context: Context, identifier: string, mode: 'Wrap' | 'Unwrap'): SecretKey {
  const key = findKey(context, identifier);
  requireUsable(key);
  const { attributes: { KeyUsage, KeyAlgorithm: algorithm }, material } = key.record;
  if (!WRAPPING_USAGES.includes(KeyUsage) || material.secret === undefined) {
    throw invalid(`KeyUsage ${KeyUsage} of ${arnOf(key)} is not one of ${WRAPPING_USAGES.join(', ')}.`);
  }
  requireMode(key, mode);
  return { arn: arnOf(key), algorithm, secret: material.secret };
}

export interface KeyPair {
  readonly arn: string;
  readonly algorithm: KeyAlgorithm;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
  readonly deriveKeyUsage?: string;
}

/** A key pair of one of some usages, for one purpose. */
export function findKeyPair(context: Context, identifier: string, usages: readonly string[], mode: ModeOfUse): KeyPair {
  const key = findKey(context, identifier);
  requireUsable(key);
  const { attributes: { KeyUsage, KeyAlgorithm: algorithm }, material, deriveKeyUsage } = key.record;
  if (!usages.includes(KeyUsage) || material.privateKey === undefined) {
    throw invalid(`${arnOf(key)} of KeyUsage ${KeyUsage} is not a key pair of KeyUsage ${usages.join(' or ')}.`);
  }
  requireMode(key, mode);
  return { arn: arnOf(key), algorithm, publicKey: material.publicKey, privateKey: material.privateKey, deriveKeyUsage };
}

export interface Authority {
  readonly arn: string;
  readonly certificate: X509Certificate;
}

/** An imported certificate that vouches for others. */
export function findAuthority(context: Context, identifier: string): Authority {
  const key = findKey(context, identifier);
  requireUsable(key);
  const { certificate } = key.record.material;
  if (certificate === undefined || key.record.attributes.KeyUsage !== 'TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE') {
    throw invalid(`${arnOf(key)} is not the imported certificate of a certificate authority.`);
  }
  return { arn: arnOf(key), certificate: new X509Certificate(certificate) };
}

/** The certificate a request has in a member, valid now and signed by the authority. */
export function certifiedBy({ arn, certificate: issuer }: Authority, { now, service }: Context, wire: string, member: string): X509Certificate {
  const { orderOfIssuerName } = service.options.switches;
  const certificate = readCertificate(wire, member);
  checkTime(issuer, `The certificate of ${arn}`, now);
  checkTime(certificate, member, now);
  checkIssuer(certificate, member, issuer, orderOfIssuerName === 'ignored' ? 'any' : 'same');
  return certificate;
}

/** A key must not leave under one that is weaker. */
export function requireStrength(protecting: KeyAlgorithm, protectedKey: KeyAlgorithm): void {
  const weakness = weaknessOf(protecting, protectedKey);
  if (weakness !== undefined) throw invalid(weakness);
}

/** On its way in, a key under a weaker one has lost its strength already. */
export function requireStrengthOfImport({ service }: Context, protecting: KeyAlgorithm, protectedKey: KeyAlgorithm): void {
  const { importUnderWeakerKey } = service.options.switches;
  const weakness = weaknessOf(protecting, protectedKey);
  if (weakness !== undefined && importUnderWeakerKey !== 'accepted') throw new ServiceError(importUnderWeakerKey, weakness);
}

/** The algorithm of a certificate's key, which must be RSA: TR-34 and RSA cryptograms know nothing else. */
export function rsaAlgorithmOf(certificate: X509Certificate, member: string): KeyAlgorithm {
  const algorithm = algorithmOf(certificate.publicKey);
  if (algorithm?.startsWith('RSA_') !== true) throw invalid(`${member} has no RSA key of 2048, 3072 or 4096 bits.`);
  return algorithm;
}

/** How TR-34 names the owner of a certificate. */
export const partyOf = (certificate: X509Certificate): Tr34Party =>
  ({ name: issuerAndSerialNumber(certificate), publicKey: certificate.publicKey });

/** A certificate that must be of the key given. */
export function certificateOf(keyPair: KeyPair, wire: string, member: string): X509Certificate {
  const certificate = readCertificate(wire, member);
  if (!certificate.checkPrivateKey(keyPair.privateKey)) throw invalid(`${member} is not a certificate of ${keyPair.arn}.`);
  return certificate;
}
