import { keyAttributes, tagList } from './create-key';
import { ServiceFault } from '../control-plane/fault';
import { ImportedMaterial, KeyImport } from '../control-plane/port';

/*
 * ImportKey as the API spells it: each way to bring material is one member of a union.
 */

export function importKeyInput(creation: KeyImport): object {
  return {
    KeyMaterial: keyMaterial(creation),
    Enabled: creation.enabled,
    KeyCheckValueAlgorithm: creation.keyCheckValueAlgorithm,
    ReplicationRegions: creation.replicationRegions,
    RequesterComment: creation.requesterComment,
    Tags: tagList(creation.tags),
  };
}

function keyMaterial(creation: KeyImport): object {
  const { material } = creation;
  switch (material.method) {
    case 'tr31': return { Tr31KeyBlock: { WrappingKeyIdentifier: material.wrappingKey, WrappedKeyBlock: material.keyBlock } };
    case 'tr34': return {
      Tr34KeyBlock: {
        CertificateAuthorityPublicKeyIdentifier: material.certificateAuthority,
        SigningKeyCertificate: base64(material.signingKeyCertificate),
        WrappedKeyBlock: material.keyBlock,
        KeyBlockFormat: 'X9_TR34_2012',
        RandomNonce: material.randomNonce,
        ...'importToken' in material.receiver
          ? { ImportToken: material.receiver.importToken }
          : { WrappingKeyIdentifier: material.receiver.wrappingKey, WrappingKeyCertificate: base64(material.receiver.certificate) },
      },
    };
    case 'rsaCryptogram': return {
      KeyCryptogram: {
        KeyAttributes: keyAttributes(creation),
        Exportable: creation.exportable,
        WrappedKeyCryptogram: material.cryptogram,
        ImportToken: material.importToken,
        WrappingSpec: material.wrappingSpec,
      },
    };
    case 'ecdhTr31': return {
      DiffieHellmanTr31KeyBlock: {
        PrivateKeyIdentifier: material.privateKey,
        CertificateAuthorityPublicKeyIdentifier: material.certificateAuthority,
        PublicKeyCertificate: base64(material.publicKeyCertificate),
        DeriveKeyAlgorithm: material.deriveKeyAlgorithm,
        KeyDerivationFunction: material.keyDerivationFunction,
        KeyDerivationHashAlgorithm: material.keyDerivationHashAlgorithm,
        DerivationData: { SharedInformation: material.sharedInformation },
        WrappedKeyBlock: material.keyBlock,
      },
    };
    case 'as2805': return {
      As2805KeyCryptogram: {
        As2805KeyVariant: material.keyVariant,
        KeyModesOfUse: keyAttributes(creation).KeyModesOfUse,
        KeyAlgorithm: creation.algorithm,
        Exportable: creation.exportable,
        WrappingKeyIdentifier: material.wrappingKey,
        WrappedKeyCryptogram: material.cryptogram,
      },
    };
    case 'rootCertificate': return {
      RootCertificatePublicKey: { KeyAttributes: keyAttributes(creation), PublicKeyCertificate: base64(material.certificate) },
    };
    case 'trustedCertificate': return {
      TrustedCertificatePublicKey: {
        KeyAttributes: keyAttributes(creation),
        PublicKeyCertificate: base64(material.certificate),
        CertificateAuthorityPublicKeyIdentifier: material.certificateAuthority,
      },
    };
  }
}

/** The service takes certificates as base64 of the PEM text (User Guide: importing keys). */
const base64 = (pem: string) => Buffer.from(pem).toString('base64');

/** Characters in a row that would tell something. */
const SHORTEST_RUN = 8;
/** The header of a key block is public. */
const HEADER_LENGTH = 16;

/** A refusal of the service may repeat what it was given. */
export async function withoutMaterial<T>(material: ImportedMaterial, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (fault) {
    if (!(fault instanceof ServiceFault) || !secretsOf(material).some(secret => repeats(fault.message, secret))) { throw fault; }
    throw fault.withDetail('the message of the service is left out, since it repeats a part of the material');
  }
}

function secretsOf(material: ImportedMaterial): readonly string[] {
  switch (material.method) {
    case 'tr31':
    case 'ecdhTr31': return [material.keyBlock.slice(HEADER_LENGTH)];
    // Nobody can tell a nonce from a clear key that was stored in its place.
    case 'tr34': return [material.keyBlock, material.randomNonce];
    case 'rsaCryptogram':
    case 'as2805': return [material.cryptogram];
    default: return [];
  }
}

function repeats(text: string, secret: string): boolean {
  const lower = text.toLowerCase();
  const last = secret.length - SHORTEST_RUN;
  return Array.from({ length: Math.max(0, last + 1) }, (_, at) => secret.slice(at, at + SHORTEST_RUN)).some(run => lower.includes(run.toLowerCase()));
}
