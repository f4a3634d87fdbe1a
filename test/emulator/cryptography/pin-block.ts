/**
 * PIN blocks of ISO 9564-1.
 *
 *     format 0   04 1234FFFFFFFFFF        xor  0000 and twelve digits of the PAN
 *     format 1   14 1234 and random digits     (no PAN)
 *     format 2   24 1234FFFFFFFFFF             (no PAN, only to a chip)
 *     format 3   34 1234 and random A to F xor  0000 and twelve digits of the PAN
 *     format 4   44 1234AAAAAAAAAA and eight random bytes, encrypted, xor a field with the whole PAN, encrypted
 *
 * Formats 0 to 3 are blocks of eight bytes and go with TDES, format 4 is one of sixteen and goes with AES.
 * What is opened with a wrong key or a wrong PAN nearly always breaks a rule of its format; then there is no PIN.
 */
import { CipherKey, decrypt, encrypt } from './block-cipher';
import { fromHex, RandomBytes, toHex, xor } from './bytes';

export type ShortPinBlockFormat = 'ISO_FORMAT_0' | 'ISO_FORMAT_1' | 'ISO_FORMAT_2' | 'ISO_FORMAT_3';
export type PinBlockFormat = ShortPinBlockFormat | 'ISO_FORMAT_4';

interface Layout {
  readonly control: string;
  readonly fill: RegExp;
  readonly filler: (random: RandomBytes) => string;
  readonly withPan: boolean;
}

const randomHex = (random: RandomBytes): string => toHex(random(7));
/** Each hexadecimal digit becomes one of A to F. */
const randomLetters = (random: RandomBytes): string => Array.from(random(14), byte => 'ABCDEF'[byte % 6]).join('');
const allF = (): string => 'F'.repeat(14);

const LAYOUTS: Readonly<Record<ShortPinBlockFormat, Layout>> = {
  ISO_FORMAT_0: { control: '0', fill: /^F*$/, filler: allF, withPan: true },
  ISO_FORMAT_1: { control: '1', fill: /^[0-9A-F]*$/, filler: randomHex, withPan: false },
  ISO_FORMAT_2: { control: '2', fill: /^F*$/, filler: allF, withPan: false },
  ISO_FORMAT_3: { control: '3', fill: /^[A-F]*$/, filler: randomLetters, withPan: true },
};

/** Sixteen zeros where the format does not bind a PAN. */
const accountField = ({ withPan }: Layout, pan: string): Buffer =>
  fromHex(withPan ? `0000${pan.slice(0, -1).slice(-12).padStart(12, '0')}` : '0'.repeat(16));

/** The PIN in a text of control digit, length, PIN and fill; nothing when it breaks a rule. */
function pinIn(text: string, control: string, fill: RegExp): string | undefined {
  const length = parseInt(text[1], 16);
  const pin = text.slice(2, 2 + length);
  return text.startsWith(control) && length >= 4 && length <= 12 && /^\d+$/.test(pin) && fill.test(text.slice(2 + length)) ? pin : undefined;
}

const headed = (control: string, pin: string): string => `${control}${pin.length.toString(16).toUpperCase()}${pin}`;

/** A block of eight bytes in the clear. */
export function clearPinBlock(format: ShortPinBlockFormat, pin: string, pan: string, random: RandomBytes): Buffer {
  const layout = LAYOUTS[format];
  const head = headed(layout.control, pin);
  return xor(fromHex(`${head}${layout.filler(random)}`.slice(0, 16)), accountField(layout, pan));
}

export function pinOfClearBlock(format: ShortPinBlockFormat, block: Buffer, pan: string): string | undefined {
  const layout = LAYOUTS[format];
  return pinIn(toHex(xor(block, accountField(layout, pan))), layout.control, layout.fill);
}

/** The PIN field of format 4. */
export const pinField4 = (pin: string, random: RandomBytes): Buffer =>
  fromHex(`${headed('4', pin).padEnd(16, 'A')}${toHex(random(8))}`);

/** The PAN field of format 4: by how many digits the PAN is longer than twelve, the PAN, zeros. */
export function panField4(pan: string): Buffer {
  const digits = pan.padStart(12, '0');
  return fromHex(`${digits.length - 12}${digits}`.padEnd(32, '0'));
}

export const sealFields4 = (key: CipherKey, pinField: Buffer, panField: Buffer): Buffer =>
  encrypt(key, xor(encrypt(key, pinField), panField));

/** An encrypted PIN block. */
export function sealPinBlock(key: CipherKey, format: PinBlockFormat, pin: string, pan: string, random: RandomBytes): Buffer {
  return format === 'ISO_FORMAT_4'
    ? sealFields4(key, pinField4(pin, random), panField4(pan))
    : encrypt(key, clearPinBlock(format, pin, pan, random));
}

/** The PIN of an encrypted block; nothing when there is none under this key and PAN. */
export function openPinBlock(key: CipherKey, format: PinBlockFormat, block: Buffer, pan: string): string | undefined {
  if (format !== 'ISO_FORMAT_4') return pinOfClearBlock(format, decrypt(key, block), pan);
  const field = toHex(decrypt(key, xor(decrypt(key, block), panField4(pan))));
  return pinIn(field.slice(0, 16), '4', /^A*$/);
}
