/**
 * GenerateCardValidationData and VerifyCardValidationData: values that prove that somebody has the card. Verification
 * calculates the value again and compares. One table has every algorithm, with the keys it takes.
 */
import { fromHex, leftPadded } from '../cryptography/bytes';
import { cardSecurityCode1, cardSecurityCode2 } from '../cryptography/card-security-code';
import { cardVerificationValue } from '../cryptography/card-verification-value';
import { cardVerificationCode3, dynamicCardVerificationValue } from '../cryptography/dynamic-card-verification';
import { verificationFailed } from '../errors';
import { Operations } from '../operations/operation';
import { Context } from '../service';
import { Switches } from '../switches';
import { cardKeyOf } from './emv-session-keys';
import { notEmulated } from './not-emulated';
import { REQUIREMENTS } from './requirements';
import { memberOf } from './union';
import { named, Requirement, secretOf, usableKey, UsableKey } from './usable-key';

/** The members that some algorithm has. */
interface CardAttributes {
  readonly CardExpiryDate: string;
  readonly ServiceCode: string;
  readonly PanSequenceNumber: string;
  readonly ApplicationTransactionCounter: string;
  readonly UnpredictableNumber: string;
  readonly TrackData: string;
}

interface Request {
  readonly key: UsableKey;
  readonly pan: string;
  readonly attributes: CardAttributes;
  readonly length: number;
  readonly switches: Switches;
}

interface Algorithm {
  readonly requirement: (mode: 'Generate' | 'Verify') => Requirement;
  readonly calculate: (request: Request) => string;
}

const evenHex = (text: string): Buffer => fromHex(text.length % 2 === 0 ? text : `0${text}`);

const cardKey = ({ key, pan, attributes }: Request): Buffer =>
  cardKeyOf(key, { PrimaryAccountNumber: pan, PanSequenceNumber: attributes.PanSequenceNumber }, 'EMV_OPTION_A');

/** The counter as four characters of a track. */
function counterDigits({ attributes, switches }: Request): string {
  const counter = attributes.ApplicationTransactionCounter.padStart(4, '0');
  return switches.counterInDynamicValue === 'hexadecimal' ? counter : String(parseInt(counter, 16)).padStart(4, '0').slice(-4);
}

/** By member of CardGenerationAttributes and CardVerificationAttributes. */
const ALGORITHMS: Readonly<Record<string, Algorithm>> = {
  CardVerificationValue1: {
    requirement: REQUIREMENTS.cardVerification,
    calculate: ({ key, pan, attributes: { CardExpiryDate: expiry, ServiceCode: serviceCode }, length }) =>
      cardVerificationValue(secretOf(key), { pan, expiry, serviceCode }, length),
  },
  CardVerificationValue2: {
    requirement: REQUIREMENTS.cardVerification,
    calculate: ({ key, pan, attributes: { CardExpiryDate: expiry }, length }) =>
      cardVerificationValue(secretOf(key), { pan, expiry, serviceCode: '000' }, length),
  },
  AmexCardSecurityCodeVersion1: {
    requirement: REQUIREMENTS.cardSecurityCode,
    calculate: ({ key, pan, attributes, length }) => cardSecurityCode1(secretOf(key), pan, attributes.CardExpiryDate, length),
  },
  AmexCardSecurityCodeVersion2: {
    requirement: REQUIREMENTS.cardSecurityCode,
    calculate: ({ key, pan, attributes, length }) =>
      cardSecurityCode2(secretOf(key), pan, attributes.CardExpiryDate, attributes.ServiceCode, length),
  },
  DynamicCardVerificationValue: {
    requirement: () => REQUIREMENTS.otherEmv,
    calculate: request => {
      const { pan, attributes: { CardExpiryDate: expiry, ServiceCode: serviceCode }, length } = request;
      return dynamicCardVerificationValue(cardKey(request), { pan, expiry, serviceCode }, counterDigits(request), length);
    },
  },
  DynamicCardVerificationCode: {
    requirement: () => REQUIREMENTS.dynamicNumbers,
    calculate: request => {
      const { TrackData, UnpredictableNumber, ApplicationTransactionCounter } = request.attributes;
      const number = leftPadded(evenHex(UnpredictableNumber), 4);
      const counter = leftPadded(evenHex(ApplicationTransactionCounter), 2);
      return cardVerificationCode3(cardKey(request), evenHex(TrackData), number, counter, request.length);
    },
  },
};

interface CardInput {
  readonly KeyIdentifier: string;
  readonly PrimaryAccountNumber: string;
}

interface CardValue {
  readonly key: UsableKey;
  readonly value: string;
}

function calculate(context: Context, mode: 'Generate' | 'Verify', input: CardInput, union: object, length: number): CardValue {
  const { name, value: attributes } = memberOf<CardAttributes>(union);
  if (name === 'CardHolderVerificationValue' || name === 'DiscoverDynamicCardVerificationCode') throw notEmulated(name);
  const { requirement, calculate: algorithm } = ALGORITHMS[name];
  const key = usableKey(context, input.KeyIdentifier, requirement(mode));
  const { switches } = context.service.options;
  return { key, value: algorithm({ key, pan: input.PrimaryAccountNumber, attributes, length, switches }) };
}

interface GenerateCardInput extends CardInput {
  readonly GenerationAttributes: object;
  readonly ValidationDataLength?: number;
}

function generate(context: Context, input: GenerateCardInput): object {
  const { key, value } = calculate(context, 'Generate', input, input.GenerationAttributes, input.ValidationDataLength ?? 3);
  return { ...named(key), ValidationData: value };
}

interface VerifyCardInput extends CardInput {
  readonly VerificationAttributes: object;
  readonly ValidationData: string;
}

function verify(context: Context, input: VerifyCardInput): object {
  const { key, value } = calculate(context, 'Verify', input, input.VerificationAttributes, input.ValidationData.length);
  if (value !== input.ValidationData) throw verificationFailed('INVALID_VALIDATION_DATA', 'The card validation data could not be verified.');
  return named(key);
}

export const cardValidationDataOperations: Operations = { GenerateCardValidationData: generate, VerifyCardValidationData: verify };
