/** What is inside the packages: each of them carries the npm package, and that the bundled handler. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { unzipSync } from 'fflate';
import { MOST_BYTES } from './programs';

const HANDLER = 'lib/assets/provider/handler/index/index.js';
const INVENTORY_HANDLER = 'lib/assets/inventory/handler/index/index.js';
/** Of the npm package; everything else in it is under lib/. */
const AT_THE_TOP = ['.jsii', 'API.md', 'CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json'];
const DEPENDENCY_KINDS = ['dependencies', 'optionalDependencies', 'bundleDependencies', 'bundledDependencies'];

/** Fails unless the archive holds an npm package with that handler, and nothing that does not belong there. */
export function checkPackage(archive: string, handler: Buffer): void {
  const tarball = npmPackageIn(archive);
  const names = tar(tarball, '-tz').toString().split('\n').filter(name => name !== '').map(name => name.replace(/^package\//, ''));
  const strange = names.filter(name => !AT_THE_TOP.includes(name) && !/^lib\/.*(\.js|\.d\.ts)$/.test(name));
  if (strange.length > 0) { throw new Error(`${archive} holds what does not belong into a package: ${strange.join(', ')}`); }
  const absent = [...AT_THE_TOP, HANDLER, INVENTORY_HANDLER].filter(name => !names.includes(name));
  if (absent.length > 0) { throw new Error(`${archive} lacks ${absent.join(', ')}`); }
  if (!fileIn(tarball, HANDLER).equals(handler)) { throw new Error(`${archive} holds another handler than the one that is tested`); }
  const manifest = JSON.parse(fileIn(tarball, 'package.json').toString());
  const runtime = DEPENDENCY_KINDS.filter(kind => Object.keys(manifest[kind] ?? {}).length > 0);
  if (runtime.length > 0) { throw new Error(`${archive} brings ${runtime.join(', ')}; users should get nothing beside the peers`); }
}

/** Fails unless the cloud assembly would upload that handler. */
export function checkAssembly(assembly: string, handler: Buffer): void {
  const assets = readdirSync(assembly).filter(name => name.startsWith('asset.'));
  const files = assets.flatMap(asset => readdirSync(path.join(assembly, asset)).map(name => path.join(assembly, asset, name)));
  if (files.length !== 1 || !readFileSync(files[0]).equals(handler)) {
    throw new Error(`${assembly} would upload ${files.join(', ') || 'nothing'}, and not just the handler that is tested`);
  }
}

function npmPackageIn(archive: string): Buffer {
  if (archive.endsWith('.tgz')) { return readFileSync(archive); }
  const found = Object.entries(unzipSync(readFileSync(archive), { filter: ({ name }) => name.endsWith('.tgz') }));
  if (found.length !== 1) { throw new Error(`${archive} holds ${found.length} npm packages, and not one`); }
  return Buffer.from(found[0][1]);
}

function fileIn(tarball: Buffer, name: string): Buffer {
  return tar(tarball, '-xzO', `package/${name}`);
}

function tar(input: Buffer, ...args: string[]): Buffer {
  return execFileSync('tar', args, { input, maxBuffer: MOST_BYTES });
}
