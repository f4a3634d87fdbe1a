/** Stands between the functions and the engine's place for answers: records what they answer, and may refuse it. */
import * as http from 'node:http';
import { AddressInfo } from 'node:net';

export interface Answer {
  /** Milliseconds since 1970, when the whole answer had arrived. */
  readonly time: number;
  readonly body: string;
  readonly accepted: boolean;
}

export interface AnswerGate {
  readonly origin: string;
  /** All answers, in the order in which they came. */
  readonly answers: readonly Answer[];
  /** The next so many answers get HTTP 503. */
  refuse(count: number): void;
  forget(): void;
  close(): Promise<void>;
}

export async function openAnswerGate(enginePort: number): Promise<AnswerGate> {
  const answers: Answer[] = [];
  let refusals = 0;

  async function pass(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks).toString('utf8');
    const accepted = refusals === 0;
    if (!accepted) refusals -= 1;
    answers.push({ time: Date.now(), body, accepted });
    const status = accepted ? (await fetch(`http://127.0.0.1:${enginePort}${request.url}`, { method: request.method, body })).status : 503;
    response.writeHead(status).end();
  }

  const server = http.createServer((request, response) => {
    pass(request, response).catch(() => request.socket.destroy());
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers,
    refuse: count => { refusals = count; },
    forget: () => { answers.length = 0; refusals = 0; },
    close: async () => {
      const closed = new Promise<void>(resolve => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
    },
  };
}
