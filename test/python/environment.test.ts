import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { installed, PythonPlace } from './environment';
import { processesAreVisible, processTree } from '../e2e/engine/processes';

let parent: string;
let place: PythonPlace;

/** Nothing is downloaded: the list is empty. */
beforeEach(() => {
  parent = fs.mkdtempSync(path.join(os.tmpdir(), 'python-'));
  place = { folder: path.join(parent, '.venv'), requirements: path.join(parent, 'requirements.txt'), programs: ['python'], what: 'nothing' };
  fs.writeFileSync(place.requirements, '# none\n');
});
afterEach(() => fs.rmSync(parent, { recursive: true }));

const stamp = (): string => path.join(place.folder, '.stamp');
const installing = (): number[] => processTree(process.pid).filter(pid => {
  try { return fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(place.folder); } catch { return false; }
});

async function until(met: () => boolean): Promise<void> {
  while (!met()) await new Promise(resolve => setTimeout(resolve, 20));
}

test('an environment is installed once, and again when its list changes', async () => {
  const python = await installed(place);
  expect(python).toBe(path.join(place.folder, 'bin', 'python'));
  fs.writeFileSync(path.join(place.folder, 'mark'), '');
  await installed(place);
  expect(fs.existsSync(path.join(place.folder, 'mark'))).toBe(true);
  fs.writeFileSync(place.requirements, '# none, by another list\n');
  await Promise.all([installed(place), installed(place)]);
  expect(fs.existsSync(path.join(place.folder, 'mark'))).toBe(false);
}, 120_000);

(processesAreVisible ? test : test.skip)('an abort ends the installation and all below it, and the next call begins it anew', async () => {
  const abort = new AbortController();
  const first = installed(place, abort.signal);
  await until(() => installing().length > 0);
  abort.abort(new Error('interrupted'));
  await expect(first).rejects.toThrow('interrupted');
  await until(() => installing().length === 0);
  expect(fs.existsSync(stamp())).toBe(false);
  await installed(place, new AbortController().signal);
  expect(fs.existsSync(stamp())).toBe(true);
}, 120_000);

test('a link to the environment of another checkout is refused, and left alone', async () => {
  const other = path.join(parent, 'other');
  fs.mkdirSync(other);
  fs.writeFileSync(path.join(other, 'mark'), '');
  fs.symlinkSync(other, place.folder);
  await expect(installed(place)).rejects.toThrow(`${place.folder} is a link. Remove it: each checkout has an environment of its own`);
  expect(fs.existsSync(path.join(other, 'mark'))).toBe(true);
}, 60_000);
