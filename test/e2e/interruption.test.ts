import { effects } from '../emulator';
import { cardVerificationKey } from './engine/card-verification-key';
import { processesAreVisible, processTree } from './engine/processes';
import { PRIMARY, Session } from './engine/session';

let session: Session;
beforeAll(async () => { session = await Session.start(); }, 120_000);
afterEach(async () => {
  await session.engine.setWaitScale(1);
  await session.clear();
});
afterAll(async () => session?.stop());

test('a key whose CreateKey was never answered is found by its tag, and no second one is made', async () => {
  session.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.responseLost() });
  const { status, outputs } = await session.stack('unanswered').deploy(scope => cardVerificationKey(scope));
  expect(status).toBe('CREATE_COMPLETE');
  expect(session.requests('CreateKey')).toHaveLength(1);
  expect(session.emulator.snapshot(PRIMARY).keys.map(({ key }) => key.KeyArn)).toEqual([outputs.CvkArn]);
});

(processesAreVisible ? test : test.skip)('a function killed in the middle of CreateKey leaves one key, which the next step finds', async () => {
  const arrived = new Promise<void>(resolve => session.emulator.faults.add({
    operation: 'CreateKey',
    when: () => {
      resolve();
      return true;
    },
    times: 1,
    effect: effects.delay(1),
  }));
  const outcome = session.stack('killed').deploy(scope => cardVerificationKey(scope));
  await arrived;
  processTree(session.engine.pid).slice(1).forEach(worker => process.kill(worker, 'SIGKILL'));
  const { status, outputs } = await outcome;
  expect(status).toBe('CREATE_COMPLETE');
  expect(session.requests('CreateKey')).toHaveLength(1);
  expect(session.emulator.snapshot(PRIMARY).keys.map(({ key }) => key.KeyArn)).toEqual([outputs.CvkArn]);
  // A call that was marked and never ended may still be under way until the function's 60 seconds are over: the next step waits for that.
}, 200_000);

test.each([
  ['permissions that take a moment to work', effects.accessDenied()],
  ['a quota that others have used up', effects.throttle()],
])('%s delay a creation, and one key is made', async (_, effect) => {
  session.emulator.faults.add({ operation: 'CreateKey', times: 2, effect });
  const { status } = await session.stack('patient').deploy(scope => cardVerificationKey(scope));
  expect(status).toBe('CREATE_COMPLETE');
  expect(session.requests('CreateKey').map(({ executed }) => executed)).toEqual([false, false, true]);
  expect(session.emulator.snapshot(PRIMARY).keys).toHaveLength(1);
});

test('an execution that could not deliver its answer fails, and the last resort delivers it, the same to the byte', async () => {
  await session.engine.setWaitScale(0);
  const deliveries = 7;
  session.gate.refuse(deliveries);
  const { status } = await session.stack('refused').deploy(scope => cardVerificationKey(scope, { replicationRegions: [] }));
  expect(status).toBe('CREATE_COMPLETE');
  expect(session.gate.answers.map(({ accepted }) => accepted)).toEqual([...Array<boolean>(deliveries).fill(false), true]);
  expect(new Set(session.gate.answers.map(({ body }) => body)).size).toBe(1);
});
