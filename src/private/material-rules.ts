import { KeyProblem } from './key-problem';
import { As2805KeyVariant } from '../as2805-key-variant';
import { PaymentKeyAlgorithm } from '../payment-key-algorithm';
import { PaymentKeyModesOfUse } from '../payment-key-modes-of-use';
import { PaymentKeyUsage } from '../payment-key-usage';

/*
 * Which keys each method of import can bring (User Guide, "Importing keys"; API: ImportKeyMaterial). Of usages and algorithms that
 * this version does not know, the service judges.
 */

/** A key as it is declared. */
export interface Declared {
  readonly usage: PaymentKeyUsage;
  readonly algorithm: PaymentKeyAlgorithm;
  readonly modesOfUse: PaymentKeyModesOfUse;
  readonly exportable?: boolean;
}

/** What is wrong with a key that is declared so, if it is imported by some method. */
export type Judge = (spec: Declared) => KeyProblem | undefined;

const contradiction = (message: string): KeyProblem => ({ name: 'MaterialContradictsSpec', message });

/** Keys that come wrapped are symmetric: the service has no import of private keys. */
export const judgeSymmetric: Judge = ({ algorithm }) => algorithm.asymmetric
  ? contradiction(`the spec has algorithm ${algorithm}, but only symmetric keys come wrapped. Let the service make key pairs, and import public keys by KeyMaterial.rootCertificate or trustedCertificate`)
  : undefined;

/** The strongest keys that RSA public keys of the service may wrap are those of AES_128. */
export const judgeRsaCryptogram: Judge = spec => {
  const { value } = spec.algorithm;
  return judgeSymmetric(spec) ?? (/^(AES_(192|256)$|HMAC_)/.test(value)
    ? contradiction(`the spec has algorithm ${value}, but an RSA cryptogram can hold TDES_2KEY, TDES_3KEY or AES_128. Bring stronger keys by KeyMaterial.tr31, under a wrapping key that is at least as strong`)
    : undefined);
};

export function judgeAs2805(variant: As2805KeyVariant): Judge {
  return spec => {
    const { algorithm, usage } = spec;
    const expected = variant._usage;
    if (expected !== undefined && usage.value !== expected.value) {
      return contradiction(`the spec has usage ${usage}, but a key under ${variant} becomes one of usage ${expected}. Declare that usage, or name the variant that the key was encrypted under`);
    }
    return judgeSymmetric(spec) ?? (/^(AES|HMAC)_/.test(algorithm.value)
      ? contradiction(`the spec has algorithm ${algorithm}, but AS 2805 cryptograms hold TDES keys. Declare TDES_2KEY or TDES_3KEY`)
      : undefined);
  };
}

interface PublicKeyUse {
  readonly usage: PaymentKeyUsage;
  readonly modesOfUse: PaymentKeyModesOfUse;
  /** The preset that declares it. */
  readonly preset: string;
}

export const SIGNATURES: PublicKeyUse = {
  usage: PaymentKeyUsage.TR31_S0_ASYMMETRIC_KEY_FOR_DIGITAL_SIGNATURE, modesOfUse: PaymentKeyModesOfUse.VERIFY_ONLY, preset: 'PaymentKeySpec.signatureVerification()',
};
export const ENCRYPTION: PublicKeyUse = {
  usage: PaymentKeyUsage.TR31_D1_ASYMMETRIC_KEY_FOR_DATA_ENCRYPTION, modesOfUse: PaymentKeyModesOfUse.ENCRYPT_WRAP, preset: 'PaymentKeySpec.publicKeyEncryption()',
};

/** @param algorithm that of the certificate, if it is known */
export function judgeCertificate(uses: readonly PublicKeyUse[], algorithm: string | undefined): Judge {
  return spec => {
    if (!uses.some(({ usage, modesOfUse }) => usage.value === spec.usage.value && `${modesOfUse}` === `${spec.modesOfUse}`)) {
      return contradiction(`the spec is for ${spec.usage} with ${spec.modesOfUse}, but the public key of such a certificate is for ${uses.map(({ usage, modesOfUse, preset }) => `${usage} with ${modesOfUse} (${preset})`).join(' or ')}`);
    }
    if (algorithm !== undefined && algorithm !== spec.algorithm.value) {
      return contradiction(`the spec has algorithm ${spec.algorithm}, but the public key of the certificate is ${algorithm}. Declare that, for example ${uses[0].preset.replace('()', `({ algorithm: PaymentKeyAlgorithm.${algorithm} })`)}`);
    }
    return spec.exportable === false
      ? contradiction('exportable is false, but the material is a certificate, whose public key anybody may have. Leave exportable out')
      : undefined;
  };
}
