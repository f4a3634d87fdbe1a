/**
 * TR-34 key transport, X9 TR-34 2012, in two passes, in the form without CMS that AWS Payment Cryptography uses.
 *
 * The receiver (KRD) sends a certificate of its encryption key and a random nonce. The sender (KDH) answers with
 *
 *     signed data ── envelope ── ephemeral key, encrypted under the receiver's key (RSA-OAEP)
 *                 │          └── key block, encrypted under the ephemeral key (CBC):
 *                 │                  sender's name, the transported key, its TR-31 header
 *                 └─ signed attributes: content type, nonce, TR-31 header, digest of the envelope
 *
 * signed with the key of the sender's certificate. The header stands there twice, signed and encrypted, and so
 * does the sender's name. A receiver accepts a token only when every one of these agrees with what it expects.
 */
import { constants, createCipheriv, createDecipheriv, createHash, KeyObject, privateDecrypt, publicEncrypt, sign, verify } from 'node:crypto';
import { absent, contentOf, DerError, element, Element, inside, objectIdentifier, octets, readElements, sequence, setOf, smallInteger, TAG } from '../der';

export type Tr34Fault =
  | 'malformed'
  | 'another sender'
  | 'another receiver'
  | 'another nonce'
  | 'not authentic'
  | 'not decryptable'
  | 'contradictory headers';

/** A TR-34 token that is refused. Messages never contain a key. */
export class Tr34Error extends Error {
  constructor(readonly fault: Tr34Fault, message: string) {
    super(message);
    this.name = 'Tr34Error';
  }
}

/** A party, by its certificate. */
export interface Tr34Party {
  /** Issuer and serial number of the certificate, in DER. */
  readonly name: Buffer;
  readonly publicKey: KeyObject;
}

export interface Tr34Content {
  /** The TR-31 header as text. Its version and its length say nothing here. */
  readonly header: string;
  readonly key: Buffer;
}

export type EphemeralCipher = 'TDES' | 'AES_128';

const OID = {
  data: '1.2.840.113549.1.7.1',
  signedData: '1.2.840.113549.1.7.2',
  envelopedData: '1.2.840.113549.1.7.3',
  rsaEncryption: '1.2.840.113549.1.1.1',
  oaep: '1.2.840.113549.1.1.7',
  mgf1: '1.2.840.113549.1.1.8',
  pSpecified: '1.2.840.113549.1.1.9',
  contentType: '1.2.840.113549.1.9.3',
  messageDigest: '1.2.840.113549.1.9.4',
  randomNonce: '1.2.840.113549.1.9.25.3',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const;

interface Cipher {
  readonly oid: string;
  readonly name: string;
  readonly keySize: number;
  readonly blockSize: number;
}

const CIPHERS: Readonly<Record<EphemeralCipher, Cipher>> = {
  TDES: { oid: '1.2.840.113549.3.7', name: 'des-ede3-cbc', keySize: 24, blockSize: 8 },
  AES_128: { oid: '2.16.840.1.101.3.4.1.2', name: 'aes-128-cbc', keySize: 16, blockSize: 16 },
};

const OAEP = { padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' } as const;

const OAEP_ALGORITHM = sequence(
  objectIdentifier(OID.oaep),
  sequence(
    sequence(objectIdentifier(OID.sha256), absent()),
    sequence(objectIdentifier(OID.mgf1), sequence(objectIdentifier(OID.sha256))),
    sequence(objectIdentifier(OID.pSpecified), octets(Buffer.alloc(0))),
  ),
);

const attribute = (oid: string, value: Buffer): Buffer => sequence(objectIdentifier(oid), setOf(value));

const sha256 = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();

export interface Tr34Sealing {
  readonly content: Tr34Content;
  readonly sender: Tr34Party & { readonly privateKey: KeyObject };
  readonly receiver: Tr34Party;
  readonly nonce: Buffer;
  readonly cipher: EphemeralCipher;
  readonly random: (size: number) => Buffer;
}

export function sealTr34({ content, sender, receiver, nonce, cipher, random }: Tr34Sealing): Buffer {
  const { oid, name, keySize, blockSize } = CIPHERS[cipher];
  const headerAttribute = attribute(OID.data, octets(Buffer.from(content.header, 'latin1')));
  const keyBlock = sequence(smallInteger(1), sender.name, octets(content.key), headerAttribute);
  const ephemeral = random(keySize);
  const iv = random(blockSize);
  const encryption = createCipheriv(name, ephemeral, iv);
  const encrypted = Buffer.concat([encryption.update(keyBlock), encryption.final()]);
  const recipient = sequence(smallInteger(0), receiver.name, OAEP_ALGORITHM, octets(publicEncrypt({ ...OAEP, key: receiver.publicKey }, ephemeral)));
  const envelope = Buffer.concat([
    smallInteger(0),
    setOf(recipient),
    sequence(objectIdentifier(OID.data), sequence(objectIdentifier(oid), octets(iv), element(TAG.context0, encrypted))),
  ]);
  const attributes = Buffer.concat([
    attribute(OID.contentType, objectIdentifier(OID.envelopedData)),
    attribute(OID.randomNonce, octets(nonce)),
    headerAttribute,
    attribute(OID.messageDigest, octets(sha256(envelope))),
  ]);
  const signature = sign('sha256', setOf(attributes), sender.privateKey);
  const digestAlgorithm = sequence(objectIdentifier(OID.sha256));
  const signer = sequence(
    smallInteger(1), sender.name, digestAlgorithm, element(TAG.constructed0, attributes),
    sequence(objectIdentifier(OID.rsaEncryption), absent()), octets(signature),
  );
  return sequence(
    objectIdentifier(OID.signedData),
    element(TAG.constructed0, sequence(
      smallInteger(1),
      setOf(digestAlgorithm),
      sequence(objectIdentifier(OID.envelopedData), element(TAG.constructed0, octets(envelope))),
      setOf(signer),
    )),
  );
}

export interface Tr34Opening {
  readonly token: Buffer;
  readonly sender: Tr34Party;
  readonly receiver: Tr34Party & { readonly privateKey: KeyObject };
  readonly nonce: Buffer;
}

export function openTr34(opening: Tr34Opening): Tr34Content {
  try {
    return open(opening);
  } catch (error) {
    if (error instanceof DerError) throw new Tr34Error('malformed', `The TR-34 key block is not built as X9 TR-34 2012 asks: ${error.message}`);
    throw error;
  }
}

function open({ token, sender, receiver, nonce }: Tr34Opening): Tr34Content {
  const { envelope, signerName, attributes, signature } = readSignedData(token);
  expectEqual(signerName, sender.name, 'another sender', 'The TR-34 key block is signed by another certificate than the signing key certificate.');
  if (!verify('sha256', setOf(attributes), sender.publicKey, signature)) {
    throw new Tr34Error('not authentic', 'The signature of the TR-34 key block does not fit the signing key certificate.');
  }
  const signed = readAttributes(attributes);
  expectEqual(octetsOf(signed, OID.messageDigest), sha256(envelope), 'not authentic', 'The TR-34 key block was changed after it was signed.');
  expectEqual(octetsOf(signed, OID.randomNonce), nonce, 'another nonce', 'The TR-34 key block is made for another random nonce.');
  const content = openEnvelope(envelope, sender, receiver);
  const signedHeader = octetsOf(signed, OID.data).toString('latin1');
  if (signedHeader !== content.header) {
    throw new Tr34Error('contradictory headers', 'The TR-34 key block has one TR-31 header in the clear and another one that is encrypted.');
  }
  return content;
}

function expectEqual(found: Buffer, expected: Buffer, fault: Tr34Fault, message: string): void {
  if (!found.equals(expected)) throw new Tr34Error(fault, message);
}

function expectIdentifier(found: Element | undefined, oid: string): void {
  if (found === undefined || !found.encoded.equals(objectIdentifier(oid))) throw new DerError(`The object identifier ${oid} is missing.`);
}

function readSignedData(token: Buffer): { envelope: Buffer; signerName: Buffer; attributes: Buffer; signature: Buffer } {
  const [outer] = readElements(token);
  const [type, content] = inside(outer, TAG.sequence);
  expectIdentifier(type, OID.signedData);
  const [signedData] = inside(content, TAG.constructed0);
  const [, , contentInfo, signers] = inside(signedData, TAG.sequence);
  const [enveloped, wrapped] = inside(contentInfo, TAG.sequence);
  expectIdentifier(enveloped, OID.envelopedData);
  const [envelope] = inside(wrapped, TAG.constructed0);
  const [signer] = inside(signers, TAG.set);
  const [, signerName, , attributes, , signature] = inside(signer, TAG.sequence);
  return {
    envelope: contentOf(envelope, TAG.octetString),
    signerName: encodedOf(signerName),
    attributes: contentOf(attributes, TAG.constructed0),
    signature: contentOf(signature, TAG.octetString),
  };
}

function encodedOf(found: Element | undefined): Buffer {
  contentOf(found, TAG.sequence);
  return found!.encoded;
}

/** Values by the encoded identifier. */
function readAttributes(attributes: Buffer): Map<string, Element> {
  return new Map(readElements(attributes).map(found => {
    const [oid, values] = inside(found, TAG.sequence);
    return [oid?.encoded.toString('hex') ?? '', inside(values, TAG.set)[0]];
  }));
}

const octetsOf = (attributes: ReadonlyMap<string, Element>, oid: string): Buffer =>
  contentOf(attributes.get(objectIdentifier(oid).toString('hex')), TAG.octetString);

function openEnvelope(envelope: Buffer, sender: Tr34Party, receiver: Tr34Opening['receiver']): Tr34Content {
  const [, recipients, encryptedContent] = readElements(envelope);
  const [recipient] = inside(recipients, TAG.set);
  const [, receiverName, , encryptedKey] = inside(recipient, TAG.sequence);
  expectEqual(encodedOf(receiverName), receiver.name, 'another receiver', 'The TR-34 key block is encrypted for another wrapping key certificate.');
  const [, cipherInfo] = inside(encryptedContent, TAG.sequence);
  const [oid, iv, encrypted] = inside(cipherInfo, TAG.sequence);
  const cipher = Object.values(CIPHERS).find(candidate => oid?.encoded.equals(objectIdentifier(candidate.oid)));
  if (cipher === undefined) throw new DerError('The key block is encrypted with neither TDES nor AES-128 in CBC mode.');
  const keyBlock = decrypted(() => {
    const ephemeral = privateDecrypt({ ...OAEP, key: receiver.privateKey }, contentOf(encryptedKey, TAG.octetString));
    const decryption = createDecipheriv(cipher.name, ephemeral, contentOf(iv, TAG.octetString));
    return Buffer.concat([decryption.update(contentOf(encrypted, TAG.context0)), decryption.final()]);
  });
  const [, senderName, key, header] = inside(readElements(keyBlock)[0], TAG.sequence);
  expectEqual(encodedOf(senderName), sender.name, 'another sender', 'The encrypted part of the TR-34 key block names another sender than its signature.');
  return { key: contentOf(key, TAG.octetString), header: octetsOf(readAttributes(encodedOf(header)), OID.data).toString('latin1') };
}

function decrypted(decrypt: () => Buffer): Buffer {
  try {
    return decrypt();
  } catch (error) {
    if (error instanceof DerError) throw error;
    throw new Tr34Error('not decryptable', 'The TR-34 key block cannot be decrypted with the key of the wrapping key certificate.');
  }
}
