/**
 * GeneratePinData and VerifyPinData. A PIN enters and leaves in encrypted PIN blocks only. What a verification compares
 * it with is public: the PIN verification value of Visa, or the offset of IBM 3624.
 */
import { RandomBytes } from '../cryptography/bytes';
import { DerivedAlgorithm } from '../cryptography/dukpt-aes';
import { Ibm3624, naturalPin, offsetOfPin, pinFromOffset } from '../cryptography/ibm-3624';
import { PinBlockFormat } from '../cryptography/pin-block';
import { pinVerificationValue } from '../cryptography/pin-verification-value';
import { invalid, ServiceError, verificationFailed } from '../errors';
import { Operations } from '../operations/operation';
import { Context } from '../service';
import { mustOpenPin, openPin, pinProtection, sealPin } from './pin-encryption';
import { REQUIREMENTS } from './requirements';
import { memberOf } from './union';
import { secretOf, usableKey, UsableKey } from './usable-key';
import { WrappedKey } from './wrapped-key';

/** The members that some kind of attributes has. */
interface PinAttributes {
  readonly EncryptedPinBlock: string;
  readonly PinVerificationKeyIndex: number;
  readonly VerificationValue: string;
  readonly DecimalizationTable: string;
  readonly PinValidationDataPadCharacter: string;
  readonly PinValidationData: string;
  readonly PinOffset: string;
}

const ibm3624 = ({ DecimalizationTable, PinValidationData, PinValidationDataPadCharacter }: PinAttributes): Ibm3624 =>
  ({ decimalizationTable: DecimalizationTable, validationData: PinValidationData, padCharacter: PinValidationDataPadCharacter });

/** Every digit is equally likely: bytes beyond the last whole ten are left out. */
function randomPin(length: number, random: RandomBytes): string {
  let pin = '';
  while (pin.length < length) {
    const [byte] = random(1);
    if (byte < 250) pin += String(byte % 10);
  }
  return pin;
}

/** Generates PIN data: the PIN and what a verification will compare it with. */
interface Generation {
  readonly attributes: PinAttributes;
  readonly secret: Buffer;
  readonly length: number;
  readonly random: RandomBytes;
  /** The PIN in the block that the attributes have. */
  givenPin(): string;
  /** Fails where there is none. */
  pan(): string;
}

interface PinData {
  readonly pin: string;
  readonly data: { readonly VerificationValue: string } | { readonly PinOffset: string };
}

const withPvv = (pin: string, { attributes, secret, pan }: Generation): PinData =>
  ({ pin, data: { VerificationValue: pinVerificationValue(secret, attributes.PinVerificationKeyIndex, pin, pan()) } });

const withOffset = (pin: string, { attributes, secret }: Generation): PinData =>
  ({ pin, data: { PinOffset: offsetOfPin(secret, ibm3624(attributes), pin) } });

/** By member of PinGenerationAttributes. */
const GENERATIONS: Readonly<Record<string, (generation: Generation) => PinData>> = {
  VisaPin: generation => withPvv(randomPin(generation.length, generation.random), generation),
  VisaPinVerificationValue: generation => withPvv(generation.givenPin(), generation),
  Ibm3624PinOffset: generation => withOffset(generation.givenPin(), generation),
  Ibm3624NaturalPin: generation => withOffset(naturalPin(generation.secret, ibm3624(generation.attributes), generation.length), generation),
  Ibm3624RandomPin: generation => withOffset(randomPin(generation.length, generation.random), generation),
  Ibm3624PinFromOffset: generation => {
    const { PinOffset } = generation.attributes;
    return { pin: pinFromOffset(generation.secret, ibm3624(generation.attributes), PinOffset), data: { PinOffset } };
  },
};

const isVisa = (kind: string): boolean => kind.startsWith('Visa');

function pvkFor(context: Context, identifier: string, kind: string, mode: 'Generate' | 'Verify'): UsableKey {
  return usableKey(context, identifier, isVisa(kind) ? REQUIREMENTS.visaPin(mode) : REQUIREMENTS.ibm3624(mode));
}

function required(pan: string | undefined, kind: string): string {
  if (pan === undefined) throw invalid(`PrimaryAccountNumber is required for ${kind}.`);
  return pan;
}

interface GeneratePinInput {
  readonly GenerationKeyIdentifier: string;
  readonly EncryptionKeyIdentifier: string;
  readonly GenerationAttributes: object;
  readonly PinDataLength?: number;
  readonly PrimaryAccountNumber?: string;
  readonly PinBlockFormat: PinBlockFormat;
  readonly EncryptionWrappedKey?: WrappedKey;
}

const DEFAULT_PIN_LENGTH = 4;

function generatePinData(context: Context, input: GeneratePinInput): object {
  const { name, value: attributes } = memberOf<PinAttributes>(input.GenerationAttributes);
  const pvk = pvkFor(context, input.GenerationKeyIdentifier, name, 'Generate');
  const protection = pinProtection(context, {
    direction: 'Encrypt',
    keyIdentifier: input.EncryptionKeyIdentifier,
    wrapped: input.EncryptionWrappedKey,
    format: input.PinBlockFormat,
    pan: input.PrimaryAccountNumber,
  });
  const { pin, data } = GENERATIONS[name]({
    attributes,
    secret: secretOf(pvk),
    length: input.PinDataLength ?? DEFAULT_PIN_LENGTH,
    random: context.service.options.random,
    givenPin: () => mustOpenPin(protection, attributes.EncryptedPinBlock),
    pan: () => required(input.PrimaryAccountNumber, name),
  });
  return {
    GenerationKeyArn: pvk.arn,
    GenerationKeyCheckValue: pvk.keyCheckValue,
    EncryptionKeyArn: protection.key.arn,
    EncryptionKeyCheckValue: protection.key.keyCheckValue,
    EncryptedPinBlock: sealPin(context, protection, pin),
    PinData: data,
  };
}

interface VerifyPinInput {
  readonly VerificationKeyIdentifier: string;
  readonly EncryptionKeyIdentifier: string;
  readonly VerificationAttributes: object;
  readonly EncryptedPinBlock: string;
  readonly PrimaryAccountNumber?: string;
  readonly PinBlockFormat: PinBlockFormat;
  readonly PinDataLength?: number;
  readonly DukptAttributes?: { readonly KeySerialNumber: string; readonly DukptDerivationType: DerivedAlgorithm };
  readonly EncryptionWrappedKey?: WrappedKey;
}

/** By member of PinVerificationAttributes. */
const VERIFICATIONS: Readonly<Record<string, (pin: string, secret: Buffer, attributes: PinAttributes, pan: () => string) => boolean>> = {
  VisaPin: (pin, secret, { PinVerificationKeyIndex, VerificationValue }, pan) =>
    pinVerificationValue(secret, PinVerificationKeyIndex, pin, pan()) === VerificationValue,
  Ibm3624Pin: (pin, secret, attributes) => pinFromOffset(secret, ibm3624(attributes), attributes.PinOffset) === pin,
};

function verifyPinData(context: Context, input: VerifyPinInput): object {
  const { switches } = context.service.options;
  const { DukptAttributes: dukpt } = input;
  const { name, value: attributes } = memberOf<PinAttributes>(input.VerificationAttributes);
  const pvk = pvkFor(context, input.VerificationKeyIdentifier, name, 'Verify');
  const protection = pinProtection(context, {
    direction: 'Decrypt',
    keyIdentifier: input.EncryptionKeyIdentifier,
    wrapped: input.EncryptionWrappedKey,
    dukpt: dukpt && { keySerialNumber: dukpt.KeySerialNumber, derivationType: dukpt.DukptDerivationType },
    format: input.PinBlockFormat,
    pan: input.PrimaryAccountNumber,
  });
  if (isVisa(name) && dukpt !== undefined && switches.visaPinUnderDukpt === 'InternalServerException') {
    throw new ServiceError('InternalServerException', 'The request could not be processed.');
  }
  const open = switches.malformedPinBlock === 'ValidationException' ? mustOpenPin : openPin;
  const pin = open(protection, input.EncryptedPinBlock);
  const fits = pin !== undefined
    && pin.length === (input.PinDataLength ?? pin.length)
    && VERIFICATIONS[name](pin, secretOf(pvk), attributes, () => required(input.PrimaryAccountNumber, name));
  if (!fits) throw verificationFailed('INVALID_PIN', 'The PIN could not be verified.');
  return {
    VerificationKeyArn: pvk.arn,
    VerificationKeyCheckValue: pvk.keyCheckValue,
    EncryptionKeyArn: protection.key.arn,
    EncryptionKeyCheckValue: protection.key.keyCheckValue,
  };
}

export const pinDataOperations: Operations = { GeneratePinData: generatePinData, VerifyPinData: verifyPinData };
