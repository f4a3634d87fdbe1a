import * as path from 'node:path';
import { appCommand, cdk, readOutputs } from './engine/cdk-cli';
import { PRIMARY, Session } from './engine/session';

let session: Session;
beforeAll(async () => { session = await Session.start(); }, 120_000);
afterAll(async () => session?.stop());

test('cdk deploy and cdk destroy, with the app of the demo', async () => {
  const { engine } = session;
  const outputs = path.join(engine.scratch, 'outputs.json');
  const assembly = path.join(engine.scratch, 'cdk.out');
  const options = { engine, region: PRIMARY };
  const app = ['--app', appCommand(path.join(__dirname, '..', 'demo', 'app.ts')), '--output', assembly, '-c', 'replicas=us-west-2'];

  await cdk(['deploy', 'Payments', ...app, '--require-approval', 'never', '--outputs-file', outputs], options);
  const { KeyArn } = readOutputs(outputs, 'Payments');
  expect(session.key(KeyArn)).toMatchObject({ KeyState: 'CREATE_COMPLETE', ReplicationStatus: { 'us-west-2': { Status: 'SYNCHRONIZED' } } });
  expect(await cdk(['deploy', 'Payments', '--app', assembly, '--require-approval', 'never'], options)).toContain('(no changes)');
  expect(session.requests('CreateKey')).toHaveLength(1);

  await cdk(['destroy', 'Payments', '--app', assembly, '--force'], options);
  expect(session.key(KeyArn)?.KeyState).toBe('DELETE_PENDING');
}, 120_000);
