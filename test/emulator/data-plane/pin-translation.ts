import { DerivedAlgorithm } from '../cryptography/dukpt-aes';
import { PinBlockFormat } from '../cryptography/pin-block';
import { Operations } from '../operations/operation';
import { Context } from '../service';
import { notEmulated } from './not-emulated';
import { mustOpenPin, PinProtection, pinProtection, sealPin } from './pin-encryption';
import { memberOf } from './union';
import { named } from './usable-key';
import { WrappedKey } from './wrapped-key';

interface PinDukptMembers {
  readonly KeySerialNumber: string;
  readonly DukptKeyDerivationType?: DerivedAlgorithm;
}

interface TranslatePinInput {
  readonly IncomingKeyIdentifier: string;
  readonly OutgoingKeyIdentifier: string;
  readonly IncomingTranslationAttributes: object;
  readonly OutgoingTranslationAttributes: object;
  readonly EncryptedPinBlock: string;
  readonly IncomingDukptAttributes?: PinDukptMembers;
  readonly OutgoingDukptAttributes?: PinDukptMembers;
  readonly IncomingWrappedKey?: WrappedKey;
  readonly OutgoingWrappedKey?: WrappedKey;
  readonly IncomingAs2805Attributes?: object;
}

/** By member of TranslationIsoFormats. */
const FORMATS: Readonly<Record<string, PinBlockFormat>> = {
  IsoFormat0: 'ISO_FORMAT_0',
  IsoFormat1: 'ISO_FORMAT_1',
  IsoFormat3: 'ISO_FORMAT_3',
  IsoFormat4: 'ISO_FORMAT_4',
};

interface Side {
  readonly keyIdentifier: string;
  readonly union: object;
  readonly dukpt?: PinDukptMembers;
  readonly wrapped?: WrappedKey;
}

function protectionOf(context: Context, direction: 'Encrypt' | 'Decrypt', { keyIdentifier, union, dukpt, wrapped }: Side): PinProtection {
  const { name, value } = memberOf<{ readonly PrimaryAccountNumber?: string }>(union);
  if (name === 'As2805Format0') throw notEmulated(name);
  return pinProtection(context, {
    direction,
    keyIdentifier,
    wrapped,
    dukpt: dukpt && { keySerialNumber: dukpt.KeySerialNumber, derivationType: dukpt.DukptKeyDerivationType },
    format: FORMATS[name],
    pan: value.PrimaryAccountNumber,
  });
}

function translatePinData(context: Context, input: TranslatePinInput): object {
  if (input.IncomingAs2805Attributes !== undefined) throw notEmulated('IncomingAs2805Attributes');
  const incoming = protectionOf(context, 'Decrypt', {
    keyIdentifier: input.IncomingKeyIdentifier,
    union: input.IncomingTranslationAttributes,
    dukpt: input.IncomingDukptAttributes,
    wrapped: input.IncomingWrappedKey,
  });
  const outgoing = protectionOf(context, 'Encrypt', {
    keyIdentifier: input.OutgoingKeyIdentifier,
    union: input.OutgoingTranslationAttributes,
    dukpt: input.OutgoingDukptAttributes,
    wrapped: input.OutgoingWrappedKey,
  });
  const pin = mustOpenPin(incoming, input.EncryptedPinBlock);
  return { ...named(outgoing.key), PinBlock: sealPin(context, outgoing, pin) };
}

export const pinTranslationOperations: Operations = { TranslatePinData: translatePinData };
