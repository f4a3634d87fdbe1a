/**
 * Sends thousands of seeded requests to a server, and says what nobody should ever get: an answer of 5xx, a lost connection, an
 * answer that its model does not allow, or a log page that does not open afterwards.
 */
import * as http from 'node:http';
import * as fc from 'fast-check';
import { FuzzedRequest, fuzzedRequests, Plane } from './requests';
import { Existing } from './values';
import { PRIMARY, REPLICA } from '../checked-emulator';
import { KEY_ATTRIBUTES } from '../data-plane/test-keys';
import { send } from '../http-client';
import { responseProblems } from '../response-schema';
import { EmulatorServer, startEmulatorServer } from '../server';
import { Key } from '../shapes';

export interface FuzzingReport {
  readonly statuses: Readonly<Record<string, number>>;
  /** Operations that succeeded at least once. */
  readonly succeeded: readonly string[];
  readonly problems: readonly string[];
}

/** Keys for every purpose, with a replica each, and aliases. */
async function settle({ emulator }: EmulatorServer): Promise<Existing> {
  const keyArns: string[] = [];
  for (const KeyAttributes of Object.values(KEY_ATTRIBUTES)) {
    const input = { KeyAttributes, Exportable: true, ReplicationRegions: [REPLICA] };
    const { Key: { KeyArn } } = await emulator.call<{ Key: Key }>('CreateKey', input, { region: PRIMARY });
    keyArns.push(KeyArn);
  }
  const aliases = ['alias/a', 'alias/b'];
  for (const AliasName of aliases) await emulator.call('CreateAlias', { AliasName, KeyArn: keyArns[0] }, { region: PRIMARY });
  // An ARN is known in its own Region only, and these are the primary's.
  return { keyArns, aliases, regions: [PRIMARY, PRIMARY, PRIMARY, REPLICA] };
}

async function status(agent: http.Agent, url: string, { method, path, headers, body }: FuzzedRequest): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = http.request({ agent, hostname, port, method, path, headers: { 'content-length': body.length, ...headers } }, response => {
      response.resume();
      response.on('end', () => resolve(response.statusCode!));
    });
    request.on('error', reject);
    request.end(body);
  });
}

const shown = ({ method, path, headers, body }: FuzzedRequest): string =>
  `${method} ${path.slice(0, 200)} ${headers['x-amz-target'] ?? ''} ${Buffer.from(body).toString('latin1').slice(0, 600)}`;

export async function fuzz(plane: Plane, seed: number, requests: number): Promise<FuzzingReport> {
  const server = await startEmulatorServer({
    tps: Infinity, symmetricTps: Infinity, asymmetricTps: Infinity, replicationDelay: 0, logBounds: { entries: 1000, bytes: 8 * 1024 * 1024 },
  });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const problems: string[] = [];
  const statuses: Record<string, number> = {};
  const succeeded = new Set<string>();
  try {
    const existing = await settle(server);
    const answered: string[] = [];
    server.emulator.log.listen(entry => {
      answered.push(...responseProblems(entry));
      if (entry.status === 200) succeeded.add(entry.operation!);
    });
    for (const request of fc.sample(fuzzedRequests(plane, existing), { seed, numRuns: requests })) {
      const answer = await status(agent, server.url, request).catch((error: Error) => error.message);
      statuses[answer] = (statuses[answer] ?? 0) + 1;
      if (typeof answer === 'string' || answer >= 500) problems.push(`${answer}: ${shown(request)}`);
      problems.push(...answered.splice(0).map(problem => `${problem}: ${shown(request)}`));
    }
    const page = await send(server.url, '', {}, 'GET', '/_emulator/requests?limit=1000');
    if (page.status !== 200) problems.push(`The page of requests answers ${page.status}.`);
  } finally {
    agent.destroy();
    await server.close();
  }
  return { statuses, succeeded: [...succeeded].sort(), problems };
}
