/**
 * RSA encryption with PKCS #1 v1.5 or OAEP padding.
 *
 * node:crypto refuses to decrypt PKCS #1 v1.5, because a caller could learn from its errors what another message
 * holds. A test double keeps nobody's secrets, so the padding is taken off here.
 */
import { constants, KeyObject, privateDecrypt, publicEncrypt } from 'node:crypto';

export type RsaPadding = 'PKCS1' | 'OAEP_SHA1' | 'OAEP_SHA256' | 'OAEP_SHA512';

const hashOf = (padding: RsaPadding): string => padding.replace('OAEP_', '').toLowerCase();

/** Throws when the data is too long for the key. */
export function rsaEncrypt(publicKey: KeyObject, data: Buffer, padding: RsaPadding): Buffer {
  return padding === 'PKCS1'
    ? publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, data)
    : publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hashOf(padding) }, data);
}

/** Throws when there is no data with this padding. */
export function rsaDecrypt(privateKey: KeyObject, data: Buffer, padding: RsaPadding): Buffer {
  if (padding !== 'PKCS1') {
    return privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hashOf(padding) }, data);
  }
  const padded = privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, data);
  const end = padded.indexOf(0, 2);
  // 00 02, at least eight bytes that are not zero, 00, data.
  if (padded[0] !== 0 || padded[1] !== 2 || end < 10) throw new Error('The data is not padded as PKCS #1 v1.5 says.');
  return padded.subarray(end + 1);
}
