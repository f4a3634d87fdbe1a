/**
 * GenerateMac and VerifyMac. Attributes name either an algorithm, for a key that makes MACs itself, or a way to derive
 * a key first: of a DUKPT transaction, or of a chip card. Either way the whole MAC is calculated.
 * Generation answers with as much of it as was asked for or is usual, verification compares as much as it is given.
 */
import { timingSafeEqual } from 'node:crypto';
import { BLOCK_SIZE, CipherKey } from '../cryptography/block-cipher';
import { fromHex, toHex } from '../cryptography/bytes';
import { DerivedAlgorithm } from '../cryptography/dukpt-aes';
import { MasterKeyDerivation } from '../cryptography/emv-keys';
import { cbcMac, cipherMac, hashMac, HmacHash, padWithOne, padWithZeros, retailMac } from '../cryptography/message-authentication';
import { invalid, verificationFailed } from '../errors';
import { Operations } from '../operations/operation';
import { Context } from '../service';
import { Switches } from '../switches';
import { dukptKey, Variant } from './dukpt-keys';
import { CardMembers, cardKeyOf, SECURE_MESSAGING_KEYS, SessionValue } from './emv-session-keys';
import { REQUIREMENTS } from './requirements';
import { memberOf } from './union';
import { cipherOf, named, secretOf, usableKey, UsableKey } from './usable-key';

/** A whole MAC, and how much of it is used. */
interface WholeMac {
  readonly key: UsableKey;
  readonly mac: Buffer;
  /** In bytes. */
  readonly defaultLength: number;
  /** Of a MAC of TDES, the service takes the half or the whole. */
  readonly parts: 'half' | 'any';
}

type Mode = 'Generate' | 'Verify';
type Calculation = (context: Context, mode: Mode, keyIdentifier: string, message: Buffer) => WholeMac;

type MacOfBlocks = (key: Buffer, blocks: Buffer) => Buffer;

const SHORTEST_CMAC_MESSAGE = 8;

/** What algorithm 1 or 3 made. How much of it is usual, recordings and the guide see differently. */
const isoMac = (key: UsableKey, mac: Buffer, { isoMacLength }: Switches): WholeMac =>
  ({ key, mac, defaultLength: Number(isoMacLength), parts: 'half' });

/** What CMAC made. */
const blockMac = (key: UsableKey, mac: Buffer): WholeMac =>
  ({ key, mac, defaultLength: mac.length, parts: mac.length === BLOCK_SIZE.TDES ? 'half' : 'any' });

const anyMac = (key: UsableKey, mac: Buffer): WholeMac => ({ key, mac, defaultLength: mac.length, parts: 'any' });

function paddedMessage(message: Buffer, { isoMacPadding }: Switches): Buffer {
  if (message.length % BLOCK_SIZE.TDES !== 0 && isoMacPadding === 'ValidationException') {
    throw invalid('MessageData must be whole blocks of 8 bytes for algorithms 1 and 3 of ISO 9797-1.');
  }
  return padWithZeros(message);
}

function checkCmacMessage(message: Buffer): void {
  if (message.length < SHORTEST_CMAC_MESSAGE) throw invalid(`MessageData must have ${SHORTEST_CMAC_MESSAGE} bytes or more for CMAC.`);
}

const isoAlgorithm = (requirement: 'algorithm1' | 'algorithm3', macOf: MacOfBlocks): Calculation =>
  (context, mode, keyIdentifier, message) => {
    const { switches } = context.service.options;
    const key = usableKey(context, keyIdentifier, REQUIREMENTS[requirement](mode));
    return isoMac(key, macOf(secretOf(key), paddedMessage(message, switches)), switches);
  };

/** The hash that an HMAC key is for; HMAC with a key of a block cipher must name one. */
function hashOf({ algorithm, arn }: UsableKey, macAlgorithm: string): HmacHash {
  const own = algorithm.startsWith('HMAC_') ? algorithm.slice('HMAC_'.length) : undefined;
  const wanted = macAlgorithm === 'HMAC' ? own : macAlgorithm.slice('HMAC_'.length);
  if (wanted === undefined) throw invalid(`Algorithm HMAC needs a key that names a hash, ${arn} has KeyAlgorithm ${algorithm}.`);
  if (own !== undefined && own !== wanted) throw invalid(`Algorithm ${macAlgorithm} does not fit ${arn}, which has KeyAlgorithm ${algorithm}.`);
  return wanted as HmacHash;
}

const hmac = (name: string): Calculation => (context, mode, keyIdentifier, message) => {
  const key = usableKey(context, keyIdentifier, REQUIREMENTS.hmac(mode));
  return anyMac(key, hashMac(secretOf(key), hashOf(key, name), message));
};

/** By MacAlgorithm. */
const ALGORITHMS: Readonly<Record<string, Calculation>> = {
  ISO9797_ALGORITHM1: isoAlgorithm('algorithm1', cbcMac),
  ISO9797_ALGORITHM3: isoAlgorithm('algorithm3', retailMac),
  CMAC: (context, mode, keyIdentifier, message) => {
    const key = usableKey(context, keyIdentifier, REQUIREMENTS.cmac(mode));
    checkCmacMessage(message);
    return blockMac(key, cipherMac(cipherOf(key), message));
  },
  ...Object.fromEntries(['HMAC', 'HMAC_SHA224', 'HMAC_SHA256', 'HMAC_SHA384', 'HMAC_SHA512'].map(name => [name, hmac(name)])),
  // A sample of AWS shows it: algorithm 3, zeros for padding, four bytes.
  AS2805_4_1: (context, mode, keyIdentifier, message) => {
    const key = usableKey(context, keyIdentifier, REQUIREMENTS.as2805Mac(mode));
    return { key, mac: retailMac(secretOf(key), padWithZeros(message)), defaultLength: 4, parts: 'half' };
  },
};

interface MacDukptMembers {
  readonly KeySerialNumber: string;
  readonly DukptKeyVariant: Variant;
  readonly DukptDerivationType?: DerivedAlgorithm;
}

/** Under a key of the transaction. The service does not pad here. */
const dukptMac = (context: Context, keyIdentifier: string, members: MacDukptMembers): { key: UsableKey; derived: CipherKey } => {
  const key = usableKey(context, keyIdentifier, REQUIREMENTS.baseDerivation);
  const { KeySerialNumber: keySerialNumber, DukptKeyVariant: variant, DukptDerivationType: derivationType } = members;
  return { key, derived: dukptKey(key, { keySerialNumber, variant, derivationType, purpose: 'MAC' }) };
};

function dukptIsoMac(macOf: MacOfBlocks): MacKind<MacDukptMembers> {
  return (context, keyIdentifier, message, members) => {
    const { key, derived } = dukptMac(context, keyIdentifier, members);
    if (derived.family !== 'TDES') throw invalid('Algorithms 1 and 3 of ISO 9797-1 need a derivation type of TDES.');
    if (message.length === 0 || message.length % BLOCK_SIZE.TDES !== 0) throw invalid('MessageData must be whole blocks of 8 bytes.');
    return isoMac(key, macOf(derived.key, message), context.service.options.switches);
  };
}

interface EmvMembers extends CardMembers {
  readonly MajorKeyDerivationMode: MasterKeyDerivation;
  readonly SessionKeyDerivationMode: string;
  readonly SessionKeyDerivationValue: SessionValue;
}

function emvMac(context: Context, keyIdentifier: string, message: Buffer, members: EmvMembers): WholeMac {
  const key = usableKey(context, keyIdentifier, REQUIREMENTS.emvIntegrity);
  const cardKey = cardKeyOf(key, members, members.MajorKeyDerivationMode);
  const sessionKey = SECURE_MESSAGING_KEYS[members.SessionKeyDerivationMode](cardKey, members.SessionKeyDerivationValue);
  if (sessionKey === undefined) {
    throw invalid(`SessionKeyDerivationMode ${members.SessionKeyDerivationMode} needs an ApplicationTransactionCounter.`);
  }
  const pad = context.service.options.switches.emvMacPadding === 'METHOD_2' ? padWithOne : padWithZeros;
  return anyMac(key, retailMac(sessionKey, pad(message)));
}

type MacKind<Members> = (context: Context, keyIdentifier: string, message: Buffer, members: Members) => WholeMac;

/** By member of MacAttributes, without Algorithm. Their keys derive, whether a MAC is generated or verified. */
const DERIVED: Readonly<Record<string, MacKind<never>>> = {
  EmvMac: emvMac,
  DukptIso9797Algorithm1: dukptIsoMac(cbcMac),
  DukptIso9797Algorithm3: dukptIsoMac(retailMac),
  DukptCmac: (context, keyIdentifier, message, members: MacDukptMembers) => {
    const { key, derived } = dukptMac(context, keyIdentifier, members);
    checkCmacMessage(message);
    return blockMac(key, cipherMac(derived, message));
  },
};

interface MacInput {
  readonly KeyIdentifier: string;
  readonly MessageData: string;
  readonly MacLength?: number;
}

function calculate(context: Context, mode: Mode, input: MacInput, attributes: object): WholeMac {
  const { name, value } = memberOf<never>(attributes);
  const message = fromHex(input.MessageData);
  return name === 'Algorithm'
    ? ALGORITHMS[value](context, mode, input.KeyIdentifier, message)
    : DERIVED[name](context, input.KeyIdentifier, message, value);
}

/** The length asked for in bytes; nothing when none is. */
function lengthAskedFor({ MacLength }: MacInput, { macLengthUnit }: Switches): number | undefined {
  return MacLength === undefined ? undefined : macLengthUnit === 'bytes' ? MacLength : MacLength / 2;
}

const SHORTEST_MAC = 4;

function checkLength(length: number, { mac, parts }: WholeMac): void {
  const fits = parts === 'half' ? [mac.length / 2, mac.length].includes(length) : length >= SHORTEST_MAC && length <= mac.length;
  if (!fits || !Number.isInteger(length)) {
    throw invalid(`A MAC of this algorithm has ${parts === 'half' ? `${mac.length / 2} or` : `${SHORTEST_MAC} to`} ${mac.length} bytes.`);
  }
}

function generateMac(context: Context, input: MacInput & { readonly GenerationAttributes: object }): object {
  const whole = calculate(context, 'Generate', input, input.GenerationAttributes);
  const length = lengthAskedFor(input, context.service.options.switches) ?? whole.defaultLength;
  checkLength(length, whole);
  return { ...named(whole.key), Mac: toHex(whole.mac.subarray(0, length)) };
}

function verifyMac(context: Context, input: MacInput & { readonly Mac: string; readonly VerificationAttributes: object }): object {
  const whole = calculate(context, 'Verify', input, input.VerificationAttributes);
  const given = fromHex(input.Mac);
  checkLength(given.length, whole);
  const asked = lengthAskedFor(input, context.service.options.switches);
  if (asked !== undefined && asked !== given.length) throw invalid(`Mac has ${given.length} bytes, MacLength asks for another length.`);
  if (!timingSafeEqual(whole.mac.subarray(0, given.length), given)) throw verificationFailed('INVALID_MAC', 'The MAC could not be verified.');
  return named(whole.key);
}

export const macOperations: Operations = { GenerateMac: generateMac, VerifyMac: verifyMac };
