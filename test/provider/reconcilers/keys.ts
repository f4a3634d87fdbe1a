import { adoptedKeyProperties, AdoptedKeyProperties } from '../../../src/provider/contract/adopted-payment-key';
import { KeyProperties, keyProperties } from '../../../src/provider/contract/multi-region-payment-key';

/** The blog's card verification key, as the handler reads it. */
export function cvk(declared: Partial<KeyProperties> = {}): KeyProperties {
  return {
    ...keyProperties.decode({
      KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'TDES_2KEY', KeyModesOfUse: ['Generate', 'Verify'],
    }, ''),
    ...declared,
  };
}

export function adopted(KeyArn: string, declared: Partial<AdoptedKeyProperties> = {}): AdoptedKeyProperties {
  return { ...adoptedKeyProperties.decode({ KeyArn }, ''), ...declared };
}

/** What CreateKey is given for such a key by hand. */
export const BY_HAND = {
  KeyAttributes: {
    KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: 'TDES_2KEY', KeyModesOfUse: { Generate: true, Verify: true },
  },
  Exportable: true,
};
