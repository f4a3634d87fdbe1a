import * as fs from 'node:fs';
import { CommandLine, helpText, parseCommandLine } from './command-line';
import { whenEnding } from './ending';
import { UsageError } from './flags';
import { isLoopback } from './foreign-pages';
import { appendingTo } from './request-file';
import { logLine } from './request-log';
import { EmulatorServer, startEmulatorServer } from './server';
import { StateFileError } from './state-file';

const USAGE_ERROR = 2;

function greeting(url: string): string {
  return [
    `AWS Payment Cryptography emulator: ${url} (Ctrl-C stops it)`,
    `In a browser, the same address shows keys, their course, requests and errors, live: ${url}/`,
    'Set, for the AWS CLI and every SDK:',
    '  export AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any \\',
    `    AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY=${url} AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY_DATA=${url} \\`,
    `    AWS_ENDPOINT_URL_SECRETS_MANAGER=${url} AWS_ENDPOINT_URL_SSM=${url}`,
    'Try:',
    `  AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_ENDPOINT_URL_PAYMENT_CRYPTOGRAPHY=${url} \\`,
    '  aws payment-cryptography create-key --exportable --region us-east-1 --replication-regions us-west-2 \\',
    "  --key-attributes 'KeyAlgorithm=TDES_2KEY,KeyUsage=TR31_C0_CARD_VERIFICATION_KEY,KeyClass=SYMMETRIC_KEY,KeyModesOfUse={Generate=true,Verify=true}'",
  ].join('\n');
}

const complain = (sentence: string): void => { process.stderr.write(`${sentence}\n`); };

/** Ends the process with a sentence instead of a stack trace. */
function giveUp(sentence: string, code: number): never {
  complain(sentence);
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
    return await startEmulatorServer({ ...server, complain });
  } catch (error) {
    if (error instanceof StateFileError) return giveUp(error.message, USAGE_ERROR);
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'EADDRINUSE' ? `Port ${server.port} is taken. Choose another with --port.` : message;
    return giveUp(`The emulator cannot start: ${reason}`, 1);
  }
}

/** What starts being possible when others reach the emulator. */
function exposure({ server: { host } }: CommandLine): string | undefined {
  if (host === undefined || isLoopback(host)) return undefined;
  return `Listening on ${host}: whoever reaches this machine can use and export every key, read the requests, and reset the emulator. No signature is checked.`;
}

/** A reader of what is printed may leave; that is no reason to stop. */
function printLine(line: string): void {
  if (process.stdout.writable) process.stdout.write(`${line}\n`);
}

async function main(): Promise<void> {
  const commandLine = readCommandLine();
  if (commandLine.help) {
    printLine(helpText());
    return;
  }
  const { log, logFile } = commandLine;
  if (logFile !== undefined) checkLogFile(logFile);
  process.stdout.on('error', () => {});
  const { url, emulator, close } = await start(commandLine);
  if (log) emulator.log.listen(entry => printLine(logLine(entry)));
  if (logFile !== undefined) emulator.log.listen(appendingTo(logFile, complain));
  whenEnding(async () => {
    await close();
    process.exit(0);
  });
  const exposed = exposure(commandLine);
  if (exposed !== undefined) complain(exposed);
  printLine(greeting(url));
}

void main();
