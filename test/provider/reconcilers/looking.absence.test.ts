import { ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { Key } from '../../../src/provider/handler/control-plane/port';
import { look, Looking, stateTurn } from '../../../src/provider/handler/reconcilers/looking';
import { Checkpoint } from '../../../src/provider/handler/reconcilers/reconciler';

const ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/abcdefghijklmnop';
const START = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number) => new Date(START + seconds * 1000);
const since = at(0).toISOString();
const key = (state: string) => ({ keyArn: ARN, state }) as Partial<Key> as Key;
const finding = (state: string) => ({ getKey: async () => key(state) });
const failing = (kind: 'notFound' | 'accessDenied') =>
  ({ getKey: async () => { throw new ServiceFault(kind, 'payment-cryptography', 'GetKey', 'us-east-1', 'Code', ''); } });

describe('a look at a key', () => {
  const look_ = (checkpoint: Checkpoint & Looking, plane: Parameters<typeof look>[2], seconds: number) => look(ARN, checkpoint, plane, at(seconds));

  test.each([[0], [8], [23]])('that finds nothing for %i s proves nothing', async seconds => {
    expect(await look_(seconds === 0 ? {} : { missing: { keyArn: ARN, since } }, failing('notFound'), seconds))
      .toEqual({ kind: 'uncertain', turn: { kind: 'again', checkpoint: { missing: { keyArn: ARN, since } }, inSeconds: 8, waitingFor: `GetKey to know ${ARN}` } });
  });

  test('that finds nothing for 24 s proves absence', async () => {
    expect(await look_({ missing: { keyArn: ARN, since } }, failing('notFound'), 24)).toEqual({ kind: 'absent', isDeleted: false });
  });

  test('at another key that was missing says nothing about this one', async () => {
    expect(await look_({ missing: { keyArn: 'other', since } }, failing('notFound'), 99)).toMatchObject({ kind: 'uncertain' });
  });

  test('that finds the key forgets that it was missing', async () => {
    expect(await look_({ made: ARN, missing: { keyArn: ARN, since } }, finding('CREATE_COMPLETE'), 9)).toEqual({ kind: 'found', key: key('CREATE_COMPLETE'), checkpoint: { made: ARN } });
  });

  test('that finds a key whose window is over finds none', async () => {
    expect(await look_({}, finding('DELETE_COMPLETE'), 0)).toEqual({ kind: 'absent', isDeleted: true });
  });

  test('that is denied proves nothing', async () => {
    await expect(look_({}, failing('accessDenied'), 99)).rejects.toMatchObject({ kind: 'accessDenied' });
  });
});

describe('the state of a key', () => {
  test.each<[string, object | undefined]>([
    ['CREATE_COMPLETE', undefined],
    ['CREATE_IN_PROGRESS', { kind: 'again', inSeconds: 5 }],
    ['DELETE_PENDING', { kind: 'failed', reason: expect.stringContaining(`aws payment-cryptography restore-key --region us-east-1 --key-identifier ${ARN}`) }],
    ['DELETE_COMPLETE', { kind: 'failed', reason: expect.stringMatching(/does not exist any more(?!.*restore)/) }],
    ['NEW_STATE', { kind: 'failed', reason: expect.stringContaining('is NEW_STATE, so nothing can be done with it') }],
  ])('%s', (state, turn) => {
    if (turn) {
      expect(stateTurn({}, key(state))).toMatchObject(turn);
    } else {
      expect(stateTurn({}, key(state))).toBeUndefined();
    }
  });
});
