import * as fs from 'node:fs';
import { CommandLine, helpText, parseCommandLine, UsageError } from './command-line';
import { logLine } from './request-log';
import { EmulatorServer, startEmulatorServer } from './server';

const USAGE_ERROR = 2;

function greeting(url: string): string {
  return [
    `AWS Payment Cryptography emulator: ${url} (Ctrl-C stops it)`,
    'Try:',
    `  AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY=${url} \\`,
    '  aws payment-cryptography create-key --exportable --region us-east-1 --replication-regions us-west-2 \\',
    "  --key-attributes 'KeyAlgorithm=TDES_2KEY,KeyUsage=TR31_C0_CARD_VERIFICATION_KEY,KeyClass=SYMMETRIC_KEY,KeyModesOfUse={Generate=true,Verify=true}'",
  ].join('\n');
}

/** Ends the process with a sentence instead of a stack trace. */
function giveUp(sentence: string, code: number): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(code);
}

function readCommandLine(): CommandLine {
  try {
    return parseCommandLine(process.argv.slice(2));
  } catch (error) {
    if (error instanceof UsageError) return giveUp(`${error.message} See --help.`, USAGE_ERROR);
    throw error;
  }
}

/** A file that cannot be written must be known before the first request. */
function checkLogFile(file: string): void {
  try {
    fs.appendFileSync(file, '');
  } catch (error) {
    giveUp(`--log-file cannot be written: ${(error as Error).message}`, USAGE_ERROR);
  }
}

async function start({ server }: CommandLine): Promise<EmulatorServer> {
  try {
    return await startEmulatorServer(server);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? `Port ${server.port} is taken. Choose another with --port.` : message;
    return giveUp(`The emulator cannot start: ${reason}`, 1);
  }
}

async function main(): Promise<void> {
  const commandLine = readCommandLine();
  if (commandLine.help) {
    process.stdout.write(`${helpText()}\n`);
    return;
  }
  const { log, logFile } = commandLine;
  if (logFile !== undefined) checkLogFile(logFile);
  const { url, emulator, close } = await start(commandLine);
  if (log) emulator.log.listen(entry => process.stdout.write(`${logLine(entry)}\n`));
  if (logFile !== undefined) emulator.log.listen(entry => fs.appendFileSync(logFile, `${JSON.stringify(entry)}\n`));
  const stop = (): void => void close().then(() => process.exit(0));
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  process.stdout.write(`${greeting(url)}\n`);
}

void main();
