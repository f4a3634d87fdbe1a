import { IKeyRef } from 'aws-cdk-lib/aws-paymentcryptography';
import { Stack, Token, TokenComparison } from 'aws-cdk-lib/core';
import { As2805KeyVariant } from './as2805-key-variant';
import { KeyBlock } from './key-block';
import { KeyDerivationFunction } from './key-derivation-function';
import { KeyDerivationHashAlgorithm } from './key-derivation-hash-algorithm';
import { PaymentKeyAlgorithm } from './payment-key-algorithm';
import { readCertificate } from './private/certificate';
import { concealed, expect, Expectations, KEY, optional, TEXT, thing } from './private/expected';
import { KeyProblem } from './private/key-problem';
import { Declared, ENCRYPTION, Judge, judgeAs2805, judgeCertificate, judgeRsaCryptogram, judgeSymmetric, SIGNATURES } from './private/material-rules';
import { ReadPermission } from './private/wrapped-key-store';
import { KeyMaterial as Written } from './provider/contract/key-material';
import { WrappingSpec } from './wrapping-spec';

/**
 * A key in a TR-31 key block, under a key that both parties hold.
 */
export interface Tr31KeyMaterialProps {
  /**
   * The key that the block was made with, of key usage K0 or K1 and with the mode of use unwrap, in the Region of the
   * stack: a key of this library, a native `CfnKey`, or a reference to either.
   *
   * API: `WrappingKeyIdentifier`.
   */
  readonly wrappingKey: IKeyRef;

  /**
   * Where the key block is kept. Usage, algorithm, modes of use and exportability of the key are those of the block; what is
   * declared is compared with them before anything is imported.
   *
   * API: `WrappedKeyBlock`.
   */
  readonly keyBlock: KeyBlock;
}

/**
 * A key in a TR-34 payload (X9 TR-34 2012, non-CMS, two passes), under a public key of the service or of your own.
 */
export interface Tr34KeyMaterialProps {
  /**
   * The public key of the certificate authority that signed the certificate of the sender, in the Region of the stack: for
   * example a key that was imported by `KeyMaterial.rootCertificate`.
   *
   * API: `CertificateAuthorityPublicKeyIdentifier`.
   */
  readonly certificateAuthority: IKeyRef;

  /**
   * Where the payload is kept: a JSON object with the members `wrappedKeyBlock`, `signingKeyCertificate` and `randomNonce`,
   * and with `importToken` unless `wrappingKey` is given.
   *
   * API: `WrappedKeyBlock`, `SigningKeyCertificate`, `RandomNonce`, `ImportToken`.
   */
  readonly keyBlock: KeyBlock;

  /**
   * The key pair of the recipient, in the Region of the stack. Only together with `wrappingKeyCertificate`.
   *
   * API: `WrappingKeyIdentifier`.
   *
   * @default - the key pair behind the import token in `keyBlock`
   */
  readonly wrappingKey?: IKeyRef;

  /**
   * The certificate of `wrappingKey`, exactly one in PEM. Only together with `wrappingKey`.
   *
   * API: `WrappingKeyCertificate`.
   *
   * @default - the certificate behind the import token in `keyBlock`
   */
  readonly wrappingKeyCertificate?: string;
}

/**
 * A key in an RSA cryptogram: TDES or AES_128, under a public key that the service hands out with an import token.
 */
export interface RsaCryptogramKeyMaterialProps {
  /**
   * Where the cryptogram is kept: a JSON object with the members `wrappedKeyCryptogram` and `importToken`.
   *
   * API: `WrappedKeyCryptogram`, `ImportToken`.
   */
  readonly cryptogram: KeyBlock;

  /**
   * How the key was encrypted.
   *
   * API: `WrappingSpec`.
   *
   * @default WrappingSpec.RSA_OAEP_SHA_256
   */
  readonly wrappingSpec?: WrappingSpec;
}

/**
 * A key in a TR-31 key block, under a key that both parties derive from an agreement by ECDH.
 */
export interface EcdhTr31KeyMaterialProps {
  /**
   * The key pair of the recipient, of key usage K3, in the Region of the stack.
   *
   * API: `PrivateKeyIdentifier`.
   */
  readonly privateKey: IKeyRef;

  /**
   * The public key of the certificate authority that signed `publicKeyCertificate`, in the Region of the stack.
   *
   * API: `CertificateAuthorityPublicKeyIdentifier`.
   */
  readonly certificateAuthority: IKeyRef;

  /**
   * The certificate of the sender's public key, exactly one in PEM.
   *
   * API: `PublicKeyCertificate`.
   */
  readonly publicKeyCertificate: string;

  /**
   * Where the key block is kept. Usage, algorithm, modes of use and exportability of the key are those of the block; what is
   * declared is compared with them before anything is imported.
   *
   * API: `WrappedKeyBlock`.
   */
  readonly keyBlock: KeyBlock;

  /**
   * The algorithm of the derived key that the block was made with; a symmetric one.
   *
   * API: `DeriveKeyAlgorithm`.
   */
  readonly deriveKeyAlgorithm: PaymentKeyAlgorithm;

  /**
   * The function by which that key is derived.
   *
   * API: `KeyDerivationFunction`.
   */
  readonly keyDerivationFunction: KeyDerivationFunction;

  /**
   * The hash function inside it.
   *
   * API: `KeyDerivationHashAlgorithm`.
   */
  readonly keyDerivationHashAlgorithm: KeyDerivationHashAlgorithm;

  /**
   * What both parties agreed to mix into the derivation: 1 to 1024 bytes, as 2 to 2048 hexadecimal digits. It is no secret.
   *
   * API: `DerivationData`, `SharedInformation`.
   */
  readonly sharedInformation: string;
}

/**
 * A TDES key in a cryptogram by AS 2805.6.1, under a variant of a key encryption key.
 */
export interface As2805KeyMaterialProps {
  /**
   * The key encryption key, TDES as well, in the Region of the stack.
   *
   * API: `WrappingKeyIdentifier`.
   */
  readonly wrappingKey: IKeyRef;

  /**
   * Where the cryptogram is kept.
   *
   * API: `WrappedKeyCryptogram`.
   */
  readonly cryptogram: KeyBlock;

  /**
   * The variant that the key was encrypted under. It decides the usage of the key.
   *
   * API: `As2805KeyVariant`.
   */
  readonly keyVariant: As2805KeyVariant;
}

/**
 * The public key of a root certificate, which others are verified with.
 */
export interface RootCertificateKeyMaterialProps {
  /**
   * The certificate, exactly one in PEM.
   *
   * API: `PublicKeyCertificate`.
   */
  readonly certificate: string;

  /**
   * What those should read who have to approve the import, where the account has multi-party approval: at most 200
   * characters.
   *
   * API: `RequesterComment`.
   *
   * @default - none
   */
  readonly requesterComment?: string;
}

/**
 * The public key of a certificate that an authority signed which the service knows.
 */
export interface TrustedCertificateKeyMaterialProps {
  /**
   * The certificate, exactly one in PEM.
   *
   * API: `PublicKeyCertificate`.
   */
  readonly certificate: string;

  /**
   * The public key of the certificate authority that signed it, in the Region of the stack: for example a key that was
   * imported by `KeyMaterial.rootCertificate`.
   *
   * API: `CertificateAuthorityPublicKeyIdentifier`.
   */
  readonly certificateAuthority: IKeyRef;
}

const KEY_BLOCK = concealed(thing("a KeyBlock, for example KeyBlock.fromSecret(secret, { versionId: '…' }), since a wrapped key is never passed itself", '_store'));
/** Whoever has a key at hand may put it in place of a certificate. */
const CERTIFICATE = concealed(TEXT);

const TR31: Expectations<keyof Tr31KeyMaterialProps> = { wrappingKey: KEY, keyBlock: KEY_BLOCK };
const TR34: Expectations<keyof Tr34KeyMaterialProps> = {
  certificateAuthority: KEY, keyBlock: KEY_BLOCK, wrappingKey: optional(KEY), wrappingKeyCertificate: optional(CERTIFICATE),
};
const RSA_CRYPTOGRAM: Expectations<keyof RsaCryptogramKeyMaterialProps> = {
  cryptogram: KEY_BLOCK, wrappingSpec: optional(thing('a WrappingSpec, for example WrappingSpec.RSA_OAEP_SHA_256', 'value')),
};
const ECDH_TR31: Expectations<keyof EcdhTr31KeyMaterialProps> = {
  privateKey: KEY,
  certificateAuthority: KEY,
  publicKeyCertificate: CERTIFICATE,
  keyBlock: KEY_BLOCK,
  deriveKeyAlgorithm: thing('a PaymentKeyAlgorithm, for example PaymentKeyAlgorithm.AES_256', 'value', 'asymmetric'),
  keyDerivationFunction: thing('a KeyDerivationFunction, for example KeyDerivationFunction.NIST_SP800', 'value'),
  keyDerivationHashAlgorithm: thing('a KeyDerivationHashAlgorithm, for example KeyDerivationHashAlgorithm.SHA_512', 'value'),
  sharedInformation: concealed(TEXT),
};
const AS2805: Expectations<keyof As2805KeyMaterialProps> = {
  wrappingKey: KEY, cryptogram: KEY_BLOCK, keyVariant: thing('an As2805KeyVariant, for example As2805KeyVariant.PIN_ENCRYPTION_KEY_VARIANT_28', 'value'),
};
const ROOT_CERTIFICATE: Expectations<keyof RootCertificateKeyMaterialProps> = {
  certificate: CERTIFICATE, requesterComment: concealed(optional(TEXT)),
};
const TRUSTED_CERTIFICATE: Expectations<keyof TrustedCertificateKeyMaterialProps> = { certificate: CERTIFICATE, certificateAuthority: KEY };

/** API: shape SharedInformation. */
const SHARED_INFORMATION = /^([0-9a-fA-F]{2}){1,1024}$/;

/** API: shape MpaRequesterComment. */
const LONGEST_COMMENT = 200;

/** API: `KeyClass` of what a certificate brings. */
const PUBLIC_KEY = 'PUBLIC_KEY';

/** What a method of import says to the key that is declared with it. */
interface Import {
  /** As it stands in the template. */
  readonly written: Written;
  /** The keys that the service needs for it, by the names of the properties. */
  readonly keys?: Readonly<Record<string, IKeyRef | undefined>>;
  readonly keyBlock?: KeyBlock;
  /** What is wrong whatever key it is for. */
  readonly problems?: readonly (KeyProblem | undefined)[];
  readonly judge: Judge;
  /** API: `KeyClass`, if it is not that of keys which the service makes with the algorithm. */
  readonly keyClass?: string;
}

/**
 * Where the material of a key comes from, if the service does not generate it: another party, or an HSM.
 *
 * There is a method for each member of the union `ImportKeyMaterial` of the API. What comes wrapped is named by a `KeyBlock` and
 * read only when it is imported; certificates are public, and stand in the template. What cannot be right is an error of the
 * key that is declared with it.
 *
 * API: ImportKey, `KeyMaterial`.
 */
export class KeyMaterial {
  /**
   * A symmetric key in a TR-31 key block, under a key that both parties hold. The usual way for all keys but the first.
   *
   * @param props the wrapping key, and where the block is
   */
  public static tr31(props: Tr31KeyMaterialProps): KeyMaterial {
    expect('KeyMaterial.tr31', 'props', props, TR31);
    const { wrappingKey, keyBlock } = props;
    return new KeyMaterial({
      written: { Method: 'TR31', WrappingKey: idOf(wrappingKey), WrappedKey: keyBlock._store.reference },
      keys: { wrappingKey },
      keyBlock,
      judge: judgeSymmetric,
    });
  }

  /**
   * A symmetric key in a TR-34 payload, under an RSA public key: the usual way for the first key that two parties share.
   *
   * @param props the certificate authority, and where the payload is
   */
  public static tr34(props: Tr34KeyMaterialProps): KeyMaterial {
    expect('KeyMaterial.tr34', 'props', props, TR34);
    const { certificateAuthority, keyBlock, wrappingKey, wrappingKeyCertificate } = props;
    const certificate = wrappingKeyCertificate === undefined ? undefined : readCertificate('wrappingKeyCertificate', wrappingKeyCertificate);
    return new KeyMaterial({
      written: {
        Method: 'TR34',
        CertificateAuthority: idOf(certificateAuthority),
        WrappedKey: keyBlock._store.reference,
        WrappingKey: wrappingKey && idOf(wrappingKey),
        WrappingKeyCertificate: certificate?.pem,
      },
      keys: { certificateAuthority, wrappingKey },
      keyBlock,
      problems: [together({ wrappingKey, wrappingKeyCertificate }), certificate?.problem],
      judge: judgeSymmetric,
    });
  }

  /**
   * A TDES or AES_128 key in an RSA cryptogram. Nothing in a cryptogram says who made it or whether it is whole, so the key
   * should have an `expectedKeyCheckValue`.
   *
   * @param props where the cryptogram is, and how it was made
   */
  public static rsaCryptogram(props: RsaCryptogramKeyMaterialProps): KeyMaterial {
    expect('KeyMaterial.rsaCryptogram', 'props', props, RSA_CRYPTOGRAM);
    const { cryptogram, wrappingSpec = WrappingSpec.RSA_OAEP_SHA_256 } = props;
    return new KeyMaterial({
      written: { Method: 'RSA_CRYPTOGRAM', WrappedKey: cryptogram._store.reference, WrappingSpec: wrappingSpec.value },
      keyBlock: cryptogram,
      judge: judgeRsaCryptogram,
    });
  }

  /**
   * A symmetric key in a TR-31 key block, under a key that both parties derive from an agreement by ECDH.
   *
   * @param props the keys and certificates of both parties, how they derive, and where the block is
   */
  public static ecdhTr31(props: EcdhTr31KeyMaterialProps): KeyMaterial {
    expect('KeyMaterial.ecdhTr31', 'props', props, ECDH_TR31);
    const { privateKey, certificateAuthority, keyBlock, deriveKeyAlgorithm, sharedInformation } = props;
    const certificate = readCertificate('publicKeyCertificate', props.publicKeyCertificate);
    return new KeyMaterial({
      written: {
        Method: 'ECDH_TR31',
        PrivateKey: idOf(privateKey),
        CertificateAuthority: idOf(certificateAuthority),
        PublicKeyCertificate: certificate.pem,
        DeriveKeyAlgorithm: deriveKeyAlgorithm.value,
        KeyDerivationFunction: props.keyDerivationFunction.value,
        KeyDerivationHashAlgorithm: props.keyDerivationHashAlgorithm.value,
        SharedInformation: sharedInformation,
        WrappedKey: keyBlock._store.reference,
      },
      keys: { privateKey, certificateAuthority },
      keyBlock,
      problems: [certificate.problem, symmetric(deriveKeyAlgorithm), bytes(sharedInformation)],
      judge: judgeSymmetric,
    });
  }

  /**
   * A TDES key in a cryptogram by AS 2805.6.1, as Australian networks exchange them.
   *
   * @param props the key encryption key, its variant, and where the cryptogram is
   */
  public static as2805(props: As2805KeyMaterialProps): KeyMaterial {
    expect('KeyMaterial.as2805', 'props', props, AS2805);
    const { wrappingKey, cryptogram, keyVariant } = props;
    return new KeyMaterial({
      written: { Method: 'AS2805', WrappingKey: idOf(wrappingKey), KeyVariant: keyVariant.value, WrappedKey: cryptogram._store.reference },
      keys: { wrappingKey },
      keyBlock: cryptogram,
      judge: judgeAs2805(keyVariant),
    });
  }

  /**
   * The public key of a root certificate: `PaymentKeySpec.signatureVerification(…)` with the algorithm of the certificate.
   *
   * @param props the certificate
   */
  public static rootCertificate(props: RootCertificateKeyMaterialProps): KeyMaterial {
    expect('KeyMaterial.rootCertificate', 'props', props, ROOT_CERTIFICATE);
    const { pem, problem, algorithm } = readCertificate('certificate', props.certificate);
    return new KeyMaterial({
      written: { Method: 'ROOT_CERTIFICATE', Certificate: pem, RequesterComment: props.requesterComment },
      problems: [problem, short(props.requesterComment)],
      judge: judgeCertificate([SIGNATURES], algorithm),
      keyClass: PUBLIC_KEY,
    });
  }

  /**
   * The public key of a certificate that an authority signed: `PaymentKeySpec.signatureVerification(…)`, or to encrypt with
   * it `PaymentKeySpec.publicKeyEncryption(…)`, with the algorithm of the certificate.
   *
   * @param props the certificate, and the authority
   */
  public static trustedCertificate(props: TrustedCertificateKeyMaterialProps): KeyMaterial {
    expect('KeyMaterial.trustedCertificate', 'props', props, TRUSTED_CERTIFICATE);
    const { certificateAuthority } = props;
    const { pem, problem, algorithm } = readCertificate('certificate', props.certificate);
    return new KeyMaterial({
      written: { Method: 'TRUSTED_CERTIFICATE', Certificate: pem, CertificateAuthority: idOf(certificateAuthority) },
      keys: { certificateAuthority },
      problems: [problem],
      judge: judgeCertificate([SIGNATURES, ENCRYPTION], algorithm),
      keyClass: PUBLIC_KEY,
    });
  }

  /**
   * As it stands in the template.
   *
   * @internal
   */
  public readonly _written: Written;

  /**
   * API: `KeyClass`, if it is not that of keys which the service makes with the algorithm.
   *
   * @internal
   */
  public readonly _keyClass?: string;

  /**
   * Whether what comes tells by itself whose key it is and what it is for. The others would bring any key.
   *
   * @internal
   */
  public readonly _isAuthenticated: boolean;

  private readonly method: Import;

  private constructor(method: Import) {
    this.method = method;
    this._isAuthenticated = !['RSA_CRYPTOGRAM', 'AS2805'].includes(method.written.Method);
    this._written = method.written;
    this._keyClass = method.keyClass;
  }

  /**
   * What a key throws that is declared with it in this stack, the first of them.
   *
   * @internal
   */
  public _problems(stack: Stack, declared: Declared): KeyProblem[] {
    const { problems = [], keys = {}, keyBlock, judge } = this.method;
    const found = [
      ...problems,
      ...Object.entries(keys).map(([name, key]) => key && inOtherRegion(name, key, stack)),
      ...keyBlock?._store.problems(stack) ?? [],
      judge(declared),
    ];
    return found.flatMap(problem => problem ?? []);
  }

  /**
   * What the function must be allowed to read for the import.
   *
   * @internal
   */
  public _permissions(): ReadPermission[] {
    return this.method.keyBlock?._store.permissions() ?? [];
  }
}

/** The ARN of a key, or of an alias of one. */
function idOf(key: IKeyRef): string {
  return key.keyRef.keyIdentifier;
}

function inOtherRegion(property: string, { env }: IKeyRef, { region }: Stack): KeyProblem | undefined {
  return Token.compareStrings(env.region, region) === TokenComparison.DIFFERENT
    ? {
      name: 'KeyInOtherEnvironment',
      message: `${property} is a key in ${env.region}, but the stack is in ${region}, and the service imports with keys of the same Region. Pass its replica there: key.replica('${region}')`,
    }
    : undefined;
}

function together({ wrappingKey, wrappingKeyCertificate }: Pick<Tr34KeyMaterialProps, 'wrappingKey' | 'wrappingKeyCertificate'>): KeyProblem | undefined {
  if ((wrappingKey === undefined) === (wrappingKeyCertificate === undefined)) { return undefined; }
  const [given, missing] = wrappingKey === undefined ? ['wrappingKeyCertificate', 'wrappingKey'] : ['wrappingKey', 'wrappingKeyCertificate'];
  return {
    name: 'WrappingKeyIncomplete',
    message: `${given} is given without ${missing}. Give both, or leave both out, and keep importToken in the JSON object of keyBlock`,
  };
}

function symmetric(algorithm: PaymentKeyAlgorithm): KeyProblem | undefined {
  return algorithm.asymmetric
    ? { name: 'DeriveKeyAlgorithmNotAllowed', message: `deriveKeyAlgorithm is ${algorithm}, but the derived key wraps a key block, so that it is symmetric. Choose a TDES or AES algorithm` }
    : undefined;
}

function bytes(sharedInformation: string): KeyProblem | undefined {
  return Token.isUnresolved(sharedInformation) || SHARED_INFORMATION.test(sharedInformation)
    ? undefined
    : {
      name: 'InvalidSharedInformation',
      message: `sharedInformation must be an even number of hexadecimal digits, 2 to 2048, but is a string of ${sharedInformation.length} characters. Write each byte as two digits, without separators`,
    };
}

function short(comment: string | undefined): KeyProblem | undefined {
  return comment === undefined || Token.isUnresolved(comment) || comment.length <= LONGEST_COMMENT
    ? undefined
    : { name: 'InvalidRequesterComment', message: `requesterComment must have ${LONGEST_COMMENT} characters at most, but has ${comment.length}. Shorten it` };
}
