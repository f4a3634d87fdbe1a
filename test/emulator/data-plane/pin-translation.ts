import { transactionPinKey } from '../cryptography/as2805';
import { tdes } from '../cryptography/block-cipher';
import { DerivedAlgorithm } from '../cryptography/dukpt-aes';
import { PinBlockFormat } from '../cryptography/pin-block';
import { invalid } from '../errors';
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

interface As2805Members {
  readonly SystemTraceAuditNumber: string;
  readonly TransactionAmount: string;
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
  readonly IncomingAs2805Attributes?: As2805Members;
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

/** In AS 2805, a PIN comes under a key that follows from the one named and from the transaction. */
function ofTransaction(protection: PinProtection, members: As2805Members | undefined): PinProtection {
  if (members === undefined) return protection;
  const { family, key } = protection.cipher;
  if (family !== 'TDES') throw invalid('IncomingAs2805Attributes need a key of TDES.');
  return { ...protection, cipher: tdes(transactionPinKey(key, members.SystemTraceAuditNumber, members.TransactionAmount)) };
}

function translatePinData(context: Context, input: TranslatePinInput): object {
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
  const pin = mustOpenPin(ofTransaction(incoming, input.IncomingAs2805Attributes), input.EncryptedPinBlock);
  return { ...named(outgoing.key), PinBlock: sealPin(context, outgoing, pin) };
}

export const pinTranslationOperations: Operations = { TranslatePinData: translatePinData };
