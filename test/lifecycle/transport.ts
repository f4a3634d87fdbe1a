import { Readable } from 'stream';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { HttpRequest, HttpResponse } from '@smithy/protocol-http';
import { ClientConfig } from '../../src/provider/handler/aws/client-config';
import { paymentCryptography } from '../../src/provider/handler/aws/payment-cryptography';
import { wrappedKeys } from '../../src/provider/handler/aws/wrapped-keys';
import { Emulator } from '../emulator';
import { OUR_ACCESS_KEY } from './notebook';

/** Carries one signed request to the emulator and its answer back. */
export type Transport = (request: HttpRequest) => Promise<HttpResponse>;

/** Without sockets. */
export function inProcess(emulator: Emulator): Transport {
  return async ({ headers, body }) => {
    const { status, headers: answered, body: text } = await emulator.handleSigned({
      target: headers['x-amz-target'],
      authorization: headers.authorization,
      body,
    });
    return new HttpResponse({ statusCode: status, headers: { ...answered }, body: Readable.from([Buffer.from(text)]) });
  };
}

const http = new NodeHttpHandler({ connectionTimeout: 3_000, requestTimeout: 15_000 });

/** To a server on this machine. */
export function overHttp(url: string): Transport {
  const { hostname, port } = new URL(url);
  return async request => {
    const { response } = await http.handle(new HttpRequest({ ...request, protocol: 'http:', hostname, port: Number(port) }));
    return response as HttpResponse;
  };
}

/** Where the clients' requests go at the moment: runs follow one another, and share the clients. */
let destination: Transport = async () => { throw new Error('no run is under way'); };

export function connect(transport: Transport): void {
  destination = transport;
}

// The tag index may be asked again at once; whether it is, is the SDK's business, and would take real time.
Object.assign(process.env, {
  AWS_ACCESS_KEY_ID: OUR_ACCESS_KEY, AWS_SECRET_ACCESS_KEY: 'the-secret-access-key', AWS_SESSION_TOKEN: 'the-session-token', AWS_MAX_ATTEMPTS: '1',
});

const config: ClientConfig = { requestHandler: { handle: async (request: HttpRequest) => ({ response: await destination(request) }) } as any };

/** The real adapters, on one set of clients for all runs: to make them takes longer than a run. */
export const service = paymentCryptography(config);
export const keptKeys = wrappedKeys(config, 'us-east-1');
