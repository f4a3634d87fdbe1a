import { accountFrom, checkedRegion, Flags, flagsHelp, FlagValues, portFrom, readFlags, UsageError } from '../emulator/flags';
import { PAYMENT_CRYPTOGRAPHY_REGIONS } from '../emulator/regions';

export interface CommandLine {
  readonly help: boolean;
  readonly account: string;
  /** Of the local AWS engine; 0 for any free one. */
  readonly port: number;
  readonly emulatorPort: number;
  /** The Regions that stacks can be deployed to, at least one. The first is that of commands and apps that name none. */
  readonly regions: readonly string[];
  /** What is run in the place of a user's terminal. Without it the stage is held open. */
  readonly exec?: string;
}

/** The account of the README's examples, so that they can be deployed as they stand there. */
const DEFAULT_ACCOUNT = '111122223333';
const DEFAULT_PORT = 4566;
const DEFAULT_EMULATOR_PORT = 4700;

const FLAGS = {
  'account': { value: 'ID', help: `account that stacks are deployed to (default ${DEFAULT_ACCOUNT}); an app names this one, or none` },
  'emulator-port': { value: 'P', help: `port of AWS Payment Cryptography (default ${DEFAULT_EMULATOR_PORT}, 0 for any free one)` },
  'exec': { value: 'COMMAND', help: 'run COMMAND in a shell, with everything set, and end with its exit code' },
  'help': { help: 'print this' },
  'port': { value: 'P', help: `port of CloudFormation and all other services (default ${DEFAULT_PORT}, 0 for any free one)` },
  'regions': { value: 'R,R', help: 'Regions of your stacks, the default one first (default: all of AWS Payment Cryptography)' },
} as const satisfies Flags;

export function parseCommandLine(args: readonly string[]): CommandLine {
  const values = readFlags(FLAGS, args);
  return {
    help: values.help === true,
    account: accountFrom(values) ?? DEFAULT_ACCOUNT,
    port: portFrom(values, 'port') ?? DEFAULT_PORT,
    emulatorPort: portFrom(values, 'emulator-port') ?? DEFAULT_EMULATOR_PORT,
    regions: regionsFrom(values),
    exec: commandFrom(values),
  };
}

function regionsFrom({ regions }: FlagValues<typeof FLAGS>): readonly string[] {
  if (regions === undefined) return PAYMENT_CRYPTOGRAPHY_REGIONS;
  return [...new Set((regions as string).split(',').map(region => checkedRegion('regions', region.trim())))];
}

function commandFrom({ exec }: FlagValues<typeof FLAGS>): string | undefined {
  if (exec !== undefined && (exec as string).trim() === '') throw new UsageError('--exec needs a command, for example --exec "npx cdk deploy --all --require-approval never".');
  return exec as string | undefined;
}

/** @param command how the user calls it, `npm run local --` */
export function helpText(command: string): string {
  return [
    'Deploys your own app on this machine, without an AWS account: starts AWS Payment Cryptography (the emulator of this project) and',
    'CloudFormation with what it needs (MiniStack), prepares them for the CDK, and prints what to paste into the terminal of your app.',
    'Everything stays on this machine and ends with this program; nothing is kept.',
    '',
    `Usage: ${command} [options]`,
    ...flagsHelp(FLAGS),
    '',
    'Examples:',
    `  ${command} --regions eu-central-1,eu-west-1`,
    `  ${command} --exec "npx cdk deploy --all --require-approval never"`,
  ].join('\n');
}
