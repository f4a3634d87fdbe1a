import { randomBytes } from 'node:crypto';
import { Partner } from '../exchange-fixtures';
import { partyOf } from '../wrapping-keys';
import { EphemeralCipher, openTr34, sealTr34, Tr34Error, Tr34Fault, Tr34Opening, Tr34Sealing } from './tr34';

const NOW = Date.UTC(2026, 0, 1);
const sending = new Partner({ authority: 'RSA_2048', leaf: 'RSA_2048', now: NOW, name: 'sender' });
const receiving = new Partner({ authority: 'RSA_2048', leaf: 'RSA_2048', now: NOW, name: 'receiver' });

const sender = { ...partyOf(sending.certificate), privateKey: sending.keys.privateKey };
const receiver = { ...partyOf(receiving.certificate), privateKey: receiving.keys.privateKey };
const content = { header: 'B0016K0TB00E0000', key: Buffer.from('0123456789ABCDEFFEDCBA9876543210', 'hex') };
const nonce = Buffer.from('0123456789ABCDEF', 'hex');

const seal = (more: Partial<Tr34Sealing> = {}): Buffer =>
  sealTr34({ content, sender, receiver, nonce, cipher: 'TDES', random: randomBytes, ...more });

function faultOf(more: Partial<Tr34Opening> = {}): Tr34Fault | undefined {
  try {
    openTr34({ token: seal(), sender, receiver, nonce, ...more });
    return undefined;
  } catch (error) {
    if (error instanceof Tr34Error) return error.fault;
    throw error;
  }
}

test.each<EphemeralCipher>(['TDES', 'AES_128'])('opens to what was sealed under %s', cipher => {
  expect(openTr34({ token: seal({ cipher }), sender, receiver, nonce })).toEqual(content);
});

test.each<[string, Tr34Fault, Partial<Tr34Opening>]>([
  ['another nonce', 'another nonce', { nonce: Buffer.from('0123456789ABCDE0', 'hex') }],
  ['a nonce of another length', 'another nonce', { nonce: Buffer.alloc(16) }],
  ['another sender', 'another sender', { sender: receiver }],
  ['another receiver', 'another receiver', { receiver: sender }],
  ['the name of the sender with another key', 'not authentic', { sender: { ...receiver, name: sender.name } }],
  ['the name of the receiver with another key', 'not decryptable', { receiver: { ...sender, name: receiver.name } }],
  ['nothing', 'malformed', { token: Buffer.alloc(0) }],
  ['something else', 'malformed', { token: Buffer.from('3003020101', 'hex') }],
])('%s: %s', (_title, fault, more) => {
  expect(faultOf(more)).toBe(fault);
});

test('a token in which any one byte was changed is refused, or nobody reads that byte', () => {
  const token = seal();
  const unread: number[] = [];
  for (let position = 0; position < token.length; position += 1) {
    const changed = Buffer.from(token);
    changed[position] += 1;
    if (faultOf({ token: changed }) !== undefined) continue;
    unread.push(position);
    expect(openTr34({ token: changed, sender, receiver, nonce })).toEqual(content);
  }
  // Outside of the envelope and of what is signed: two versions, and the names of the algorithms that the format fixes.
  expect(unread.length).toBeLessThan(70);
});

test('a token that was cut off anywhere is malformed', () => {
  const token = seal();
  for (let length = 0; length < token.length; length += 1) expect(faultOf({ token: token.subarray(0, length) })).toBe('malformed');
});

test('messages name no key', () => {
  const messages: string[] = [];
  for (const more of [{ nonce: Buffer.alloc(8) }, { sender: receiver }, { receiver: { ...sender, name: receiver.name } }]) {
    try {
      openTr34({ token: seal(), sender, receiver, nonce, ...more });
    } catch (error) {
      messages.push((error as Error).message);
    }
  }
  expect(messages).toHaveLength(3);
  expect(messages.join().toUpperCase()).not.toContain(content.key.toString('hex').toUpperCase());
});
