import { ChildProcessWithoutNullStreams, execFile, spawn } from 'node:child_process';
import * as path from 'node:path';
import * as readline from 'node:readline';
import { loopbackEnvironment, PythonEnvironment } from '../../python/environment';

/** A call of any client. */
export interface Call {
  readonly operation: string;
  readonly input: object;
  readonly region: string;
  /** As the AWS CLI and boto3 name it. */
  readonly service?: string;
}

export interface ClientError {
  readonly class: string;
  readonly code?: string;
  readonly message: string;
  readonly resourceId?: string;
  /** Of a verification that failed. */
  readonly reason?: string;
  /** Of an input that is not valid, in the data plane. */
  readonly fields?: ReadonlyArray<{ readonly path: string; readonly message: string }>;
  readonly status?: number;
}

export interface Result {
  readonly output?: Record<string, unknown>;
  readonly error?: ClientError;
}

/** What a user sets, and nothing from this machine. */
export function clientEnvironment(url: string, more: Record<string, string> = {}): NodeJS.ProcessEnv {
  return loopbackEnvironment({
    AWS_ACCESS_KEY_ID: 'AKIACONFORMANCE',
    AWS_SECRET_ACCESS_KEY: 'any',
    AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY: url,
    AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY_DATA: url,
    AWS_ENDPOINT_URL_RESOURCE_GROUPS_TAGGING_API: url,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: url,
    AWS_ENDPOINT_URL_SSM: url,
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_CONFIG_FILE: '/dev/null',
    AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
    AWS_MAX_ATTEMPTS: '1',
    AWS_PAGER: '',
    PYTHONDONTWRITEBYTECODE: '1',
    ...more,
  });
}

/** boto3 in a process of its own. */
export class Boto3 {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private errors = '';

  constructor({ python }: PythonEnvironment, env: NodeJS.ProcessEnv) {
    this.child = spawn(python, [path.join(__dirname, 'boto3_client.py')], { env });
    this.child.stderr.on('data', chunk => this.errors += chunk);
    this.lines = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
  }

  /** Calls must wait for each other. `paginate` fetches all pages, with botocore's PaginationConfig. */
  async call({ service = 'payment-cryptography', ...call }: Call, paginate?: object): Promise<Result> {
    this.child.stdin.write(`${JSON.stringify({ service, ...call, paginate })}\n`);
    const line = await this.lines.next();
    if (line.done) throw new Error(`boto3 ended: ${this.errors}`);
    return JSON.parse(line.value) as Result;
  }

  close(): void {
    this.child.stdin.end();
  }
}

export interface CommandResult {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
}

/** A command line with `aws` in it, as a user types it. */
export async function shell(command: string, { aws }: PythonEnvironment, env: NodeJS.ProcessEnv): Promise<CommandResult> {
  const withPath = { ...env, PATH: `${path.dirname(aws)}${path.delimiter}${env.PATH ?? ''}` };
  return new Promise(resolve => {
    const child = execFile('/bin/sh', ['-c', command], { env: withPath }, (_error, output, errors) =>
      resolve({ code: child.exitCode ?? -1, output, errors }));
  });
}

const kebab = (operation: string): string => operation.replace(/(?<!^)([A-Z])/g, '-$1').toLowerCase();

/** The AWS CLI's command for a call. */
export function commandFor({ service = 'payment-cryptography', operation, input, region }: Call): string {
  const json = JSON.stringify(input).replaceAll("'", "'\\''");
  return `aws ${service} ${kebab(operation)} --region ${region} --output json --cli-input-json '${json}'`;
}
