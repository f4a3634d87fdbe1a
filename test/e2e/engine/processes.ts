import * as fs from 'node:fs';

/** What Linux tells of processes; elsewhere there is no /proc, and nothing is known. */
export const processesAreVisible = fs.existsSync('/proc/self/net/tcp');

const LISTEN = '0A';

/** A process and everything that it started. */
export function processTree(root: number): number[] {
  const parents = new Map(processIds().map(pid => [pid, parentOf(pid)]));
  const tree = [root];
  for (const pid of tree) tree.push(...[...parents].filter(([, parent]) => parent === pid).map(([child]) => child));
  return tree;
}

/** The addresses on which any of these processes accepts connections, `127.0.0.1:4700`. */
export function listeningAddresses(pids: readonly number[]): string[] {
  const sockets = new Set(pids.flatMap(socketsOf));
  return ['tcp', 'tcp6']
    .flatMap(table => read(`/proc/self/net/${table}`).split('\n').slice(1))
    .map(row => row.trim().split(/\s+/))
    .filter(columns => columns[3] === LISTEN && sockets.has(columns[9]))
    .map(columns => readable(columns[1]));
}

export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function processIds(): number[] {
  return fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(Number);
}

/** The parent stands behind the name, which is in parentheses and may hold anything. */
function parentOf(pid: number): number {
  return Number(read(`/proc/${pid}/stat`).replace(/^.*\) /s, '').split(' ')[1]);
}

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  return list(folder).flatMap(name => /^socket:\[(\d+)\]$/.exec(link(`${folder}/${name}`))?.[1] ?? []);
}

/** The kernel writes an address as words of four bytes, each in the byte order of the machine. */
function readable(address: string): string {
  const [host, port] = address.split(':');
  const bytes = host.match(/.{8}/g)!.flatMap(word => word.match(/../g)!.reverse()).map(byte => parseInt(byte, 16));
  const text = bytes.length === 4 ? bytes.join('.') : `[${bytes.map(byte => byte.toString(16).padStart(2, '0')).join('')}]`;
  return `${text}:${parseInt(port, 16)}`;
}

/** Processes come and go while they are looked at. */
function lookedAt<T>(look: () => T, otherwise: T): T {
  try { return look(); } catch { return otherwise; }
}

const read = (file: string): string => lookedAt(() => fs.readFileSync(file, 'utf8'), '');
const list = (folder: string): string[] => lookedAt(() => fs.readdirSync(folder), []);
const link = (file: string): string => lookedAt(() => fs.readlinkSync(file), '');
