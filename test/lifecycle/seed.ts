import { createHash } from 'crypto';
import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');

/** What decides the outcome of a lifecycle: the handler, and the model that drives it. */
const DECISIVE = [path.join('src', 'provider', 'handler'), path.join('test', 'lifecycle')];

/**
 * The seed of the lives that belong to the unit tests. It follows from the content of the sources: each change is tried with lives
 * that no change before it was tried with, and whoever repeats the tests of a commit repeats its lives.
 */
export function seedOfSources(): number {
  const hash = createHash('sha256');
  const files = DECISIVE.flatMap(folder => readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(name => name.endsWith('.ts'))
    .map(name => path.join(folder, name)));
  for (const file of files.sort()) { hash.update(`${file.split(path.sep).join('/')}\n`).update(readFileSync(path.join(ROOT, file))); }
  return hash.digest().readUInt32BE(0) % 1_000_000_000;
}
