/** What the demo plays on: the stage of any app, a slower replication to be seen, and the bundled handler. */
import { say } from './screen';
import { ensureHandlerBundle } from '../e2e/engine/handler-bundle';
import { ACCOUNT } from '../e2e/engine/local-engine';
import { Endings, Stage as StageOfApps, startStage } from '../local/stage';
import { pythonEnvironment, PythonEnvironment } from '../python/environment';

export type { Endings };

export const PRIMARY = 'us-east-1';

export interface Stage extends StageOfApps {
  readonly python: PythonEnvironment;
  readonly signal: AbortSignal;
}

export async function setStage(signal: AbortSignal, endings: Endings): Promise<Stage> {
  if (await Promise.race([ensureHandlerBundle(), rejectOnAbort(signal)])) say('bundled the Lambda function of the provider');
  const python = await pythonEnvironment(signal);
  const stage = await startStage({
    account: ACCOUNT,
    regions: [PRIMARY],
    port: 0,
    emulatorPort: 0,
    emulator: { replicationOutcomes: { 'us-west-2': { kind: 'synchronizes', delay: 4 }, 'eu-west-1': { kind: 'synchronizes', delay: 3 } } },
    python: async () => python.python,
    say,
    signal,
  }, endings);
  return { ...stage, python, signal };
}

/** The bundler does not listen to signals. */
async function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}
