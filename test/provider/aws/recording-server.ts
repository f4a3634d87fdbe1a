import * as http from 'http';
import { AddressInfo } from 'net';

export interface Recorded {
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** Answers requests with what is queued, in order, and keeps them. */
export class RecordingServer {
  static async start(): Promise<RecordingServer> {
    const server = new RecordingServer();
    await new Promise<void>(resolve => server.server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  readonly requests: Recorded[] = [];
  private readonly queue: Array<{ status: number; body: string; headers: Record<string, string> } | 'reset' | 'silence'> = [];
  private readonly server = http.createServer((request, response) => {
    let body = '';
    request.on('data', chunk => { body += chunk; });
    request.on('end', () => {
      this.requests.push({ method: request.method!, path: request.url!, headers: request.headers, body });
      const next = this.queue.shift() ?? { status: 500, body: '{"__type":"NothingQueued"}', headers: {} };
      if (next === 'reset') { request.socket.destroy(); return; }
      if (next === 'silence') { return; }
      response.writeHead(next.status, next.headers).end(next.body);
    });
  });

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  answer(body: object | string, status = 200, headers: Record<string, string> = {}): this {
    this.queue.push({ status, body: typeof body === 'string' ? body : JSON.stringify(body), headers });
    return this;
  }

  reset(): this {
    this.queue.push('reset');
    return this;
  }

  silence(): this {
    this.queue.push('silence');
    return this;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise(resolve => this.server.close(resolve));
  }
}
