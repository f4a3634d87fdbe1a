import { invalid } from './errors';
import { Context } from './service';
import { KeyAlgorithm } from './shapes';

export type As2805KeyVariant =
  | 'TERMINAL_MAJOR_KEY_VARIANT_00' | 'PIN_ENCRYPTION_KEY_VARIANT_28'
  | 'MESSAGE_AUTHENTICATION_KEY_VARIANT_24' | 'DATA_ENCRYPTION_KEY_VARIANT_22';

/** What the variants of the key encryption key are for. */
export const AS2805_USAGES: Readonly<Record<As2805KeyVariant, string>> = {
  TERMINAL_MAJOR_KEY_VARIANT_00: 'TR31_K0_KEY_ENCRYPTION_KEY',
  PIN_ENCRYPTION_KEY_VARIANT_28: 'TR31_P0_PIN_ENCRYPTION_KEY',
  MESSAGE_AUTHENTICATION_KEY_VARIANT_24: 'TR31_M0_ISO_16609_MAC_KEY',
  DATA_ENCRYPTION_KEY_VARIANT_22: 'TR31_D0_SYMMETRIC_DATA_ENCRYPTION_KEY',
};

/** The number in the variant's name and C0; that of the terminal major key is not published. */
export function maskOf({ service }: Context, variant: As2805KeyVariant): readonly [number, number] {
  const number = parseInt(variant.slice(-2), 16);
  return number === 0 && service.options.switches.as2805TerminalMajorKeyMask === 'none' ? [0, 0] : [number, 0xc0];
}

export function requireTdes(...algorithms: readonly KeyAlgorithm[]): void {
  const other = algorithms.find(algorithm => !algorithm.startsWith('TDES_'));
  if (other !== undefined) throw invalid(`AS 2805 cryptograms are of TDES keys under TDES keys, not of ${other}.`);
}
