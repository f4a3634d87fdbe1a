/** Encrypted PIN blocks as inputs and outputs carry them, under a key of their own or one of DUKPT. */
import { BLOCK_SIZE, CipherKey } from '../cryptography/block-cipher';
import { fromHex, toHex } from '../cryptography/bytes';
import { DerivedAlgorithm } from '../cryptography/dukpt-aes';
import { openPinBlock, PinBlockFormat, sealPinBlock } from '../cryptography/pin-block';
import { invalid } from '../errors';
import { Context } from '../service';
import { dukptKey } from './dukpt-keys';
import { REQUIREMENTS } from './requirements';
import { cipherOf, UsableKey } from './usable-key';
import { keyFor, WrappedKey } from './wrapped-key';

/** How a PIN block is encrypted. */
export interface PinProtection {
  readonly key: UsableKey;
  readonly cipher: CipherKey;
  readonly format: PinBlockFormat;
  /** Empty for format 1. */
  readonly pan: string;
}

export interface PinProtectionInput {
  readonly direction: 'Encrypt' | 'Decrypt';
  readonly keyIdentifier: string;
  readonly wrapped?: WrappedKey;
  readonly dukpt?: { readonly keySerialNumber: string; readonly derivationType?: DerivedAlgorithm };
  readonly format: PinBlockFormat;
  readonly pan?: string;
}

function checkFormat(format: PinBlockFormat, { family }: CipherKey): void {
  const expected = format === 'ISO_FORMAT_4' ? 'AES' : 'TDES';
  if (family !== expected) throw invalid(`A PIN block of ${format} needs a key of ${expected}.`);
}

function panOf({ service }: Context, format: PinBlockFormat, pan: string | undefined): string {
  if (format === 'ISO_FORMAT_1') return '';
  if (pan === undefined) throw invalid(`PrimaryAccountNumber is required for ${format}.`);
  const rightmost = format === 'ISO_FORMAT_4' && service.options.switches.panInIsoFormat4 === 'RIGHTMOST_12';
  // Without its check digit, as in the other formats.
  return rightmost ? pan.slice(0, -1).slice(-12) : pan;
}

export function pinProtection(context: Context, input: PinProtectionInput): PinProtection {
  const { keyIdentifier, wrapped, dukpt, format } = input;
  const requirement = dukpt === undefined ? REQUIREMENTS.pinEncryption(input.direction) : REQUIREMENTS.baseDerivation;
  const key = keyFor(context, keyIdentifier, wrapped, requirement);
  const cipher = dukpt === undefined ? cipherOf(key) : dukptKey(key, { ...dukpt, purpose: 'PIN', variant: 'REQUEST' });
  checkFormat(format, cipher);
  return { key, cipher, format, pan: panOf(context, format, input.pan) };
}

/** The PIN; nothing when the block holds none under this key and PAN. */
export function openPin({ cipher, format, pan }: PinProtection, block: string): string | undefined {
  const size = BLOCK_SIZE[cipher.family];
  if (block.length !== size * 2) throw invalid(`An encrypted PIN block of ${format} has ${size * 2} hexadecimal digits.`);
  return openPinBlock(cipher, format, fromHex(block), pan);
}

/** Where a PIN is not verified but used, a block without one is a wrong input. */
export function mustOpenPin(protection: PinProtection, block: string): string {
  const pin = openPin(protection, block);
  if (pin === undefined) throw invalid('The encrypted PIN block holds no PIN under this key, format and PrimaryAccountNumber.');
  return pin;
}

export const sealPin = ({ service }: Context, { cipher, format, pan }: PinProtection, pin: string): string =>
  toHex(sealPinBlock(cipher, format, pin, pan, service.options.random));
