/** The real `cdk` command, pointed at the local engine. */
import { spawn } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { LocalEngine } from './local-engine';
import { loopbackEnvironment } from '../../python/environment';

const ROOT = path.resolve(__dirname, '..', '..', '..');
const CDK = path.join(ROOT, 'node_modules', 'aws-cdk', 'bin', 'cdk');

/** Loaded first: the CLI ends with the process that started it, however that ends. */
const END_WITH_STANDARD_INPUT
  = `data:text/javascript,${encodeURIComponent('process.stdin.on("end", () => process.exit(1)).resume().unref()')}`;

/** An app in TypeScript, by its path in the project. Without a package runner: those look for updates of themselves. */
export function appCommand(file: string): string {
  return `node --import tsx ${path.relative(ROOT, file)}`;
}

export interface CdkOptions {
  readonly engine: Pick<LocalEngine, 'url' | 'scratch'>;
  readonly region: string;
  /** For the app. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

const TAIL_LINES = 20;

export class CdkFailed extends Error {
  constructor(command: string, readonly output: string) {
    super(`${command} failed. It printed, at last:\n${output.trim().split('\n').slice(-TAIL_LINES).join('\n')}`);
    this.name = 'CdkFailed';
  }
}

/** Runs to the end and tells what it printed. */
export async function cdk(args: readonly string[], { engine, region, environment, signal }: CdkOptions): Promise<string> {
  signal?.throwIfAborted();
  const child = spawn(process.execPath, ['--import', END_WITH_STANDARD_INPUT, CDK, ...args, '--no-notices', '--no-version-reporting', '--no-color'], {
    cwd: ROOT,
    // A process group of its own: the CLI starts the app, and both must end when they are told to.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
    env: loopbackEnvironment({
      ...environment,
      // For every service: on a failure the CLI asks more of them than it names.
      AWS_ENDPOINT_URL: engine.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: region,
      AWS_DEFAULT_REGION: region,
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: path.join(engine.scratch, 'no-config'),
      AWS_SHARED_CREDENTIALS_FILE: path.join(engine.scratch, 'no-credentials'),
      CDK_HOME: path.join(engine.scratch, 'cdk-home'),
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_VALIDATION: 'false',
      CI: 'true',
      JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION: process.version.split('.')[0].slice(1),
      NODE_NO_WARNINGS: '1',
      NODE_OPTIONS: undefined,
      PATH: [path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
    }),
  });
  const killGroup = (): void => {
    try { process.kill(-child.pid!, 'SIGKILL'); } catch { /* It has ended. */ }
  };
  signal?.addEventListener('abort', killGroup);
  let output = '';
  child.stdout.on('data', chunk => { output += chunk; });
  child.stderr.on('data', chunk => { output += chunk; });
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve));
  signal?.removeEventListener('abort', killGroup);
  signal?.throwIfAborted();
  if (code !== 0) throw new CdkFailed(`cdk ${args[0]}`, output);
  return output;
}

/** What `--outputs-file` holds for one stack. */
export function readOutputs(file: string, stack: string): Record<string, string> {
  return (JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, Record<string, string>>)[stack] ?? {};
}
