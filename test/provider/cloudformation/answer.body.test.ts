import { answerBody, Outcome } from '../../../src/provider/handler/cloudformation/answer';

const body = (outcome: Partial<Outcome>, requestId = 'r') =>
  answerBody({ RequestId: requestId, LogicalResourceId: 'L', StackId: 's' }, { status: 'FAILED', reason: '', physicalId: 'p', ...outcome });
const reason = (outcome: Partial<Outcome>): string => JSON.parse(body(outcome)).Reason;
const LONGEST = 4096;
const room = LONGEST - Buffer.byteLength(body({}));

describe('an answer', () => {
  test('says what is left behind after its reason, if it has one', () => {
    expect(reason({ reason: 'no room', leftBehind: 'a key' })).toBe('no room. May be left behind: a key');
    expect(reason({ leftBehind: 'a key' })).toBe('May be left behind: a key');
    expect(reason({})).toBe('');
  });

  test('as long as may be is left as it is; one byte more, and it is shortened', () => {
    expect(reason({ reason: 'x'.repeat(room) })).toBe('x'.repeat(room));
    expect(Buffer.byteLength(body({ reason: 'x'.repeat(room) }))).toBe(LONGEST);
    expect(reason({ reason: 'x'.repeat(room + 1) })).toMatch(/^x+…$/);
  });

  test('is shortened in its reason alone', () => {
    const leftBehind = 'k'.repeat(3000);
    expect(reason({ reason: 'x'.repeat(5000), leftBehind })).toMatch(new RegExp(`^x+…\\. May be left behind: ${leftBehind}$`));
    expect(Buffer.byteLength(body({ reason: 'x'.repeat(5000), leftBehind }))).toBeLessThanOrEqual(LONGEST);
  });

  test('is shortened to nothing when there is room for nothing, without a lonely ellipsis', () => {
    const leftBehind = 'k'.repeat(room - 'May be left behind: '.length);
    expect(reason({ reason: 'xyz', leftBehind })).toBe(`May be left behind: ${leftBehind}`);
  });

  test('is cut between characters, never within one', () => {
    for (let length = 1; length <= 8; length += 1) {
      expect(reason({ reason: 'a'.repeat(length) + '💳'.repeat(2000) })).toMatch(/^a+(💳)+…$/u);
    }
  });

  test.each([['é'], ['"'], ['💳'], ['\u0001']])('of %j is cut no more than it must be', character => {
    const cut = body({ reason: character.repeat(5000) });
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(LONGEST);
    expect(Buffer.byteLength(cut)).toBeGreaterThan(LONGEST - 2 * Buffer.byteLength(JSON.stringify(character)));
  });
});
