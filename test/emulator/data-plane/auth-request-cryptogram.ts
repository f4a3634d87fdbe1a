/**
 * GenerateAuthRequestCryptogram and VerifyAuthRequestCryptogram: what a chip card proves a transaction with, and what
 * its issuer answers. Issuer's key -> card's key -> session key -> cryptogram of the transaction data.
 */
import { BLOCK_SIZE } from '../cryptography/block-cipher';
import { fromHex, toHex } from '../cryptography/bytes';
import { applicationCryptogram, responseCryptogram1, responseCryptogram2 } from '../cryptography/emv-cryptograms';
import { MasterKeyDerivation } from '../cryptography/emv-keys';
import { padWithZeros } from '../cryptography/message-authentication';
import { invalid, verificationFailed } from '../errors';
import { Operations } from '../operations/operation';
import { Context } from '../service';
import { cardKeyOf, CRYPTOGRAM_KEYS, CryptogramKeys, SessionMembers } from './emv-session-keys';
import { REQUIREMENTS } from './requirements';
import { memberOf } from './union';
import { named, usableKey, UsableKey } from './usable-key';

interface CryptogramInput {
  readonly KeyIdentifier: string;
  readonly TransactionData: string;
  readonly MajorKeyDerivationMode: MasterKeyDerivation;
  readonly SessionKeyDerivationAttributes: object;
}

/** Whole blocks: the caller pads, since card schemes do it in different ways. */
function transactionBlocks({ service }: Context, text: string): Buffer {
  if (text.length % 2 !== 0) throw invalid('TransactionData must have an even number of hexadecimal digits.');
  const data = fromHex(text);
  if (data.length % BLOCK_SIZE.TDES !== 0 && service.options.switches.unpaddedTransactionData === 'ValidationException') {
    throw invalid('TransactionData must be padded to whole blocks of 8 bytes.');
  }
  return padWithZeros(data);
}

function calculate(context: Context, input: CryptogramInput): { key: UsableKey; keys: CryptogramKeys; cryptogram: Buffer } {
  const { name, value: members } = memberOf<SessionMembers>(input.SessionKeyDerivationAttributes);
  const key = usableKey(context, input.KeyIdentifier, REQUIREMENTS.applicationCryptograms);
  const keys = CRYPTOGRAM_KEYS[name](cardKeyOf(key, members, input.MajorKeyDerivationMode), members);
  return { key, keys, cryptogram: applicationCryptogram(keys.request, transactionBlocks(context, input.TransactionData)) };
}

function generate(context: Context, input: CryptogramInput): object {
  const { key, cryptogram } = calculate(context, input);
  return { ...named(key), AuthRequestCryptogram: toHex(cryptogram) };
}

/** The members that some method has. */
interface ResponseMembers {
  readonly AuthResponseCode: string;
  readonly CardStatusUpdate: string;
  readonly ProprietaryAuthenticationData?: string;
}

/** By member of CryptogramAuthResponse. */
const RESPONSES: Readonly<Record<string, (key: Buffer, cryptogram: Buffer, members: ResponseMembers) => Buffer>> = {
  ArpcMethod1: (key, cryptogram, { AuthResponseCode }) => responseCryptogram1(key, cryptogram, fromHex(AuthResponseCode)),
  ArpcMethod2: (key, cryptogram, { CardStatusUpdate, ProprietaryAuthenticationData = '' }) => {
    if (ProprietaryAuthenticationData.length % 2 !== 0) throw invalid('ProprietaryAuthenticationData must have an even number of hexadecimal digits.');
    return responseCryptogram2(key, cryptogram, fromHex(CardStatusUpdate), fromHex(ProprietaryAuthenticationData));
  },
};

interface VerifyCryptogramInput extends CryptogramInput {
  readonly AuthRequestCryptogram: string;
  readonly AuthResponseAttributes?: object;
}

function verify(context: Context, input: VerifyCryptogramInput): object {
  const { key, keys, cryptogram } = calculate(context, input);
  if (toHex(cryptogram) !== input.AuthRequestCryptogram.toUpperCase()) {
    throw verificationFailed('INVALID_AUTH_REQUEST_CRYPTOGRAM', 'The authorization request cryptogram could not be verified.');
  }
  if (input.AuthResponseAttributes === undefined) return named(key);
  const { name, value } = memberOf<ResponseMembers>(input.AuthResponseAttributes);
  return { ...named(key), AuthResponseValue: toHex(RESPONSES[name](keys.response, cryptogram, value)) };
}

export const authRequestCryptogramOperations: Operations = { GenerateAuthRequestCryptogram: generate, VerifyAuthRequestCryptogram: verify };
