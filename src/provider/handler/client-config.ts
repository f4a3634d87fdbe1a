import { Agent, AgentOptions } from 'https';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { RequestHandler } from '@smithy/types';

/** `proxyEnv` (Node 24) lets HTTPS_PROXY and NO_PROXY of the function's environment work; older runtimes pass it over. */
export const agent = new Agent({ keepAlive: true, maxSockets: 50, proxyEnv: process.env } as AgentOptions);

/** What all clients share. */
export interface ClientConfig {
  readonly requestHandler: RequestHandler<any, any, any>;
}

/** One pool of connections, and no request that outlives a step. */
export function clientConfig(): ClientConfig {
  return { requestHandler: new NodeHttpHandler({ httpsAgent: agent, connectionTimeout: 3_000, requestTimeout: 15_000 }) };
}
