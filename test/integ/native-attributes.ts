import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';

/** What PaymentKeySpec.cardVerification() asks for, as the native type says it. */
export const NATIVE_CARD_VERIFICATION: CfnKey.KeyAttributesProperty = {
  keyUsage: 'TR31_C0_CARD_VERIFICATION_KEY',
  keyClass: 'SYMMETRIC_KEY',
  keyAlgorithm: 'TDES_2KEY',
  keyModesOfUse: { generate: true, verify: true },
};
