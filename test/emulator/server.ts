import * as http from 'node:http';
import { AddressInfo } from 'node:net';
import { Emulator, EmulatorResponse } from './emulator';
import { EmulatorOptions } from './options';

export interface EmulatorServerOptions extends EmulatorOptions {
  /** Default: any free one. */
  readonly port?: number;
}

export interface EmulatorServer {
  readonly url: string;
  readonly port: number;
  readonly emulator: Emulator;
  close(): Promise<void>;
}

const LARGEST_BODY = 1024 * 1024;

const json = (body: unknown, status = 200): EmulatorResponse =>
  ({ status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });

/** For users without the object: method and path. */
const PAGES: Readonly<Record<string, (emulator: Emulator) => EmulatorResponse>> = {
  'GET /_emulator/health': () => json({ status: 'ok' }),
  'GET /_emulator/requests': emulator => json(emulator.log.entries),
  'POST /_emulator/reset': emulator => {
    emulator.reset();
    return json({ status: 'ok' });
  },
};

/** Starts an emulator behind HTTP, on the loopback interface only: nothing here checks a signature. */
export async function startEmulatorServer(options: EmulatorServerOptions = {}): Promise<EmulatorServer> {
  const emulator = new Emulator(options);
  const server = http.createServer((request, response) => void respond(emulator, request, response));
  // Closing idle connections would race with clients that are about to use them again.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    emulator,
    close: async () => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function respond(emulator: Emulator, request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  try {
    const body = await readBody(request);
    const { status, headers, body: answer } = await answerTo(emulator, request, body);
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(answer) });
    response.end(answer);
  } catch {
    // A lost connection looks like one: no status, no bytes.
    request.socket.destroy();
  }
}

async function answerTo(emulator: Emulator, request: http.IncomingMessage, body: Buffer | undefined): Promise<EmulatorResponse> {
  const page = `${request.method} ${request.url}`;
  if (Object.hasOwn(PAGES, page)) return PAGES[page](emulator);
  if (request.url?.startsWith('/_emulator/')) return json({ message: `Pages: ${Object.keys(PAGES).join(', ')}` }, 404);
  if (body === undefined) return json({ __type: 'RequestEntityTooLargeException', Message: 'The request body is too large.' }, 413);
  // Not by URL, which refuses and changes what a client may well send.
  const [path, ...query] = request.url!.split('?');
  return emulator.handleHttp({
    method: request.method!,
    path,
    query: new URLSearchParams(query.join('?')),
    headers: request.headers as Record<string, string | undefined>,
    body,
  });
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
