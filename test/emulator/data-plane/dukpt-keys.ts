/** Working keys of DUKPT, for whichever of its two standards the base derivation key is. */
import { CipherKey, aes, tdes } from '../cryptography/block-cipher';
import { fromHex } from '../cryptography/bytes';
import * as aesDukpt from '../cryptography/dukpt-aes';
import * as tdesDukpt from '../cryptography/dukpt-tdes';
import { invalid } from '../errors';
import { secretOf, UsableKey } from './usable-key';

export type Variant = 'BIDIRECTIONAL' | 'REQUEST' | 'RESPONSE';
export type Purpose = 'PIN' | 'MAC' | 'DATA';

export interface Dukpt {
  readonly keySerialNumber: string;
  /** By default that of the base key. */
  readonly derivationType?: aesDukpt.DerivedAlgorithm;
  readonly purpose: Purpose;
  readonly variant: Variant;
}

/** X9.24-1 has no keys for both directions: those of requests serve. */
const TDES_VARIANTS: Readonly<Record<Purpose, Readonly<Record<Variant, tdesDukpt.DukptVariant>>>> = {
  PIN: { BIDIRECTIONAL: 'PIN', REQUEST: 'PIN', RESPONSE: 'PIN' },
  MAC: { BIDIRECTIONAL: 'MAC_REQUEST', REQUEST: 'MAC_REQUEST', RESPONSE: 'MAC_RESPONSE' },
  DATA: { BIDIRECTIONAL: 'DATA_REQUEST', REQUEST: 'DATA_REQUEST', RESPONSE: 'DATA_RESPONSE' },
};

const AES_USES: Readonly<Record<Purpose, Readonly<Record<Variant, aesDukpt.AesDukptUse>>>> = {
  PIN: { BIDIRECTIONAL: 'PIN', REQUEST: 'PIN', RESPONSE: 'PIN' },
  MAC: { BIDIRECTIONAL: 'MAC', REQUEST: 'MACGEN', RESPONSE: 'MACVER' },
  DATA: { BIDIRECTIONAL: 'DATA', REQUEST: 'DATAENC', RESPONSE: 'DATADEC' },
};

/** From weak to strong. */
const STRENGTHS: readonly string[] = ['TDES_2KEY', 'TDES_3KEY', 'AES_128', 'AES_192', 'AES_256'];

export function dukptKey(baseKey: UsableKey, { keySerialNumber, derivationType, purpose, variant }: Dukpt): CipherKey {
  const { algorithm } = baseKey;
  const derived = derivationType ?? algorithm as aesDukpt.DerivedAlgorithm;
  if (STRENGTHS.indexOf(derived) > STRENGTHS.indexOf(algorithm)) {
    throw invalid(`A key of ${derived} cannot be derived from ${baseKey.arn}, which has KeyAlgorithm ${algorithm}.`);
  }
  const serialDigits = algorithm === 'TDES_2KEY' ? [16, 20] : [24];
  if (!serialDigits.includes(keySerialNumber.length)) {
    throw invalid(`KeySerialNumber must have ${serialDigits.join(' or ')} hexadecimal digits for a base derivation key of ${algorithm}.`);
  }
  if (algorithm === 'TDES_2KEY') {
    return tdes(tdesDukpt.workingKey(secretOf(baseKey), tdesDukpt.fullSerialNumber(keySerialNumber), TDES_VARIANTS[purpose][variant]));
  }
  const key = aesDukpt.workingKey(secretOf(baseKey), fromHex(keySerialNumber), AES_USES[purpose][variant], derived);
  return derived.startsWith('TDES_') ? tdes(key) : aes(key);
}
