/** Usage: npm run emulator:fuzz [-- --requests N --seed S]. A seed repeats the requests of a run. */
import { parseArgs } from 'node:util';
import { fuzz } from './fuzzing';
import { PLANES } from './requests';

const MOST_PROBLEMS = 20;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { requests: { type: 'string', default: '10000' }, seed: { type: 'string' } } });
  const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 31));
  const requests = Number(values.requests);
  for (const plane of PLANES) {
    const began = Date.now();
    const { statuses, succeeded, problems } = await fuzz(plane, seed, requests);
    const counts = Object.entries(statuses).map(([status, count]) => `${count} x ${status}`).join(', ');
    process.stdout.write(`${plane} plane, seed ${seed}, ${requests} requests, ${((Date.now() - began) / 1000).toFixed(0)} s: ${counts}\n`);
    process.stdout.write(`  succeeded at least once: ${succeeded.join(', ')}\n  problems: ${problems.length}\n`);
    problems.slice(0, MOST_PROBLEMS).forEach(problem => process.stdout.write(`    ${problem}\n`));
    if (problems.length > 0) process.exitCode = 1;
  }
}

void main();
