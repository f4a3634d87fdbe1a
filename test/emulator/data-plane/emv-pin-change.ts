/**
 * GenerateMacEmvPinChange. The new PIN comes under a PIN encryption key. It leaves in the block that the card's scheme
 * wants, encrypted under a session key for confidentiality, behind the command (MessageData). A MAC
 * under a session key for integrity covers both. Card schemes differ in session keys, block and padding: SCHEMES.
 */
import { fromHex, toHex } from '../cryptography/bytes';
import { MasterKeyDerivation } from '../cryptography/emv-keys';
import { ChipEncryption, commandMac, encryptForChip, visaPinBlock } from '../cryptography/emv-pin-change';
import { clearPinBlock, ShortPinBlockFormat } from '../cryptography/pin-block';
import { invalid } from '../errors';
import { Operations } from '../operations/operation';
import { Context } from '../service';
import { CardMembers, cardKeyOf, SECURE_MESSAGING_KEYS, SessionValue } from './emv-session-keys';
import { mustOpenPin, pinProtection } from './pin-encryption';
import { REQUIREMENTS } from './requirements';
import { memberOf } from './union';
import { usableKey } from './usable-key';

/** The members that some derivation has. */
interface Derivation extends CardMembers {
  readonly MajorKeyDerivationMode: MasterKeyDerivation;
  readonly ApplicationCryptogram: string;
  readonly ApplicationTransactionCounter: string;
  readonly Mode: 'ECB' | 'CBC';
  readonly PinBlockPaddingType: 'NO_PADDING' | 'ISO_IEC_7816_4';
  readonly PinBlockLengthPosition: 'NONE' | 'FRONT_OF_PIN_BLOCK';
  readonly AuthorizationRequestKeyIdentifier: string;
  readonly CurrentPinAttributes?: { readonly CurrentPinPekIdentifier: string; readonly CurrentEncryptedPinBlock: string };
}

interface PinChangeInput {
  readonly NewPinPekIdentifier: string;
  readonly NewEncryptedPinBlock: string;
  readonly PinBlockFormat: ShortPinBlockFormat;
  readonly SecureMessagingIntegrityKeyIdentifier: string;
  readonly SecureMessagingConfidentialityKeyIdentifier: string;
  readonly MessageData: string;
  readonly DerivationMethodAttributes: object;
}

interface Scheme {
  /** As SessionKeyDerivationMode names it. */
  readonly session: string;
  readonly encryption: (derivation: Derivation) => ChipEncryption;
  readonly block: 'ISO_FORMAT_2' | 'VISA';
}

const VISA: Scheme = { session: 'VISA', encryption: () => ({ mode: 'ECB', lengthInFront: true, padding: 'always' }), block: 'VISA' };

/** By member of DerivationMethodAttributes. */
const SCHEMES: Readonly<Record<string, Scheme>> = {
  EmvCommon: {
    session: 'EMV_COMMON_SESSION_KEY',
    encryption: ({ Mode, PinBlockPaddingType, PinBlockLengthPosition }) => {
      const lengthInFront = PinBlockLengthPosition === 'FRONT_OF_PIN_BLOCK';
      const padded = PinBlockPaddingType === 'ISO_IEC_7816_4';
      if (lengthInFront && !padded) throw invalid('PinBlockLengthPosition FRONT_OF_PIN_BLOCK needs PinBlockPaddingType ISO_IEC_7816_4.');
      return { mode: Mode, lengthInFront, padding: padded ? 'always' : 'if needed' };
    },
    block: 'ISO_FORMAT_2',
  },
  Mastercard: {
    session: 'MASTERCARD_SESSION_KEY',
    encryption: () => ({ mode: 'CBC', lengthInFront: false, padding: 'if needed' }),
    block: 'ISO_FORMAT_2',
  },
  Emv2000: { session: 'EMV2000', encryption: () => ({ mode: 'CBC', lengthInFront: false, padding: 'always' }), block: 'ISO_FORMAT_2' },
  Visa: VISA,
  Amex: VISA,
};

function pinUnder(context: Context, keyIdentifier: string, block: string, input: PinChangeInput, { PrimaryAccountNumber }: CardMembers) {
  const protection = pinProtection(context, { direction: 'Decrypt', keyIdentifier, format: input.PinBlockFormat, pan: PrimaryAccountNumber });
  return { key: protection.key, pin: mustOpenPin(protection, block) };
}

const noRandomness = (): never => { throw new Error('Format 2 has nothing random.'); };

interface ChipBlock {
  readonly block: Buffer;
  /** Of further keys that were needed. */
  readonly outputs: object;
}

/** The new PIN as the chip takes it. */
function chipBlock(context: Context, input: PinChangeInput, { block }: Scheme, derivation: Derivation, newPin: string): ChipBlock {
  if (block === 'ISO_FORMAT_2') return { block: clearPinBlock(block, newPin, '', noRandomness), outputs: {} };
  const requestKey = usableKey(context, derivation.AuthorizationRequestKeyIdentifier, REQUIREMENTS.applicationCryptograms);
  const cardKey = cardKeyOf(requestKey, derivation, derivation.MajorKeyDerivationMode);
  const { CurrentPinAttributes: given } = derivation;
  const current = given && pinUnder(context, given.CurrentPinPekIdentifier, given.CurrentEncryptedPinBlock, input, derivation);
  return {
    block: visaPinBlock(cardKey, newPin, current?.pin),
    outputs: {
      VisaAmexDerivationOutputs: {
        AuthorizationRequestKeyArn: requestKey.arn,
        AuthorizationRequestKeyCheckValue: requestKey.keyCheckValue,
        ...current && { CurrentPinPekArn: current.key.arn, CurrentPinPekKeyCheckValue: current.key.keyCheckValue },
      },
    },
  };
}

const sessionValue = ({ ApplicationCryptogram, ApplicationTransactionCounter }: Derivation): SessionValue =>
  (ApplicationCryptogram === undefined ? { ApplicationTransactionCounter } : { ApplicationCryptogram });

function generateMacEmvPinChange(context: Context, input: PinChangeInput): object {
  const { name, value: derivation } = memberOf<Derivation>(input.DerivationMethodAttributes);
  const scheme = SCHEMES[name];
  const integrity = usableKey(context, input.SecureMessagingIntegrityKeyIdentifier, REQUIREMENTS.emvIntegrity);
  const confidentiality = usableKey(context, input.SecureMessagingConfidentialityKeyIdentifier, REQUIREMENTS.emvConfidentiality);
  const { key: pek, pin } = pinUnder(context, input.NewPinPekIdentifier, input.NewEncryptedPinBlock, input, derivation);
  const [integrityKey, confidentialityKey] = [integrity, confidentiality].map(issuerKey =>
    // Every scheme here has the value that its session keys follow from.
    SECURE_MESSAGING_KEYS[scheme.session](cardKeyOf(issuerKey, derivation, derivation.MajorKeyDerivationMode), sessionValue(derivation))!);
  const { block, outputs } = chipBlock(context, input, scheme, derivation, pin);
  const encrypted = encryptForChip(confidentialityKey, block, scheme.encryption(derivation));
  return {
    NewPinPekArn: pek.arn,
    SecureMessagingIntegrityKeyArn: integrity.arn,
    SecureMessagingConfidentialityKeyArn: confidentiality.arn,
    Mac: toHex(commandMac(integrityKey, Buffer.concat([fromHex(input.MessageData), encrypted]))),
    EncryptedPinBlock: toHex(encrypted),
    NewPinPekKeyCheckValue: pek.keyCheckValue,
    SecureMessagingIntegrityKeyCheckValue: integrity.keyCheckValue,
    SecureMessagingConfidentialityKeyCheckValue: confidentiality.keyCheckValue,
    ...outputs,
  };
}

export const emvPinChangeOperations: Operations = { GenerateMacEmvPinChange: generateMacEmvPinChange };
