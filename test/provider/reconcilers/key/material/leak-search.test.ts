import { LeakSearch } from './leak-search';

const BLOCK = 'E9F0A1B2C3D4E5F60718293A4B5C6D7E';
const search = new LeakSearch([BLOCK]);
const base64 = (before: string, encoding: BufferEncoding) => Buffer.concat([Buffer.from(before), Buffer.from(BLOCK, encoding), Buffer.from('!')]).toString('base64');

test.each<[string, string]>([
  ['as it is', `"block": "${BLOCK}"`],
  ['in lower case', BLOCK.toLowerCase()],
  ['eight characters of it', `…${BLOCK.slice(5, 13)}…`],
  ['eight characters of it, in both cases', BLOCK.slice(5, 9) + BLOCK.slice(9, 13).toLowerCase()],
  ['its characters in hexadecimal', Buffer.from(BLOCK.slice(5, 13)).toString('hex').toUpperCase()],
  ...['', '1', '12'].flatMap((before): Array<[string, string]> => [
    [`its characters in base64, behind ${before.length} others`, base64(before, 'utf8')],
    [`its bytes in base64, behind ${before.length} others`, base64(before, 'hex')],
    [`its bytes in base64 of URLs, behind ${before.length} others`, Buffer.from(before + BLOCK.slice(4), 'hex').toString('base64url')],
  ]),
])('finds %s', (_, text) => {
  expect(search.in(`{"level":"INFO","message":"${text}"}`)).not.toEqual([]);
});

test.each<[string, string]>([
  ['seven characters', BLOCK.slice(5, 12)],
  ['eight characters with something between them', `${BLOCK.slice(5, 9)} ${BLOCK.slice(9, 13)}`],
  ['seven characters in hexadecimal', Buffer.from(BLOCK.slice(5, 12)).toString('hex')],
  ['something else', 'arn:aws:payment-cryptography:us-east-1:111122223333:key/aaaaaaaaaaaaaaaa'],
])('does not take %s for it', (_, text) => {
  expect(search.in(text)).toEqual([]);
});

test.each(['short', 'with white space'])('refuses to look for what it would not find: %s', secret => {
  expect(() => new LeakSearch([secret])).toThrow('cannot be searched for');
});
