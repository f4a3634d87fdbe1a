/** Session keys of a chip card, as the derivations that an input names make them. */
import { secretOf, UsableKey } from './usable-key';
import { fromHex } from '../cryptography/bytes';
import {
  CardIdentity, cardMasterKey, commonSessionKey, counterData, emv2000SessionKey, mastercardSessionKey, MasterKeyDerivation,
  unionPaySessionKey, visaSecureMessagingKey,
} from '../cryptography/emv-keys';

export interface CardMembers {
  readonly PrimaryAccountNumber: string;
  readonly PanSequenceNumber: string;
}

export const identityOf = ({ PrimaryAccountNumber, PanSequenceNumber }: CardMembers): CardIdentity =>
  ({ pan: PrimaryAccountNumber, panSequenceNumber: PanSequenceNumber });

export const cardKeyOf = (issuerKey: UsableKey, card: CardMembers, derivation: MasterKeyDerivation): Buffer =>
  cardMasterKey(secretOf(issuerKey), identityOf(card), derivation);

/** The members of SessionKeyDerivation that some derivation has. */
export interface SessionMembers extends CardMembers {
  readonly ApplicationTransactionCounter: string;
  readonly UnpredictableNumber: string;
}

/** Which key an application cryptogram and which its answer is made with. */
export interface CryptogramKeys {
  readonly request: Buffer;
  readonly response: Buffer;
}

const both = (key: Buffer): CryptogramKeys => ({ request: key, response: key });

/** By member of SessionKeyDerivation. Visa and American Express take the key of the card itself. */
export const CRYPTOGRAM_KEYS: Readonly<Record<string, (cardKey: Buffer, members: SessionMembers) => CryptogramKeys>> = {
  EmvCommon: (cardKey, { ApplicationTransactionCounter: atc }) => both(commonSessionKey(cardKey, counterData(fromHex(atc)))),
  Emv2000: (cardKey, { ApplicationTransactionCounter: atc }) => both(emv2000SessionKey(cardKey, fromHex(atc))),
  UnionPay: (cardKey, { ApplicationTransactionCounter: atc }) => both(unionPaySessionKey(cardKey, fromHex(atc))),
  Mastercard: (cardKey, { ApplicationTransactionCounter: atc, UnpredictableNumber }) =>
    ({ request: mastercardSessionKey(cardKey, fromHex(atc), fromHex(UnpredictableNumber)), response: cardKey }),
  Amex: both,
  Visa: both,
};

/** What a session key for secure messaging follows from: a cryptogram of eight bytes, or a counter of two. */
export type SessionValue = { readonly ApplicationCryptogram: string } | { readonly ApplicationTransactionCounter: string };

const counterOf = (value: SessionValue): Buffer | undefined =>
  'ApplicationTransactionCounter' in value ? fromHex(value.ApplicationTransactionCounter) : undefined;

const common = (cardKey: Buffer, value: SessionValue): Buffer =>
  commonSessionKey(cardKey, 'ApplicationCryptogram' in value ? fromHex(value.ApplicationCryptogram) : counterData(counterOf(value)!));

/** Of derivations that know counters only; nothing when the value is a cryptogram. */
const byCounter = (derive: (cardKey: Buffer, atc: Buffer) => Buffer) => (cardKey: Buffer, value: SessionValue): Buffer | undefined => {
  const counter = counterOf(value);
  return counter && derive(cardKey, counter);
};

/** Keys for secure messaging by SessionKeyDerivationMode; nothing when the mode cannot use the value. */
export const SECURE_MESSAGING_KEYS: Readonly<Record<string, (cardKey: Buffer, value: SessionValue) => Buffer | undefined>> = {
  EMV_COMMON_SESSION_KEY: common,
  MASTERCARD_SESSION_KEY: common,
  EMV2000: byCounter(emv2000SessionKey),
  UNION_PAY: byCounter(unionPaySessionKey),
  VISA: byCounter(visaSecureMessagingKey),
  AMEX: byCounter(visaSecureMessagingKey),
};
