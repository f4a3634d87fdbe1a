/** Declare, deploy, replicate, look and destroy, with no AWS account. */
import { explain } from './explanation';
import { chapter, line, seconds } from './screen';
import { Endings, setStage, Stage } from './stage';
import { play } from './story';
import { processesAreVisible, processTree } from '../e2e/engine/processes';

async function main(): Promise<void> {
  const begin = Date.now();
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => interruption.abort(new Error(`interrupted (${signal})`)));
  }
  const endings: Endings = [];
  let stage: Stage | undefined;
  try {
    line('cdk-multi-region-payment-keys: the demo, on this machine only, without an AWS account');
    chapter('Setting the stage');
    stage = await setStage(interruption.signal, endings);
    await play(stage);
    line();
    line(`Done in ${seconds(Date.now() - begin)} s. Nothing is left running.`);
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`\nThe demo failed: ${interruption.signal.aborted ? interruption.signal.reason.message : (error as Error).message}\n`);
    if (stage && !interruption.signal.aborted) process.stderr.write(await explain(stage));
  } finally {
    for (const end of endings.reverse()) await end();
  }
  // Whatever was begun but not ended: an installation that was interrupted, for instance.
  if (processesAreVisible) processTree(process.pid).slice(1).forEach(kill);
  process.exit();
}

function kill(pid: number): void {
  try { process.kill(pid, 'SIGKILL'); } catch { /* It has ended. */ }
}

void main();
