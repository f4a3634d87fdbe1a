/** What is inside the packages: each of them carries the npm package, and that the bundled handlers. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import { unzipSync } from 'fflate';
import { MOST_BYTES } from './programs';

/** Of the npm package; everything else in it is under lib/. */
const AT_THE_TOP = ['.jsii', 'API.md', 'CHANGELOG.md', 'LICENSE', 'README.md', 'SECURITY.md', 'package.json'];
const DEPENDENCY_KINDS = ['dependencies', 'optionalDependencies', 'bundleDependencies', 'bundledDependencies'];

/** What is in each bundled handler, by its name in the npm package. */
export type Handlers = ReadonlyMap<string, Buffer>;

/** Fails unless the archive holds an npm package with these handlers, and nothing that does not belong there. */
export function checkPackage(archive: string, handlers: Handlers): void {
  const tarball = npmPackageIn(archive);
  const names = tar(tarball, '-tz').toString().split('\n').filter(name => name !== '').map(name => name.replace(/^package\//, ''));
  const strange = names.filter(name => !AT_THE_TOP.includes(name) && !/^lib\/.*(\.js|\.d\.ts)$/.test(name));
  if (strange.length > 0) { throw new Error(`${archive} holds what does not belong into a package: ${strange.join(', ')}`); }
  const absent = [...AT_THE_TOP, ...handlers.keys()].filter(name => !names.includes(name));
  if (absent.length > 0) { throw new Error(`${archive} lacks ${absent.join(', ')}`); }
  for (const [name, handler] of handlers) {
    if (!fileIn(tarball, name).equals(handler)) { throw new Error(`${archive} holds another ${name} than the one that is tested`); }
  }
  const manifest = JSON.parse(fileIn(tarball, 'package.json').toString());
  const runtime = DEPENDENCY_KINDS.filter(kind => Object.keys(manifest[kind] ?? {}).length > 0);
  if (runtime.length > 0) { throw new Error(`${archive} brings ${runtime.join(', ')}; users should get nothing beside the peers`); }
}

/** Fails unless the cloud assembly would upload these handlers, and nothing else. */
export function checkAssembly(assembly: string, handlers: Handlers): void {
  const assets = readdirSync(assembly).filter(name => name.startsWith('asset.'));
  const files = assets.flatMap(asset => readdirSync(path.join(assembly, asset)).map(name => path.join(assembly, asset, name)));
  const uploaded = files.map(file => readFileSync(file));
  const strange = files.filter((_, index) => ![...handlers.values()].some(handler => handler.equals(uploaded[index])));
  const absent = [...handlers].filter(([, handler]) => !uploaded.some(one => one.equals(handler))).map(([name]) => name);
  if (strange.length + absent.length > 0) {
    throw new Error(`${assembly} does not upload just the handlers that are tested; strange: ${strange.join(', ') || 'none'}; absent: ${absent.join(', ') || 'none'}`);
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
