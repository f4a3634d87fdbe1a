import { ChildProcess, spawn } from 'node:child_process';
import * as path from 'node:path';

const ROOT = path.resolve(__dirname, '..', '..');

/** `npm run emulator` as a person or a job starts it; resolves with its address. */
async function start(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout!.on('data', chunk => {
      output += chunk;
      const url = /emulator: (http:\S+)/.exec(output)?.[1];
      if (url !== undefined) resolve(url);
    });
    child.on('close', () => reject(new Error(`It ended: ${output}`)));
  });
}

async function isAnswering(url: string): Promise<boolean> {
  return fetch(`${url}/_emulator/health`).then(() => true, () => false);
}

/** As long as a person would wait. */
async function isGoneSoon(url: string): Promise<boolean> {
  for (let look = 0; look < 100; look += 1) {
    if (!await isAnswering(url)) return true;
    await new Promise(resolve => setTimeout(resolve, 50));
  }
  return false;
}

test.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)('%s to npm ends the server, though programs between the two do not pass it on', async signal => {
  const child = spawn('npm', ['run', 'emulator', '--', '--port', '0'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await start(child);
  expect(await isAnswering(url)).toBe(true);
  child.kill(signal);
  expect(await isGoneSoon(url)).toBe(true);
}, 60_000);
