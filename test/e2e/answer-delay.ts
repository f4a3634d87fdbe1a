/**
 * How long a deployment goes on after the key is SYNCHRONIZED: from the moment the last replica becomes it, on the
 * emulator's clock, to the moment the answer arrives where CloudFormation takes it. Real time, real function.
 *
 * Usage: tsx test/e2e/answer-delay.ts [runs]
 */
import { cardVerificationKey } from './engine/card-verification-key';
import { ensureHandlerBundle } from './engine/handler-bundle';
import { Session } from './engine/session';
import { median } from '../bench/median';

const REPLICATION_DELAYS = [2, 5, 10];
/** Runs differ by this, so that no replication ends just when the handler looks. */
const SPREAD_SECONDS = 0.4;
const BUDGET_SECONDS = 2;

interface Run {
  readonly seconds: number;
  /** Control-plane requests in the primary. */
  readonly requests: number;
}

async function run(session: Session, name: string, replicationDelay: number): Promise<Run> {
  session.emulator.setReplicationOutcome('us-west-2', { kind: 'synchronizes', delay: replicationDelay });
  const { status } = await session.stack(name).deploy(scope => cardVerificationKey(scope));
  if (status !== 'CREATE_COMPLETE') throw new Error(`The stack is ${status}`);
  const [created] = session.requests('CreateKey');
  const synchronized = created.time + replicationDelay * 1000;
  const requests = session.emulator.log.entries.filter(({ service }) => service === 'payment-cryptography').length;
  return { seconds: (session.gate.answers[0].time - synchronized) / 1000, requests };
}


async function main(): Promise<void> {
  process.env.CDK_VALIDATION = 'false';
  const runs = Number(process.argv[2] ?? 5);
  await ensureHandlerBundle();
  const session = await Session.start();
  try {
    process.stdout.write('replication  median  runs, each in seconds (requests)\n');
    for (const delay of REPLICATION_DELAYS) {
      const results: Run[] = [];
      for (let index = 0; index < runs; index += 1) {
        results.push(await run(session, `delay-${delay}-${index}`, delay + index * SPREAD_SECONDS));
        await session.clear();
      }
      const middle = median(results.map(({ seconds }) => seconds));
      const list = results.map(({ seconds, requests }) => `${seconds.toFixed(2)} (${requests})`).join('  ');
      process.stdout.write(`${`from ${delay} s`.padEnd(13)}${middle.toFixed(2).padEnd(8)}${list}\n`);
      if (middle > BUDGET_SECONDS) process.exitCode = 1;
    }
  } finally {
    await session.stop();
  }
}

void main();
