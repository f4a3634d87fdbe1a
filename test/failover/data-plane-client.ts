/**
 * Stands in for `@aws-sdk/client-payment-cryptography-data`, which is not on every registry: what the documented program needs of it. Retries,
 * timeouts, connections and signatures are the SDK's, those of its client of the control plane; only the protocol is written here.
 */
import { GetKeyCommand, PaymentCryptographyClient } from '@aws-sdk/client-payment-cryptography';
import { getEndpointPlugin } from '@smithy/middleware-endpoint';
import { getSerdePlugin } from '@smithy/middleware-serde';
import { HttpRequest, HttpResponse } from '@smithy/protocol-http';
import { Command, ServiceException } from '@smithy/smithy-client';
import { SerdeContext } from '@smithy/types';
import { dataPlaneModel } from '../emulator/model';

/** Set by tests: where each Region is, instead of on the Internet. */
export const endpoints = new Map<string, string>();

export interface PaymentCryptographyDataClientConfig {
  readonly region: string;
  readonly maxAttempts?: number;
  readonly requestHandler?: { readonly connectionTimeout?: number; readonly requestTimeout?: number; readonly throwOnRequestTimeout?: boolean };
}

export class PaymentCryptographyDataClient extends PaymentCryptographyClient {
  constructor(config: PaymentCryptographyDataClientConfig) {
    super({ ...config, endpoint: endpoints.get(config.region), credentials: { accessKeyId: 'AKIAANY', secretAccessKey: 'any' } });
  }
}

/** API: VerifyCardValidationDataInput, as far as the program uses it. */
export interface VerifyCardValidationDataInput {
  readonly KeyIdentifier: string;
  readonly PrimaryAccountNumber: string;
  readonly ValidationData: string;
  readonly VerificationAttributes: { readonly CardVerificationValue2: { readonly CardExpiryDate: string } };
}

export const VerifyCardValidationDataCommand = command<VerifyCardValidationDataInput>('VerifyCardValidationData');

function command<Input>(operation: string): new (input: Input) => any {
  return Command.classBuilder<any, any, any, any, any>()
    .ep(GetKeyCommand.getEndpointParameterInstructions())
    .m(function (this: any, constructor: any, _stack: unknown, config: any) {
      return [getSerdePlugin(config, this.serialize, this.deserialize), getEndpointPlugin(config, constructor.getEndpointParameterInstructions())];
    })
    .s('PaymentCryptographyDataPlane', operation, {})
    .n('PaymentCryptographyDataClient', `${operation}Command`)
    .f(undefined, undefined)
    .ser((input, context) => serialize(operation, input, context as SerdeContext))
    .de((response, context) => deserialize(response as HttpResponse, context as SerdeContext))
    .build() as any;
}

async function serialize(operation: string, input: object, context: SerdeContext): Promise<HttpRequest> {
  const { hostname, protocol, port } = await context.endpoint!();
  const { http: { method, requestUri: path } } = dataPlaneModel.operations[operation];
  return new HttpRequest({ protocol, hostname, port, method, path, headers: { 'content-type': 'application/json' }, body: JSON.stringify(input) });
}

async function deserialize(response: HttpResponse, context: SerdeContext): Promise<object> {
  // Of what is no JSON, the SDK makes an error with the status.
  const text = context.utf8Encoder(await context.streamCollector(response.body));
  const $metadata = { httpStatusCode: response.statusCode };
  const body = JSON.parse(text || '{}');
  if (response.statusCode < 300) { return { ...body, $metadata }; }
  const name = response.headers['x-amzn-errortype']?.split(':')[0] ?? 'UnknownError';
  throw new ServiceException({ name, $fault: response.statusCode < 500 ? 'client' : 'server', message: body.message ?? body.Message, $metadata });
}
