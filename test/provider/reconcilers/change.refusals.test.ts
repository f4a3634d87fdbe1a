import { FaultKind, ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { Changes } from '../../../src/provider/handler/control-plane/port';
import { change, Refusable } from '../../../src/provider/handler/reconcilers/change';
import { again, Checkpoint, ControlPlane } from '../../../src/provider/handler/reconcilers/reconciler';

type Known = Checkpoint & Refusable & { readonly step: string };

const START = Date.parse('2026-01-01T00:00:00Z');
const fault = (kind: FaultKind) => new ServiceFault(kind, 'payment-cryptography', 'TagResource', 'us-east-1', 'Code', 'detail');

/** One call, `seconds` after the first, which fails as given; the intents that were written. */
function attempt(intent: Known, seconds: number, failure?: Error, passing?: readonly FaultKind[], ifRefused?: Known) {
  const intents: Known[] = [];
  const plane = { intending: (one: Known) => { intents.push(one); return {} as Changes; } } as Partial<ControlPlane<Known>> as ControlPlane<Known>;
  const turn = change(plane, {
    what: 'the tags',
    intent,
    ifRefused,
    passing,
    now: new Date(START + seconds * 1000),
    call: async () => {
      if (failure) { throw failure; }
      return 'answer';
    },
  }, answer => again<Known>({ step: answer }, 0, 'next'));
  return { turn, intents };
}

describe('a change', () => {
  test('is made with its intent, and goes on with the answer', async () => {
    const { turn, intents } = attempt({ step: 'intent' }, 0);
    expect(await turn).toEqual({ kind: 'again', checkpoint: { step: 'answer' }, inSeconds: 0, waitingFor: 'next' });
    expect(intents).toEqual([{ step: 'intent' }]);
  });

  test.each<FaultKind>(['throttled', 'accessDenied', 'unreachable', 'unknownOutcome', 'quotaExceeded', 'publicPolicy'])('that is %s is left to the step', async kind => {
    await expect(attempt({ step: 'intent' }, 0, fault(kind)).turn).rejects.toMatchObject({ kind });
  });

  test('is not what a bug is', async () => {
    await expect(attempt({ step: 'intent' }, 0, new TypeError('x')).turn).rejects.toThrow(TypeError);
  });

  test.each<[FaultKind, number, number | 'final']>([
    ['conflict', 0, 5], ['conflict', 5, 5], ['conflict', 10, 10], ['conflict', 45, 45], ['conflict', 4000, 60],
    ['invalid', 0, 5], ['invalid', 5, 5], ['invalid', 14, 14], ['invalid', 15, 'final'],
    ['notFound', 0, 5], ['notFound', 15, 'final'],
  ])('refused with %s since %i s is looked at again in %s s', async (kind, seconds, pause) => {
    const refused = { what: 'the tags', since: new Date(START).toISOString() };
    const before: Known = seconds === 0 ? { step: 'intent' } : { step: 'intent', refused };
    const { turn } = attempt(before, seconds, fault(kind));
    if (pause === 'final') { return expect(turn).rejects.toMatchObject({ kind }); }
    return expect(await turn).toMatchObject({ kind: 'again', checkpoint: { step: 'intent', refused }, inSeconds: pause, refusal: { kind } });
  });

  test('another change that was refused before says nothing about this one', async () => {
    const before: Known = { step: 'intent', refused: { what: 'the Regions', since: new Date(START).toISOString() } };
    expect(await attempt(before, 99, fault('invalid')).turn).toMatchObject({ kind: 'again', checkpoint: { refused: { what: 'the tags' } } });
  });

  test('may be refused in a way that passes, and then leaves what was known before', async () => {
    const turn = await attempt({ step: 'intent' }, 0, fault('invalid'), ['conflict', 'invalid'], { step: 'before' }).turn;
    expect(turn).toMatchObject({ kind: 'again', checkpoint: { step: 'before', refused: { what: 'the tags' } }, waitingFor: expect.stringContaining('refuses for now') });
  });
});
