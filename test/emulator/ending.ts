/**
 * When the program ends.
 *
 * `npm run emulator` is a chain of programs: npm, a shell, projen, tsx, and this one. npm passes a signal on to its shell,
 * which ends, and nobody below it hears of that. A server that waits for signals only would then go on with nobody left to stop
 * it, and hold its port. So this program also ends when npm, or a link between npm and this program, is gone.
 *
 * What is above npm does not matter: a server that was put into the background outlives the shell that started it.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';

const LOOK_EVERY_MILLISECONDS = 250;
/** One Ctrl-C may arrive twice: from the terminal, and from a program above that passes it on. */
const ONE_SIGNAL_MILLISECONDS = 500;
const PACKAGE_MANAGER = /^(npm|npx|pnpm|yarn)(-cli)?(\.c?js)?$/;

interface Ancestor {
  readonly parent: number;
  readonly command: readonly string[];
}

/** From /proc where there is one, as a small container may have no `ps`. */
function readProcess(pid: number): Ancestor | undefined {
  try {
    if (fs.existsSync('/proc/self/stat')) {
      // The name of the program stands in parentheses, and may have any character.
      const parent = Number(/.*\) \S (\d+)/s.exec(fs.readFileSync(`/proc/${pid}/stat`, 'utf8'))![1]);
      return { parent, command: fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').split(/[\0 ]/) };
    }
    const [parent, ...command] = execFileSync('ps', ['-o', 'ppid=,args=', '-p', String(pid)], { encoding: 'utf8' }).trim().split(/\s+/);
    return { parent: Number(parent), command };
  } catch {
    return undefined;
  }
}

/** This program's ancestors up to npm; none when npm did not start it. */
function chainBelowPackageManager(): number[] {
  const chain: number[] = [];
  for (let pid = process.ppid; pid > 1; ) {
    const ancestor = readProcess(pid);
    if (ancestor === undefined) return [];
    chain.push(pid);
    if (ancestor.command.slice(0, 2).some(word => PACKAGE_MANAGER.test(path.basename(word)))) return chain;
    pid = ancestor.parent;
  }
  return [];
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Runs an action once, when the program is to end: at SIGINT, SIGTERM or SIGHUP, or when who started it is gone.
 *
 * @param insist what a second signal does, for whom the action takes too long. Default: nothing
 */
export function whenEnding(action: (why: string) => Promise<void> | void, insist: () => void = () => {}): void {
  let since: number | undefined;
  const end = (why: string): void => {
    if (since !== undefined) return;
    since = Date.now();
    void action(why);
  };
  const onSignal = (signal: string): void => {
    if (since !== undefined && Date.now() - since > ONE_SIGNAL_MILLISECONDS) insist();
    else end(signal);
  };
  (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).forEach(signal => process.on(signal, onSignal));
  const chain = process.platform === 'win32' ? [] : chainBelowPackageManager();
  if (chain.length > 0) setInterval(() => { if (!chain.every(isThere)) end('the program that started this one is gone'); }, LOOK_EVERY_MILLISECONDS).unref();
}
