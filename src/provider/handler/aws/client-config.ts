import { Agent, AgentOptions } from 'https';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { RequestHandler } from '@smithy/types';

/** What all clients share. */
export interface ClientConfig {
  readonly requestHandler: RequestHandler<any, any, any>;
}

/** No request may outlive the step that makes it. */
const REQUEST_TIMEOUT_MS = 15_000;

/** `proxyEnv` (Node 24) lets HTTPS_PROXY and NO_PROXY of the function's environment work; older runtimes pass it over. */
const agentWith = (options: AgentOptions) => new Agent({ ...options, proxyEnv: process.env } as AgentOptions);

export const agent = agentWith({ keepAlive: true, maxSockets: 50 });

/** One pool of connections that are kept. */
export function clientConfig(requestTimeout = REQUEST_TIMEOUT_MS): ClientConfig {
  return configWith(agent, requestTimeout);
}

/** A connection for each request. */
export function freshConnections(): ClientConfig {
  return configWith(agentWith({ keepAlive: false }), REQUEST_TIMEOUT_MS);
}

function configWith(httpsAgent: Agent, requestTimeout: number): ClientConfig {
  return { requestHandler: new NodeHttpHandler({ httpsAgent, connectionTimeout: 3_000, requestTimeout, throwOnRequestTimeout: true }) };
}
