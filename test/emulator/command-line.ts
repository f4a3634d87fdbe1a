import { isIP } from 'node:net';
import { accountFrom, checkedRegion, Flags, flagsHelp, FlagValues, numberFrom, portFrom, readFlags, UsageError } from './flags';
import { implementedOperations, optionsNotEmulated, optionsUnproven } from './implemented-operations';
import { pagesHelp } from './pages/pages';
import { ReplicationOutcome } from './replication-outcome';
import { EmulatorServerOptions } from './server';
import { resolveSwitches, SWITCHES, Switches } from './switches';

export interface CommandLine {
  readonly help: boolean;
  /** Print a line per request. */
  readonly log: boolean;
  /** Append a JSON object per request to this file. */
  readonly logFile?: string;
  readonly server: EmulatorServerOptions;
}

const FLAGS = {
  'port': { value: 'P', help: 'port (default 4700, 0 for any free one)' },
  'host': { value: 'H', help: 'address to listen on (default 127.0.0.1: nobody else reaches it, and nothing checks a signature)' },
  'account': { value: 'ID', help: 'account of every caller (default 111122223333)' },
  'tps': { value: 'N', help: 'control-plane requests per second and Region, 0 for no limit (default 5)' },
  'symmetric-tps': { value: 'N', help: 'data-plane requests with symmetric keys per second and Region, 0 for no limit (default 500)' },
  'asymmetric-tps': { value: 'N', help: 'data-plane requests with key pairs per second and Region, 0 for no limit (default 20)' },
  'replication-delay': { value: 'S', help: 'seconds from IN_PROGRESS to SYNCHRONIZED (default 2)' },
  'deletion-delay': { value: 'S', help: 'seconds from DELETE_IN_PROGRESS to gone (default: the replication delay)' },
  'tag-index-lag': { value: 'S', help: 'seconds until GetResources sees a change, or never (default 2)' },
  'key-quota': { value: 'N', help: 'keys per Region (default 2000)' },
  'alias-quota': { value: 'N', help: 'aliases per Region (default 2000)' },
  'fail-region': { value: 'R[:M]', multiple: true, help: 'replication to Region R ends FAILED, with message M' },
  'region': { value: 'R', multiple: true, help: 'a Region to support besides the published ones' },
  'switch': { value: 'N=V', multiple: true, help: 'variant V of the unconfirmed behaviour N, see below' },
  'state': { value: 'FILE', help: 'keep keys, aliases and all that belongs to them over restarts; the file has all key material in it (mode 0600)' },
  'log': { help: 'print one line per request' },
  'log-file': { value: 'FILE', help: 'append one JSON object per request, without what the model marks as sensitive' },
  'log-entries': { value: 'N', help: 'requests that /_emulator/requests remembers (default 10000)' },
  'help': { help: 'print this' },
} as const satisfies Flags;

/** Inputs and outputs that the log of the program remembers: with this, 100 MiB of memory are enough. */
const LOG_BYTES = 32 * 1024 * 1024;

type Values = FlagValues<typeof FLAGS>;

export function parseCommandLine(args: readonly string[]): CommandLine {
  const values = readFlags(FLAGS, args);
  return {
    help: values.help === true,
    log: values.log === true,
    logFile: values['log-file'] as string | undefined,
    server: {
      port: portFrom(values, 'port') ?? 4700,
      host: hostFrom(values),
      stateFile: values.state as string | undefined,
      account: accountFrom(values),
      tps: rateFrom(values, 'tps'),
      symmetricTps: rateFrom(values, 'symmetric-tps'),
      asymmetricTps: rateFrom(values, 'asymmetric-tps'),
      replicationDelay: numberFrom(values, 'replication-delay'),
      replicaDeletionDelay: numberFrom(values, 'deletion-delay'),
      tagIndexLag: values['tag-index-lag'] === 'never' ? Infinity : numberFrom(values, 'tag-index-lag'),
      keyQuota: numberFrom(values, 'key-quota', { whole: true }),
      aliasQuota: numberFrom(values, 'alias-quota', { whole: true }),
      replicationOutcomes: Object.fromEntries(listFrom(values, 'fail-region').map(failure)),
      moreRegions: listFrom(values, 'region').map(region => checkedRegion('region', region)),
      switches: switchesFrom(values),
      logBounds: { entries: numberFrom(values, 'log-entries', { whole: true }) ?? 10_000, bytes: LOG_BYTES },
    },
  };
}

const listFrom = (values: Values, name: keyof typeof FLAGS): string[] => (values[name] ?? []) as string[];

/** Requests per second; none at all would be of no use, so 0 stands for no limit. */
function rateFrom(values: Values, name: 'tps' | 'symmetric-tps' | 'asymmetric-tps'): number | undefined {
  const rate = numberFrom(values, name, { whole: true });
  return rate === 0 ? Infinity : rate;
}

function hostFrom({ host }: Values): string | undefined {
  if (host !== undefined && host !== 'localhost' && isIP(host as string) === 0) throw new UsageError(`--host must be an IP address of this machine, not "${host}".`);
  return host as string | undefined;
}

function failure(text: string): [string, ReplicationOutcome] {
  const [region, ...rest] = text.split(':');
  const message = rest.length > 0 ? rest.join(':') : undefined;
  return [checkedRegion('fail-region', region), { kind: 'fails', message }];
}

function switchesFrom(values: Values): Partial<Switches> {
  const given = Object.fromEntries(listFrom(values, 'switch').map(text => text.split(/=(.*)/s, 2)));
  try {
    resolveSwitches(given);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
  return given;
}

export function helpText(): string {
  const switches = Object.entries(SWITCHES).map(([name, { variants, reason }]) =>
    `  ${name}: ${variants.join(' | ')}\n      first by default: ${reason}`,
  );
  const operations = implementedOperations().map(({ title, there, missing }) => [
    `  ${title}: ${there.join(', ')}`,
    ...missing.length > 0 ? [`      not emulated: ${missing.join(', ')}`] : [],
  ].join('\n'));
  return [
    'AWS Payment Cryptography on this machine: many Regions, one port.',
    '',
    `Usage: ${process.env.EMULATOR_COMMAND ?? 'npm run emulator --'} [options]`,
    `With a local AWS engine, for cdk deploy of your own app: ${process.env.EMULATOR_COMMAND === undefined ? 'npm run local -- --help' : `${process.env.EMULATOR_COMMAND} local --help`}`,
    ...flagsHelp(FLAGS),
    '',
    'Operations:',
    ...operations,
    '',
    'Not emulated, and refused as invalid:',
    ...optionsNotEmulated().map(([option, reason]) => `  ${option}: ${reason}`),
    '',
    'Emulated without a public value that proves the results; they fit each other in every Region:',
    ...optionsUnproven().map(([option, how]) => `  ${option}: ${how}`),
    '',
    'Pages, for any language (GET is read, POST and DELETE change; bodies are JSON):',
    ...pagesHelp().map(([page, help]) => `  ${page}\n      ${help}`),
    '',
    'Behaviours of the service that nobody could confirm:',
    ...switches,
  ].join('\n');
}
