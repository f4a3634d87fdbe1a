import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { ShiftedClock } from './clock';
import { Emulator } from './emulator';
import { foreignness } from './foreign-pages';
import { HttpRequest } from './http-request';
import { LivePublisher } from './live-page/publisher';
import { liveRoute } from './live-page/routes';
import { EmulatorOptions } from './options';
import { changesSomething, pageAnswer, PAGES_PREFIX } from './pages/pages';
import { HttpAnswer } from './protocols';
import { StateFile } from './state-file';

export interface EmulatorServerOptions extends EmulatorOptions {
  /** Default: any free one. */
  readonly port?: number;
  /** The address to listen on. Default: 127.0.0.1, because nothing here checks a signature. */
  readonly host?: string;
  /** Where the service is kept, see state-file.ts. Default: nowhere. */
  readonly stateFile?: string;
  /** Told when the state cannot be written. Default: as a warning of the process. */
  readonly complain?: (sentence: string) => void;
}

export interface EmulatorServer {
  readonly url: string;
  readonly port: number;
  readonly emulator: Emulator;
  /** What tells the open live pages. */
  readonly live: LivePublisher;
  close(): Promise<void>;
}

export const LOOPBACK = '127.0.0.1';
const LARGEST_BODY = 1024 * 1024;

/** Addresses that stand for all of a machine's, which no client can call. */
const ALL_ADDRESSES = ['0.0.0.0', '::'];

function urlOf(host: string, port: number): string {
  const name = ALL_ADDRESSES.includes(host) ? LOOPBACK : host;
  return `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Starts an emulator behind HTTP. Its clock is the machine's, and can be put forward, unless another is given. */
export async function startEmulatorServer(given: EmulatorServerOptions = {}): Promise<EmulatorServer> {
  const { port: wanted = 0, host = LOOPBACK, stateFile, complain = sentence => process.emitWarning(sentence), ...options } = given;
  const emulator = new Emulator({ clock: new ShiftedClock(), ...options });
  const state = stateFile === undefined ? undefined : await StateFile.open(stateFile, emulator, complain);
  const live = new LivePublisher(emulator);
  const server = http.createServer((request, response) => void respond({ emulator, host, state, live }, request, response));
  // Closing idle connections would race with clients that are about to use them again.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(wanted, host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: urlOf(host, port),
    port,
    emulator,
    live,
    close: async () => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      await state?.saveLast();
    },
  };
}

interface Serving {
  readonly emulator: Emulator;
  readonly host: string;
  readonly state?: StateFile;
  readonly live: LivePublisher;
}

async function respond(serving: Serving, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  try {
    const body = await readBody(request);
    const answer = body === undefined ? TOO_LARGE : await savedAnswer(serving, httpRequest(request, body));
    if (answer === 'stream') return serving.live.connect(response);
    const { status, headers, body: text } = answer;
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(text) });
    response.end(request.method === 'HEAD' ? undefined : text);
  } catch {
    // A lost connection looks like one: no status, no bytes.
    request.socket.destroy();
  }
}

/** The answer, or the loss of the connection, after what the request changed is in the file. */
async function savedAnswer(serving: Serving, request: HttpRequest): Promise<HttpAnswer | 'stream'> {
  try {
    return await answerTo(serving, request);
  } finally {
    await serving.state?.save();
  }
}

const json = (status: number, body: object): HttpAnswer =>
  ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

const TOO_LARGE = json(413, { __type: 'RequestEntityTooLargeException', Message: 'The request body is too large.' });

/** The answer; of the stream of a live page, only that it may begin. */
async function answerTo({ emulator, host, state }: Serving, request: HttpRequest): Promise<HttpAnswer | 'stream'> {
  const route = liveRoute(request);
  const toPage = route !== undefined || request.path.startsWith(PAGES_PREFIX);
  // Operations are asked for by programs, under any name that somebody gave to this machine. A program has no Origin.
  const foreign = toPage || request.headers.origin !== undefined ? foreignness(request, host) : undefined;
  if (foreign !== undefined) return json(403, { message: foreign });
  if (route !== undefined) return route.answer();
  if (!toPage) return emulator.handleHttp(request);
  if (changesSomething(request)) state?.noteChange();
  return pageAnswer(emulator, request);
}

/** Path and query are split by hand: a URL refuses and changes what a client may well send. */
function httpRequest({ method, url, headers }: http.IncomingMessage, body: Uint8Array): HttpRequest {
  const [path, ...query] = url!.split('?');
  return {
    method: method!,
    path,
    query: new URLSearchParams(query.join('?')),
    // Only set-cookie, which means nothing here, is a list.
    headers: headers as Record<string, string | undefined>,
    body,
  };
}

/** The body; nothing when it is larger than any request of the service. */
async function readBody(request: http.IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= LARGEST_BODY) chunks.push(chunk as Buffer);
  }
  return size > LARGEST_BODY ? undefined : Buffer.concat(chunks);
}
