import { GetKeyCommand as NativeGetKeyCommand, PaymentCryptographyClientResolvedConfig } from '@aws-sdk/client-payment-cryptography';
import { getEndpointPlugin } from '@smithy/middleware-endpoint';
import { getSerdePlugin } from '@smithy/middleware-serde';
import { HttpRequest, HttpResponse } from '@smithy/protocol-http';
import { Command } from '@smithy/smithy-client';
import { SerdeContext } from '@smithy/types';
import { errorOf, jsonAnswer } from './json-protocol';

/**
 * Operations and members that the published client lacks: it predates replication. The commands go through the
 * ordinary client, which signs, finds the endpoint and times out. A test says when the client has caught up;
 * then this file goes, and the client's own commands of the same names take its place.
 */
function command(operation: string): new (input: object) => any {
  return Command.classBuilder<any, any, PaymentCryptographyClientResolvedConfig, any, any>()
    .ep(NativeGetKeyCommand.getEndpointParameterInstructions())
    .m(function (this: any, constructor: any, _stack: unknown, config: any) {
      return [
        getSerdePlugin(config, this.serialize, this.deserialize),
        getEndpointPlugin(config, constructor.getEndpointParameterInstructions()),
      ];
    })
    .s('PaymentCryptographyControlPlane', operation, {})
    .n('PaymentCryptographyClient', `${operation}Command`)
    .f(undefined, undefined)
    .ser((input, context) => serialize(operation, input, context as SerdeContext))
    .de((response, context) => deserialize(response as HttpResponse, context as SerdeContext))
    .build() as any;
}

async function serialize(operation: string, input: object, context: SerdeContext): Promise<HttpRequest> {
  const { hostname, protocol = 'https', port, path } = await context.endpoint!();
  return new HttpRequest({
    protocol,
    hostname,
    port,
    method: 'POST',
    path: path.endsWith('/') ? path : `${path}/`,
    headers: { 'content-type': 'application/x-amz-json-1.0', 'x-amz-target': `PaymentCryptographyControlPlane.${operation}` },
    body: JSON.stringify(input),
  });
}

async function deserialize(response: HttpResponse, context: SerdeContext): Promise<object> {
  const answer = jsonAnswer(response.statusCode, response.headers, context.utf8Encoder(await context.streamCollector(response.body)));
  const $metadata = { httpStatusCode: response.statusCode, requestId: response.headers['x-amzn-requestid'] };
  if (answer.error) { throw Object.assign(errorOf(answer), { $metadata }); }
  return { ...answer.body, $metadata };
}

export const CreateKeyCommand = command('CreateKey');
export const ImportKeyCommand = command('ImportKey');
export const GetKeyCommand = command('GetKey');
export const DeleteKeyCommand = command('DeleteKey');
export const StartKeyUsageCommand = command('StartKeyUsage');
export const StopKeyUsageCommand = command('StopKeyUsage');
export const AddKeyReplicationRegionsCommand = command('AddKeyReplicationRegions');
export const RemoveKeyReplicationRegionsCommand = command('RemoveKeyReplicationRegions');
export const EnableDefaultKeyReplicationRegionsCommand = command('EnableDefaultKeyReplicationRegions');
export const DisableDefaultKeyReplicationRegionsCommand = command('DisableDefaultKeyReplicationRegions');
export const GetDefaultKeyReplicationRegionsCommand = command('GetDefaultKeyReplicationRegions');
export const RestoreKeyCommand = command('RestoreKey');
export const GetResourcePolicyCommand = command('GetResourcePolicy');
export const PutResourcePolicyCommand = command('PutResourcePolicy');
export const DeleteResourcePolicyCommand = command('DeleteResourcePolicy');
