import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { partition } from '@aws-sdk/util-endpoints';
import { Hash } from '@smithy/hash-node';
import { streamCollector } from '@smithy/node-http-handler';
import { HttpRequest } from '@smithy/protocol-http';
import { SignatureV4 } from '@smithy/signature-v4';
import { ClientConfig } from './client-config';
import { JsonAnswer, jsonAnswer } from './json-protocol';
import { sent } from './sent';
import { CalledService } from '../control-plane/fault';

/*
 * Requests to services that speak awsJson, for operations that are typed by hand. A published client would add about
 * 10 KB to the zipped handler. Signature, credentials and connections are those of the SDK's core, which the other
 * clients bring. Every request is made once: what repeats it knows what it did.
 */

/** A service as its requests address it. */
export interface JsonService {
  /** Its name in signatures, in the names of its endpoints, and in faults. */
  readonly name: CalledService;
  /** What stands before the operation in X-Amz-Target. */
  readonly target: string;
  readonly version: '1.0' | '1.1';
  /** The environment variable of the SDK that names another endpoint of this service. */
  readonly endpointVariable: string;
  /** Whether answers hold secrets. Then no error quotes a body that is not JSON, since nobody knows what it is. */
  readonly secretAnswers?: boolean;
}

/**
 * Sends one request and reads its answer.
 *
 * @param read what becomes of the answer; what it throws becomes a `ServiceFault`, as every other error does
 */
export type JsonRequest = <T>(operation: string, input: object, read: (answer: JsonAnswer) => T) => Promise<T>;

export function jsonRequests({ requestHandler }: ClientConfig, region: string, service: JsonService): JsonRequest {
  const signer = new SignatureV4({ service: service.name, region, credentials: defaultProvider(), sha256: Hash.bind(null, 'sha256') });
  const url = endpoint(service, region);
  return (operation, input, read) => sent(service.name, operation, region, async () => {
    const { response } = await requestHandler.handle(await signer.sign(unsigned(url, service, operation, input)) as HttpRequest);
    const text = Buffer.from(await streamCollector(response.body)).toString();
    return read(jsonAnswer(response.statusCode, response.headers, text, service.secretAnswers ? 0 : undefined));
  });
}

/** As the SDK's clients find it: from the environment, else that of the Region. */
function endpoint({ name, endpointVariable }: JsonService, region: string): URL {
  return new URL(process.env[endpointVariable] ?? process.env.AWS_ENDPOINT_URL ?? `https://${name}.${region}.${partition(region).dnsSuffix}`);
}

function unsigned({ protocol, hostname, port, host }: URL, { target, version }: JsonService, operation: string, input: object): HttpRequest {
  const body = JSON.stringify(input);
  return new HttpRequest({
    method: 'POST',
    protocol,
    hostname,
    ...port ? { port: Number(port) } : {},
    path: '/',
    headers: {
      host,
      'content-type': `application/x-amz-json-${version}`,
      'content-length': String(Buffer.byteLength(body)),
      'x-amz-target': `${target}.${operation}`,
    },
    body,
  });
}
