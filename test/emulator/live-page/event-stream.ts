import { ServerResponse } from 'node:http';

/** After a loss of the connection, a browser connects again after so long. */
const RETRY_MILLISECONDS = 500;

/** A client that takes nothing of a message for so long is not there any more. */
export const BEATS_UNTIL_END = 4;

const HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
};

/**
 * Server-sent events to one client, with bounded memory.
 *
 * A message is written only when everything before it has left this process. A client that is too slow for that misses what is
 * sent meanwhile; when it has caught up, it is told everything anew, in one message. So at most one message waits for a client.
 */
export class EventStream {
  private isBehind = false;
  private beatsWithoutDrain = 0;

  constructor(private readonly response: ServerResponse, private readonly caughtUp: () => void) {
    response.writeHead(200, HEADERS);
    response.write(`retry: ${RETRY_MILLISECONDS}\n\n`);
    response.on('drain', () => {
      this.beatsWithoutDrain = 0;
      if (this.isBehind) this.caughtUp();
    });
  }

  /** Bytes that wait for the client in this process. */
  get waitingBytes(): number {
    return this.response.writableLength;
  }

  /** Sends an event, or remembers that the client missed one. The data is JSON, which has no line break. */
  send(event: string, json: string): void {
    this.isBehind ||= this.response.writableNeedDrain;
    if (!this.isBehind) this.write(event, json);
  }

  /** Tells the client everything: whatever it missed, it knows. */
  sendAnew(event: string, json: string): void {
    this.isBehind = false;
    this.write(event, json);
  }

  /** Shows the client, and whatever is between, that the stream lives. Ends it when a message has not left for so many beats. */
  beat(): void {
    if (!this.response.writableNeedDrain) {
      this.response.write(':\n\n');
      return;
    }
    this.beatsWithoutDrain += 1;
    if (this.beatsWithoutDrain === BEATS_UNTIL_END) this.response.destroy();
  }

  whenClosed(action: () => void): void {
    this.response.on('close', action);
  }

  private write(event: string, json: string): void {
    this.response.write(`event: ${event}\ndata: ${json}\n\n`);
  }
}
