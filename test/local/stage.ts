/** The emulator and the local engine together, prepared for `cdk deploy` of apps that know nothing of them. */
import { bootstrap } from '../e2e/engine/bootstrap';
import { freePort, LocalEngine, startLocalEngine } from '../e2e/engine/local-engine';
import { EmulatorOptions, EmulatorServer, startEmulatorServer } from '../emulator';
import { emulatedEndpoints } from '../emulator/endpoints';

export interface Stage {
  readonly emulator: EmulatorServer;
  readonly engine: LocalEngine;
  /** The Regions that stacks can be deployed to; the first is the default. */
  readonly regions: readonly string[];
}

export interface StageOptions {
  readonly account: string;
  readonly regions: readonly string[];
  /** Of the local engine; 0 for any free one. */
  readonly port: number;
  readonly emulatorPort: number;
  readonly emulator?: EmulatorOptions;
  /** Installs what the local engine needs if it is not there, and gives the interpreter that runs it. */
  readonly python: (signal: AbortSignal) => Promise<string>;
  /** Told what is done. */
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** Everything that was begun, to be ended in reverse. */
export type Endings = Array<() => Promise<void>>;

/** A port that somebody else has; the message says what to do. */
export class PortTaken extends Error {}

/** What was begun is in `endings`, also when this fails. */
export async function startStage(options: StageOptions, endings: Endings): Promise<Stage> {
  const { account, regions, say, signal } = options;
  const emulator = await orTaken('emulator-port', options.emulatorPort, async () => startEmulatorServer({ ...options.emulator, account, port: options.emulatorPort }));
  endings.push(async () => emulator.close());
  // Before an installation that may take minutes.
  await orTaken('port', options.port, async () => freePort(options.port));
  say(`AWS Payment Cryptography   ${emulator.url}   the emulator of this project; a browser shows it live`);

  const python = await options.python(signal);
  signal.throwIfAborted();
  const engine = await orTaken('port', options.port, async () => startLocalEngine({
    account, port: options.port, python, functionEnvironment: emulatedEndpoints(emulator.url),
  }));
  endings.push(async () => engine.stop());
  signal.throwIfAborted();
  say(`CloudFormation and others  ${engine.url}   MiniStack, a local AWS engine`);

  await Promise.all(regions.map(async region => bootstrap(engine, region)));
  signal.throwIfAborted();
  return { emulator, engine, regions };
}

async function orTaken<T>(option: string, port: number, begin: () => Promise<T>): Promise<T> {
  try {
    return await begin();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new PortTaken(`Port ${port} is taken, perhaps by another stage or emulator. End that, or choose another port with --${option} (0 for any free one).`);
  }
}
