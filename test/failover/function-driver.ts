/** As function_driver.py, for the function in TypeScript: a process of its own, since Jest has other classes of errors than Node.js. */
import { readFileSync } from 'node:fs';
import * as readline from 'node:readline';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';
import * as client from './data-plane-client';

const { PROGRAM, ENDPOINTS } = process.env;
let log: string[] = [];

function load(): (event: object) => Promise<unknown> {
  const { outputText } = transpileModule(readFileSync(PROGRAM!, 'utf8'), { compilerOptions: { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 } });
  const exported: { handler?: (event: object) => Promise<unknown> } = {};
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, no-new-func
  new Function('require', 'exports', 'console', outputText)(() => client, exported, { log: (line: string) => log.push(line) });
  return exported.handler!;
}

async function main(): Promise<void> {
  Object.entries(JSON.parse(ENDPOINTS!) as Record<string, string>).forEach(([region, url]) => client.endpoints.set(region, url));
  const handler = load();
  process.stdout.write('ready\n');
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const answer = await handler(JSON.parse(line)).then(output => ({ output }), error => ({ error: `${error.name}: ${error.message}` }));
    process.stdout.write(`${JSON.stringify({ ...answer, log })}\n`);
    log = [];
  }
  process.exit();
}

void main();
