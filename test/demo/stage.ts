/** What the demo plays on: the emulator, the local engine with its bootstrapped Region, and the bundled handler. */
import { say } from './screen';
import { bootstrap } from '../e2e/engine/bootstrap';
import { ensureHandlerBundle } from '../e2e/engine/handler-bundle';
import { ACCOUNT, LocalEngine, startLocalEngine } from '../e2e/engine/local-engine';
import { startEmulatorServer, EmulatorServer } from '../emulator';
import { pythonEnvironment, PythonEnvironment } from '../python/environment';

export const PRIMARY = 'us-east-1';

export interface Stage {
  readonly emulator: EmulatorServer;
  readonly engine: LocalEngine;
  readonly python: PythonEnvironment;
  readonly signal: AbortSignal;
}

/** Everything that was begun, to be ended in reverse. */
export type Endings = Array<() => Promise<void>>;

export async function setStage(signal: AbortSignal, endings: Endings): Promise<Stage> {
  const [python, bundled] = await Promise.race([Promise.all([pythonEnvironment(), ensureHandlerBundle()]), rejectOnAbort(signal)]);
  if (bundled) say('bundled the Lambda function of the provider');

  const emulator = await startEmulatorServer({
    account: ACCOUNT,
    replicationOutcomes: { 'us-west-2': { kind: 'synchronizes', delay: 4 }, 'eu-west-1': { kind: 'synchronizes', delay: 3 } },
  });
  endings.push(async () => emulator.close());
  say(`AWS Payment Cryptography   ${emulator.url}   the emulator of this project; a browser shows it live`);

  const engine = await startLocalEngine();
  endings.push(async () => engine.stop());
  signal.throwIfAborted();
  await bootstrap(engine, PRIMARY);
  say(`CloudFormation and others  ${engine.url}   MiniStack, a local AWS engine`);
  return { emulator, engine, python, signal };
}

/** An installation does not listen to signals. */
async function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}
