/**
 * The emulator as an npm package of its own: one bundled file that needs nothing but Node.js, the live page beside it, and a command.
 * Beside it lies what the command `local` starts, too: the launcher of the local AWS engine, and the list of Python packages that it
 * installs at its first start.
 *
 * Usage: npm run package:emulator [-- --out FOLDER]. Leaves the package, ready for `npm pack` or `npm publish`, and its tarball.
 */
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import { builtinModules } from 'node:module';
import * as path from 'node:path';
import { parseArgs } from 'node:util';
import { build } from 'esbuild';
import { engineRequirements } from './engine-requirements';
import { helpText as localHelpText } from '../../local/command-line';
import { helpText } from '../command-line';
import { PAGE_FILE } from '../live-page/page';

const ROOT = path.resolve(__dirname, '..', '..', '..');
export const COMMAND = 'payment-cryptography-emulator';
const BUNDLE = 'emulator.js';
/** The first is started, and needs the second. */
const ENGINE = ['launcher.py', 'native_keys.py'];
const REQUIREMENTS = 'requirements.txt';
const OLDEST_NODE = 20;

const isBuiltIn = (name: string): boolean => name.startsWith('node:') || builtinModules.includes(name);

/** The manifest of this repository says who wrote it, where and when. */
function manifest(): object {
  const { version, author, repository, license } = JSON.parse(fs.readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>;
  return {
    name: COMMAND,
    version,
    description: 'AWS Payment Cryptography on your machine: both planes, Multi-Region keys, real key blocks',
    author,
    repository,
    license,
    keywords: ['aws', 'payment-cryptography', 'emulator', 'tr-31', 'payments'],
    bin: { [COMMAND]: BUNDLE },
    files: [BUNDLE, path.basename(PAGE_FILE), ...ENGINE, REQUIREMENTS],
    engines: { node: `>=${OLDEST_NODE}` },
  };
}

const readme = (): string => `# ${COMMAND}

AWS Payment Cryptography on your machine, for tests: control plane and data plane, many Regions, Multi-Region keys. It is not
affiliated with AWS, checks no signature, and must never hold a key of production.

\`\`\`sh
npx ${COMMAND} --port 4700
\`\`\`

\`\`\`
${helpText()}
\`\`\`

## Your own CDK app

\`\`\`sh
npx ${COMMAND} local
\`\`\`

This needs Python 3.10 or newer. At its first start it installs MiniStack, a local AWS engine, into its own folder.

\`\`\`
${localHelpText(`npx ${COMMAND} local`)}
\`\`\`
`;

async function bundle(file: string): Promise<void> {
  const { metafile } = await build({
    entryPoints: [path.join(__dirname, 'main.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: `node${OLDEST_NODE}`,
    banner: { js: '#!/usr/bin/env node' },
    define: { 'process.env.EMULATOR_COMMAND': JSON.stringify(COMMAND) },
    metafile: true,
    logLevel: 'warning',
  });
  const missing = Object.values(metafile.outputs).flatMap(({ imports }) => imports.map(each => each.path)).filter(name => !isBuiltIn(name));
  if (missing.length > 0) throw new Error(`The bundle needs what its users do not have: ${missing.join(', ')}`);
  fs.chmodSync(file, 0o755);
}

/** Builds the package in a folder, and gives its tarball, which is there, too. */
export async function buildPackage(out: string): Promise<string> {
  const folder = path.join(out, 'package');
  fs.rmSync(folder, { recursive: true, force: true });
  fs.mkdirSync(folder, { recursive: true });
  process.env.EMULATOR_COMMAND = COMMAND;
  await bundle(path.join(folder, BUNDLE));
  fs.writeFileSync(path.join(folder, 'package.json'), `${JSON.stringify(manifest(), null, 2)}\n`);
  fs.writeFileSync(path.join(folder, 'README.md'), readme());
  fs.copyFileSync(path.join(ROOT, 'LICENSE'), path.join(folder, 'LICENSE'));
  fs.copyFileSync(PAGE_FILE, path.join(folder, path.basename(PAGE_FILE)));
  for (const file of ENGINE) fs.copyFileSync(path.join(ROOT, 'test', 'e2e', 'engine', file), path.join(folder, file));
  fs.writeFileSync(path.join(folder, REQUIREMENTS), engineRequirements());
  const tarball = execFileSync('npm', ['pack', '--silent', '--pack-destination', out], { cwd: folder, encoding: 'utf8' }).trim();
  return path.join(out, tarball);
}

async function main(): Promise<void> {
  const { out } = parseArgs({ options: { out: { type: 'string', default: path.join(ROOT, 'dist', 'emulator') } } }).values;
  const tarball = await buildPackage(path.resolve(out));
  process.stdout.write(`${path.relative(process.cwd(), tarball)}: ${(fs.statSync(tarball).size / 1024).toFixed(0)} KB\n`);
}

if (require.main === module) void main();
