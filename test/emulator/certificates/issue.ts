/** Makes certificates and certificate signing requests: both are a body in DER and a signature over it. */
import { createHash, KeyObject, sign } from 'node:crypto';
import { absent, bits, element, objectIdentifier, octets, sequence, setOf, smallInteger, TAG, unsignedInteger } from '../der';

export type SignatureHash = 'SHA224' | 'SHA256' | 'SHA384' | 'SHA512';

const RSA_SIGNATURES: Readonly<Record<SignatureHash, string>> = {
  SHA224: '1.2.840.113549.1.1.14', SHA256: '1.2.840.113549.1.1.11', SHA384: '1.2.840.113549.1.1.12', SHA512: '1.2.840.113549.1.1.13',
};

const ECDSA_SIGNATURES: Readonly<Record<SignatureHash, string>> = {
  SHA224: '1.2.840.10045.4.3.1', SHA256: '1.2.840.10045.4.3.2', SHA384: '1.2.840.10045.4.3.3', SHA512: '1.2.840.10045.4.3.4',
};

function signatureAlgorithm(key: KeyObject, hash: SignatureHash): Buffer {
  return key.asymmetricKeyType === 'rsa'
    ? sequence(objectIdentifier(RSA_SIGNATURES[hash]), absent())
    : sequence(objectIdentifier(ECDSA_SIGNATURES[hash]));
}

function signed(body: Buffer, key: KeyObject, hash: SignatureHash): Buffer {
  return sequence(body, signatureAlgorithm(key, hash), bits(sign(hash, body, key)));
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g)!;
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** In the order in which a name lists them. */
const NAME_ATTRIBUTES = {
  Country: { oid: '2.5.4.6', tag: TAG.printableString },
  Organization: { oid: '2.5.4.10', tag: TAG.utf8String },
  OrganizationUnit: { oid: '2.5.4.11', tag: TAG.utf8String },
  StateOrProvince: { oid: '2.5.4.8', tag: TAG.utf8String },
  CommonName: { oid: '2.5.4.3', tag: TAG.utf8String },
  City: { oid: '2.5.4.7', tag: TAG.utf8String },
  SerialNumber: { oid: '2.5.4.5', tag: TAG.printableString },
  EmailAddress: { oid: '1.2.840.113549.1.9.1', tag: TAG.ia5String },
} as const;

export type DistinguishedName = Readonly<Partial<Record<keyof typeof NAME_ATTRIBUTES, string>>>;

function nameOf(name: DistinguishedName): Buffer {
  const parts = Object.entries(NAME_ATTRIBUTES).flatMap(([attribute, { oid, tag }]) => {
    const value = name[attribute as keyof DistinguishedName];
    return value === undefined ? [] : [setOf(sequence(objectIdentifier(oid), element(tag, Buffer.from(value))))];
  });
  return sequence(...parts);
}

const spkiOf = (key: KeyObject): Buffer => key.export({ type: 'spki', format: 'der' });

export interface CertificateContent {
  readonly subject: DistinguishedName;
  readonly publicKey: KeyObject;
  readonly issuer: { readonly name: DistinguishedName; readonly publicKey: KeyObject; readonly privateKey: KeyObject };
  readonly serialNumber: Buffer;
  /** Milliseconds since 1970. */
  readonly validFrom: number;
  readonly validTo: number;
  readonly isAuthority: boolean;
}

/** RFC 5280: years are written with two digits until 2049. */
function time(milliseconds: number): Buffer {
  const digits = new Date(milliseconds).toISOString().replace(/\.\d+|[-:T]/g, '');
  return digits < '2050' ? element(TAG.utcTime, Buffer.from(digits.slice(2))) : element(TAG.generalizedTime, Buffer.from(digits));
}

const keyIdentifier = (key: KeyObject): Buffer => createHash('sha1').update(spkiOf(key)).digest();

function extension(oid: string, value: Buffer, critical: boolean): Buffer {
  return sequence(objectIdentifier(oid), ...critical ? [element(TAG.boolean, Buffer.from([0xff]))] : [], octets(value));
}

/** Digital signature, key encipherment and key agreement for a leaf; signatures of certificates for an authority. */
const KEY_USAGES = { authority: bits(Buffer.from([0x86]), 1), leaf: bits(Buffer.from([0xa8]), 3) };

function extensions({ publicKey, issuer, isAuthority }: CertificateContent): Buffer {
  return element(TAG.constructed3, sequence(
    extension('2.5.29.19', isAuthority ? sequence(element(TAG.boolean, Buffer.from([0xff]))) : sequence(), true),
    extension('2.5.29.15', isAuthority ? KEY_USAGES.authority : KEY_USAGES.leaf, true),
    extension('2.5.29.14', octets(keyIdentifier(publicKey)), false),
    extension('2.5.29.35', sequence(element(TAG.context0, keyIdentifier(issuer.publicKey))), false),
  ));
}

/** Of AWS's own certificates: the signature of a recorded one is of this hash. */
const CERTIFICATE_HASH: SignatureHash = 'SHA512';

/** A certificate in PEM. */
export function issueCertificate(content: CertificateContent): string {
  const { subject, publicKey, issuer, serialNumber, validFrom, validTo } = content;
  const body = sequence(
    element(TAG.constructed0, smallInteger(2)),
    unsignedInteger(serialNumber),
    signatureAlgorithm(issuer.privateKey, CERTIFICATE_HASH),
    nameOf(issuer.name),
    sequence(time(validFrom), time(validTo)),
    nameOf(subject),
    spkiOf(publicKey),
    extensions(content),
  );
  return pem('CERTIFICATE', signed(body, issuer.privateKey, CERTIFICATE_HASH));
}

/** A certificate signing request (PKCS #10) in PEM. */
export function signingRequest(subject: DistinguishedName, keys: { publicKey: KeyObject; privateKey: KeyObject }, hash: SignatureHash): string {
  const body = sequence(smallInteger(0), nameOf(subject), spkiOf(keys.publicKey), element(TAG.constructed0));
  return pem('CERTIFICATE REQUEST', signed(body, keys.privateKey, hash));
}
