/** The handlers as they ship, bundled from their sources when these are newer. */
import { execFile } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';

const ROOT = path.resolve(__dirname, '..', '..', '..');
const SOURCES = ['provider', 'inventory'].map(name => path.join(ROOT, 'src', name));
const BUNDLES = ['provider', 'inventory'].map(name => path.join(ROOT, 'lib', 'assets', name, 'handler', 'index', 'index.js'));
const PROJEN = path.join(ROOT, 'node_modules', 'projen', 'bin', 'projen');

/** True when it had to be made. */
export async function ensureHandlerBundle(): Promise<boolean> {
  const bundled = Math.min(...BUNDLES.map(bundle => fs.statSync(bundle, { throwIfNoEntry: false })?.mtimeMs ?? 0));
  if (bundled > Math.max(...SOURCES.map(newestChange))) return false;
  try {
    await promisify(execFile)(process.execPath, [PROJEN, 'bundle'], { cwd: ROOT });
  } catch (error) {
    throw new Error(`The handler could not be bundled:\n${(error as { stderr?: string }).stderr ?? String(error)}`);
  }
  return true;
}

function newestChange(folder: string): number {
  const files = fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  return Math.max(...files.map(entry => fs.statSync(path.join(entry.parentPath, entry.name)).mtimeMs));
}
