/** Clients that ask a server one request after the other, and what they saw. */
import * as http from 'node:http';

export interface Ask {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Milliseconds. */
export interface Latencies {
  readonly requests: number;
  readonly perSecond: number;
  readonly median: number;
  readonly p99: number;
}

export interface Load {
  readonly clients: number;
  /** When to stop: after so many requests, or seconds. */
  readonly until: { readonly requests: number } | { readonly seconds: number };
}

/** A request on a connection that is kept; the time until its answer, in milliseconds. */
async function time(agent: http.Agent, url: URL, { path, headers, body }: Ask): Promise<number> {
  const began = process.hrtime.bigint();
  return new Promise((resolve, reject) => {
    const { hostname, port } = url;
    const request = http.request({ agent, hostname, port, method: 'POST', path, headers: { ...headers, 'content-length': Buffer.byteLength(body) } }, response => {
      let text = '';
      response.on('data', chunk => text += chunk);
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Number(process.hrtime.bigint() - began) / 1e6);
        else reject(new Error(`${path} ${headers['x-amz-target'] ?? ''} answered ${response.statusCode}: ${text}`));
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

export async function load(url: string, ask: Ask, { clients, until }: Load): Promise<Latencies> {
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const server = new URL(url);
  const latencies: number[] = [];
  const began = Date.now();
  let begun = 0;
  const goesOn = 'requests' in until ? () => begun < until.requests : () => Date.now() - began < until.seconds * 1000;
  const client = async (): Promise<void> => {
    while (goesOn()) {
      begun += 1;
      latencies.push(await time(agent, server, ask));
    }
  };
  try {
    await Promise.all(Array.from({ length: clients }, client));
  } finally {
    agent.destroy();
  }
  const seconds = (Date.now() - began) / 1000;
  latencies.sort((one, other) => one - other);
  const at = (share: number): number => latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))];
  return { requests: latencies.length, perSecond: latencies.length / seconds, median: at(0.5), p99: at(0.99) };
}
