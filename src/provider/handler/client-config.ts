import { Agent, AgentOptions } from 'https';
import { NodeHttpHandler } from '@smithy/node-http-handler';

/** `proxyEnv` (Node 24) lets HTTPS_PROXY and NO_PROXY of the function's environment work; older runtimes pass it over. */
export const agent = new Agent({ keepAlive: true, maxSockets: 50, proxyEnv: process.env } as AgentOptions);

/** Shared by all clients: one pool of connections, and no request that outlives a step. */
export function clientConfig() {
  return { requestHandler: new NodeHttpHandler({ httpsAgent: agent, connectionTimeout: 3_000, requestTimeout: 15_000 }) };
}
