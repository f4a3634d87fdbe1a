/** Application cryptograms and the answers to them: EMV Book 2, sections 8.1 and 8.2. */
import { encrypt, tdes } from './block-cipher';
import { xor } from './bytes';
import { padWithOne, retailMac } from './message-authentication';

/** The cryptogram of transaction data that its sender has padded to whole blocks. */
export const applicationCryptogram = (sessionKey: Buffer, blocks: Buffer): Buffer => retailMac(sessionKey, blocks);

/** Method 1: the cryptogram and a response code. */
export const responseCryptogram1 = (sessionKey: Buffer, cryptogram: Buffer, responseCode: Buffer): Buffer =>
  encrypt(tdes(sessionKey), xor(cryptogram, Buffer.concat([responseCode, Buffer.alloc(6)])));

/** Method 2: the cryptogram, a card status update and up to eight bytes more. */
export const responseCryptogram2 = (sessionKey: Buffer, cryptogram: Buffer, cardStatusUpdate: Buffer, proprietary: Buffer): Buffer =>
  retailMac(sessionKey, padWithOne(Buffer.concat([cryptogram, cardStatusUpdate, proprietary]))).subarray(0, 4);
