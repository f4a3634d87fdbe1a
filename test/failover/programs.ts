/** The documented programs, each in a process of its own, as Lambda runs it: with an environment, and called once for each event. */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import * as readline from 'node:readline';
import { documentedProgram } from './documented-program';
import { clientEnvironment } from '../emulator/conformance/clients';
import { projectProgram, ROOT } from '../packages/places';
import { pythonEnvironment } from '../python/environment';

export interface Event {
  readonly pan: string;
  readonly cvv2: string;
  readonly expiry: string;
}

/** What the function returned, or the text of its error; and what it wrote into its log. */
export interface Outcome {
  readonly output?: unknown;
  readonly error?: string;
  readonly log: readonly string[];
}

export interface Program {
  call(event: Event): Promise<Outcome>;
  close(): void;
}

export interface Surroundings {
  /** Of the function, as the template has it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where each Region is. */
  readonly endpoints: Readonly<Record<string, string>>;
  /** How long a Region that failed is tried last; otherwise as documented. */
  readonly avoidedSeconds?: number;
  /** Under which the keys of the function were bound; otherwise as documented. */
  readonly prefixes?: readonly string[];
}

export type Start = (surroundings: Surroundings) => Promise<Program>;

/** What a test may change in the program of a language. */
interface Changes {
  readonly avoidedTime: readonly [pattern: RegExp, perSecond: number];
  readonly prefixes: RegExp;
}

/** The documented program, with what a test changes in it. */
function programText(language: 'python' | 'typescript', changes: Changes, { avoidedSeconds, prefixes }: Surroundings): string {
  let text = documentedProgram(language);
  const change = (pattern: RegExp, value: string) => {
    if (!pattern.test(text)) { throw new Error(`the program in ${language} lacks ${pattern}`); }
    text = text.replace(pattern, (_, before: string) => before + value);
  };
  const { avoidedTime: [pattern, perSecond] } = changes;
  if (avoidedSeconds !== undefined) { change(pattern, `${avoidedSeconds * perSecond}`); }
  if (prefixes !== undefined) { change(changes.prefixes, prefixes.map(prefix => `'${prefix}'`).join(', ')); }
  return text;
}

/** A program in a folder of its own, which is gone when it is closed. */
async function started(command: readonly string[], file: string, text: string, { environment, endpoints }: Surroundings): Promise<Program> {
  const folder = mkdtempSync(path.join(tmpdir(), 'failover-'));
  const program = path.join(folder, file);
  writeFileSync(program, text);
  const [interpreter, ...args] = command;
  // How often the SDK tries is the program's own decision.
  const { AWS_MAX_ATTEMPTS, ...env } = clientEnvironment('http://unset.invalid', environment);
  const child = spawn(interpreter, args, { cwd: ROOT, env: { ...env, PROGRAM: program, PYTHONPATH: folder, ENDPOINTS: JSON.stringify(endpoints) } });
  let errors = '';
  child.stderr.on('data', chunk => { errors += chunk; });
  const lines = readline.createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async () => {
    const line = await lines.next();
    if (line.done) { throw new Error(`the program ended: ${errors}`); }
    return line.value;
  };
  // So that no time of a test is spent on loading.
  await nextLine();
  return {
    call: async event => {
      child.stdin.write(`${JSON.stringify(event)}\n`);
      return JSON.parse(await nextLine()) as Outcome;
    },
    close: () => {
      child.stdin.end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function python(surroundings: Surroundings): Promise<Program> {
  const text = programText('python', { avoidedTime: [/^(AVOIDED_SECONDS = )\d+/m, 1], prefixes: /^(keys = RegionalKeys\()"CVK"/m }, surroundings);
  const { python: interpreter } = await pythonEnvironment();
  return started([interpreter, path.join(__dirname, 'function_driver.py')], 'index.py', text, surroundings);
}

async function typescript(surroundings: Surroundings): Promise<Program> {
  const text = programText('typescript', { avoidedTime: [/^(const AVOIDED_MILLISECONDS = )[\d_]+/m, 1000], prefixes: /^(const keys = new RegionalKeys\()'CVK'/m }, surroundings);
  const command = [projectProgram('tsx'), '--tsconfig', path.join(ROOT, 'tsconfig.dev.json'), path.join(__dirname, 'function-driver.ts')];
  return started(command, 'index.ts', text, surroundings);
}

export const PROGRAMS: Readonly<Record<string, Start>> = { Python: python, TypeScript: typescript };
