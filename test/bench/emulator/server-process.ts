import { execFileSync, spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { announcedUrl } from '../../emulator/announced-url';
import { buildPackage } from '../../emulator/package/build';

export interface ServerProcess {
  readonly url: string;
  /** What the process occupies of the machine's memory. */
  memoryMegabytes(): number;
  close(): Promise<void>;
}

/** The emulator as its users have it, in a process of its own: the bench's own work is not in its figures. */
export async function startServerProcess(args: readonly string[]): Promise<ServerProcess> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bench-emulator-'));
  await buildPackage(folder);
  const child = spawn(process.execPath, [path.join(folder, 'package', 'emulator.js'), '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<void>(resolve => child.on('close', () => resolve()));
  return {
    url: await announcedUrl(child),
    memoryMegabytes: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })) / 1024,
    close: async () => {
      child.kill();
      await ended;
      fs.rmSync(folder, { recursive: true });
    },
  };
}
