import * as http from 'node:http';
import { KeyOverview } from './overview';

export interface LiveEvent {
  readonly event: string;
  readonly data: Record<string, any>;
}

export const keysOf = ({ data }: LiveEvent): KeyOverview[] => (data.keys ?? []) as KeyOverview[];

/** Waits for what the server does by itself: nothing tells that it has seen the end of a connection. */
export async function eventually(holds: () => boolean): Promise<void> {
  for (let looks = 0; !holds(); looks += 1) {
    if (looks === 2000) throw new Error(`It never came to ${String(holds)}.`);
    await new Promise(resolve => setTimeout(resolve, 5));
  }
}

/** A client of the stream that is no browser. */
export class EventClient {
  /** Resolves when the answer has begun. */
  static async connect(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<EventClient> {
    return new Promise((resolve, reject) => {
      const request = http.request(`${url}/_emulator/events`, { method, headers, agent: false }, response => resolve(new EventClient(request, response)));
      request.on('error', reject);
      request.end();
    });
  }

  private readonly events: LiveEvent[] = [];
  private readonly waiting: Array<() => void> = [];
  private text = '';
  private isEnded = false;

  private constructor(private readonly request: http.ClientRequest, readonly response: http.IncomingMessage) {
    // A server that ends breaks the connection.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    response.on('data', chunk => this.take(String(chunk)));
    response.on('close', () => {
      this.isEnded = true;
      this.wake();
    });
  }

  get status(): number {
    return this.response.statusCode!;
  }

  /** The next event that fits; those before it are dropped. */
  async next(fits: (event: LiveEvent) => boolean = () => true): Promise<LiveEvent> {
    for (;;) {
      for (let event = this.events.shift(); event !== undefined; event = this.events.shift()) if (fits(event)) return event;
      if (this.isEnded) throw new Error('The stream has ended.');
      await new Promise<void>(resolve => this.waiting.push(resolve));
    }
  }

  async ended(): Promise<void> {
    while (!this.isEnded) await new Promise<void>(resolve => this.waiting.push(resolve));
  }

  /** Reads no more: what the server sends waits on its side, once the kernel's buffers are full. */
  pause(): void {
    this.response.pause();
  }

  resume(): void {
    this.response.resume();
  }

  close(): void {
    this.request.destroy();
  }

  private take(chunk: string): void {
    const blocks = `${this.text}${chunk}`.split('\n\n');
    this.text = blocks.pop()!;
    for (const block of blocks) {
      const match = /^event: (.*)\ndata: (.*)$/.exec(block);
      if (match) this.events.push({ event: match[1], data: JSON.parse(match[2]) as Record<string, unknown> });
    }
    this.wake();
  }

  private wake(): void {
    this.waiting.splice(0).forEach(resolve => resolve());
  }
}
