import { toWire } from '../certificates/certificate';
import { certify, IssuedCertificate } from '../certificates/certificate-authority';
import { DistinguishedName, SignatureHash, signingRequest } from '../certificates/issue';
import { invalid } from '../errors';
import { arnOf, KeyInRegion } from '../key-record';
import { findKey, requireState } from '../lookup';
import { Context } from '../service';
import { Operations } from './operation';

const DAY = 24 * 60 * 60 * 1000;
const VALID_DAYS = 90;
/** A certificate that is valid for longer is given out again. */
const RENEWAL_DAYS = 30;

async function certificateOf(context: Context, key: KeyInRegion): Promise<IssuedCertificate> {
  const { service, now } = context;
  const { id, material } = key.record;
  if (material.certificate !== undefined) return importedCertificate(context, key, material.certificate);
  if (material.publicKey === undefined) throw invalid(`${arnOf(key)} is a symmetric key and has no public key.`);
  const last = service.keyCertificates.get(id);
  if (last !== undefined && last.validTo - now >= RENEWAL_DAYS * DAY) return last;
  const issued = await certify(service, material.publicKey, VALID_DAYS, now);
  service.keyCertificates.set(id, issued);
  return issued;
}

function importedCertificate({ service }: Context, key: KeyInRegion, certificate: string): IssuedCertificate {
  if (service.options.switches.certificateOfImportedPublicKey !== 'imported') {
    throw invalid(`${arnOf(key)} was imported with a certificate, and the service issues none for it.`);
  }
  return { certificate, chain: certificate, validTo: Infinity };
}

async function getPublicKeyCertificate(context: Context, { KeyIdentifier }: { readonly KeyIdentifier: string }): Promise<object> {
  const key = findKey(context, KeyIdentifier);
  requireState(key, 'CREATE_COMPLETE');
  const { certificate, chain } = await certificateOf(context, key);
  return { KeyCertificate: toWire(certificate), KeyCertificateChain: toWire(chain) };
}

interface SigningRequestInput {
  readonly KeyIdentifier: string;
  readonly SigningAlgorithm: SignatureHash;
  readonly CertificateSubject: DistinguishedName;
}

function getCertificateSigningRequest(context: Context, input: SigningRequestInput): object {
  const key = findKey(context, input.KeyIdentifier);
  requireState(key, 'CREATE_COMPLETE');
  const { material } = key.record;
  if (material.privateKey === undefined) throw invalid(`${arnOf(key)} has no private key to sign a request with.`);
  return { CertificateSigningRequest: toWire(signingRequest(input.CertificateSubject, material, input.SigningAlgorithm)) };
}

export const certificateOperations: Operations = {
  GetPublicKeyCertificate: getPublicKeyCertificate,
  GetCertificateSigningRequest: getCertificateSigningRequest,
};
