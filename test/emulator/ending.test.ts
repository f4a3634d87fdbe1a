import { spawn } from 'node:child_process';
import * as path from 'node:path';
import { announcedUrl } from './announced-url';

const ROOT = path.resolve(__dirname, '..', '..');

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
  // As a person or a job starts it.
  const child = spawn('npm', ['run', 'emulator', '--', '--port', '0'], { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await announcedUrl(child);
  expect(await isAnswering(url)).toBe(true);
  child.kill(signal);
  expect(await isGoneSoon(url)).toBe(true);
}, 60_000);
