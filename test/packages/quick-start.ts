/** Follows docs/quick-start.md to the letter: what it says to write is written, what it says to run is run. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { ROOT } from './places';
import { run } from './programs';
import { firstDifference, templatesOf } from './templates';
import { devDependencies } from '../../package.json';
import { MULTI_REGION_PAYMENT_KEY } from '../../src/provider/contract/multi-region-payment-key';
import { FREE_PORTS, startLocal } from '../local/start';

const TEMPLATE = 'Payments.template.json';

/** What one section of the page says. */
export interface Instructions {
  /** Their texts, by their names. */
  readonly files: ReadonlyMap<string, string>;
  /** All commands, to be run by one shell. */
  readonly commands: string;
  /** The same, block by block. */
  readonly blocks: readonly string[];
}

/** Of the section with that heading. A file is named in backticks in the paragraph before its text. */
export function instructions(heading: string): Instructions {
  const page = readFileSync(path.join(ROOT, 'docs', 'quick-start.md'), 'utf8');
  const section = page.split(/^(?=## )/m).find(one => one.startsWith(`## ${heading}\n`));
  if (!section) { throw new Error(`docs/quick-start.md has no section "${heading}"`); }
  const blocks = [...section.matchAll(/([^\n]+(?:\n[^\n]+)*)\n\n```(\w+)\n([^]*?)^```$/gm)]
    .map(([, paragraph, language, text]) => ({ paragraph, language, text }));
  const files = blocks.filter(({ language }) => language !== 'sh').map(({ paragraph, text }) => [/`([^`]+)`/.exec(paragraph)![1], text] as const);
  const shell = blocks.filter(({ language }) => language === 'sh').map(({ text }) => text);
  return { files: new Map(files), commands: shell.join(''), blocks: shell };
}

/** The section about both terminals: that of the checkout, and that of the app. */
const ON_THIS_MACHINE = 'Deploy on this machine';
/** What the page says of languages whose project has no CDK CLI. */
const CLI_ELSEWHERE = `npx --yes aws-cdk@${devDependencies['aws-cdk']}`;
const REPLICA = /arn:aws:payment-cryptography:eu-west-1:111122223333:key\//;

export interface Follower {
  /** Where the packages are that the page finds in `dist` of the checkout. */
  readonly packages: string;
  readonly scratch: string;
  readonly env?: Record<string, string>;
  /** Files that keep what the commands download inside of the project. */
  readonly settings?: Readonly<Record<string, string>>;
  /** The templates that the example makes with the sources. */
  readonly expected: ReadonlyMap<string, unknown>;
}

/** Fails unless the commands end well, the template declares the key that it declares with the sources, and its replica is there. */
export async function followQuickStart(heading: string, { packages, scratch, env, settings = {}, expected }: Follower): Promise<void> {
  const checkout = path.join(scratch, 'checkout');
  const app = path.join(scratch, 'quick-start');
  mkdirSync(checkout, { recursive: true });
  symlinkSync(packages, path.join(checkout, 'dist'));
  symlinkSync(path.join(ROOT, '.venv'), path.join(checkout, '.venv'));
  const { files, commands } = instructions(heading);
  for (const [name, text] of [...files, ...Object.entries(settings)]) {
    mkdirSync(path.dirname(path.join(app, name)), { recursive: true });
    writeFileSync(path.join(app, name), text);
  }
  const [inCheckout, inApp] = instructions(ON_THIS_MACHINE).blocks;
  // The usual ports may be taken by somebody who works on this machine.
  const stage = startLocal(FREE_PORTS, {}, [...inCheckout.trim().split(' '), '--']);
  try {
    const pasted = /^unset [^]*^export .*$/m.exec(await stage.shows('Ctrl-C ends everything'))![0];
    const deploying = commands.includes(CLI_ELSEWHERE) ? inApp.replaceAll('npx cdk', CLI_ELSEWHERE) : inApp;
    const shown = await run('bash', ['-euo', 'pipefail', '-c', [commands, pasted, deploying].join('\n')], { cwd: app, env: { ...env, CHECKOUT: checkout } });
    if (!REPLICA.test(shown)) { throw new Error(`docs/quick-start.md, "${ON_THIS_MACHINE}", shows no replica, but only:\n${shown}`); }
  } finally {
    stage.send('SIGTERM');
    await stage.ended;
  }
  const difference = firstDifference(keysOf(expected), keysOf(templatesOf(path.join(app, 'cdk.out'))));
  if (difference !== undefined) { throw new Error(`docs/quick-start.md, "${heading}", makes another key than the sources: ${difference}`); }
}

interface Template {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: unknown }>>;
}

/** The CLI adds metadata, so only the properties of the keys are compared. */
function keysOf(templates: ReadonlyMap<string, unknown>): Map<string, unknown> {
  const { Resources } = (templates.get(TEMPLATE) ?? { Resources: {} }) as Template;
  const keys = Object.entries(Resources).filter(([, { Type }]) => Type === MULTI_REGION_PAYMENT_KEY);
  return new Map(keys.map(([id, { Properties }]) => [id, Properties]));
}
