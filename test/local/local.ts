/**
 * `npm run local`: the stage is set, and held open until somebody ends it, or for the time of one command.
 *
 * Whatever ends it, everything that was begun ends with it: Ctrl-C, SIGTERM or SIGHUP, the end of the program that started this one,
 * an engine that dies, an error on the way. A second Ctrl-C does not wait.
 */
import { runCommand } from './command';
import { CommandLine, helpText, parseCommandLine } from './command-line';
import { environmentOnStage } from './environment';
import { instructions, Programs } from './instructions';
import { Endings, PortTaken, Stage, startStage } from './stage';
import { whenEnding } from '../emulator/ending';
import { UsageError } from '../emulator/flags';

/** What differs between a checkout and the installed package. */
export interface Surroundings {
  /** How the user calls it, `npm run local --`. */
  readonly command: string;
  readonly programs: Programs;
  /** Installs what the local engine needs if it is not there, and gives the interpreter that runs it. */
  readonly python: (signal: AbortSignal) => Promise<string>;
}

const USAGE_ERROR = 2;
/** As shells say it of a program that Ctrl-C ended. */
const INTERRUPTED = 130;
const LAST_LINES = 15;

/** Ended by somebody, which is no error once the stage is there. */
class Interrupted extends Error {}

/** To the end of the program. */
export async function local(args: readonly string[], surroundings: Surroundings): Promise<never> {
  const interruption = new AbortController();
  const endings: Endings = [];
  whenEnding(why => interruption.abort(new Interrupted(why)), () => {
    complain('Not waiting any longer.');
    process.exit(INTERRUPTED);
  });
  let code: number;
  try {
    code = await perform(readCommandLine(args), surroundings, interruption.signal, endings);
  } catch (error) {
    code = exitCodeOf(error as Error);
  }
  for (const end of endings.reverse()) await end().catch(({ message }: Error) => complain(message));
  process.exit(code);
}

async function perform(commandLine: CommandLine, surroundings: Surroundings, signal: AbortSignal, endings: Endings): Promise<number> {
  if (commandLine.help) {
    process.stdout.write(`${helpText(surroundings.command)}\n`);
    return 0;
  }
  const begin = Date.now();
  const stage = await startStage({ ...commandLine, python: surroundings.python, say: complain, signal }, endings);
  complain(`Ready after ${((Date.now() - begin) / 1000).toFixed(1)} s.\n`);
  return commandLine.exec === undefined ? heldOpen(stage, surroundings.programs, signal) : executed(stage, commandLine.exec, signal);
}

async function heldOpen(stage: Stage, programs: Programs, signal: AbortSignal): Promise<number> {
  process.stdout.write(`${instructions(stage, programs)}\n`);
  await Promise.race([dead(stage), new Promise(resolve => signal.addEventListener('abort', resolve))]);
  complain('\nEnding.');
  return 0;
}

/** In the folder where the user is: npm starts its scripts in that of the package. */
async function executed(stage: Stage, command: string, interruption: AbortSignal): Promise<number> {
  const death = new AbortController();
  const running = runCommand(command, {
    cwd: process.env.INIT_CWD ?? process.cwd(), env: environmentOnStage(stage), signal: AbortSignal.any([interruption, death.signal]),
  });
  try {
    return await Promise.race([running, dead(stage)]);
  } catch (error) {
    death.abort(error);
    await running.catch(() => {});
    throw error;
  }
}

/** Rejects when the engine has ended, with what it printed at last. */
async function dead({ engine }: Stage): Promise<never> {
  const how = await engine.ended;
  throw new Error(`The local AWS engine ended (${how}), and so does the stage. It printed, at last:\n${engine.log().trim().split('\n').slice(-LAST_LINES).join('\n')}`);
}

function readCommandLine(args: readonly string[]): CommandLine {
  try {
    return parseCommandLine(args);
  } catch (error) {
    throw error instanceof UsageError ? new UsageError(`${error.message} See --help.`) : error;
  }
}

/** Says what went wrong. */
function exitCodeOf(error: Error): number {
  if (error instanceof Interrupted) {
    complain(`\nEnding: ${error.message}.`);
    return INTERRUPTED;
  }
  complain(error instanceof UsageError || error instanceof PortTaken ? error.message : `\n${error.message}`);
  return error instanceof UsageError ? USAGE_ERROR : 1;
}

/** Not to the standard output: with --exec, that is the command's. */
function complain(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}
