import { ClientConfig } from './client-config';
import { JsonAnswer, successful } from './json-protocol';
import { jsonRequests, JsonService } from './json-requests';
import { WrappedKeys, WrappedKeyText } from '../control-plane/wrapped-keys';

/*
 * The two services that keep wrapped keys. Each read is one request. What it answers is a secret: it leaves this file as
 * the result and in no other way, so no error quotes an answer.
 */

const SECRETS_MANAGER: JsonService = {
  name: 'secretsmanager', target: 'secretsmanager', version: '1.1', endpointVariable: 'AWS_ENDPOINT_URL_SECRETS_MANAGER', secretAnswers: true,
};
const PARAMETER_STORE: JsonService = {
  name: 'ssm', target: 'AmazonSSM', version: '1.1', endpointVariable: 'AWS_ENDPOINT_URL_SSM', secretAnswers: true,
};

/** @param region of what is named without an ARN: the Region of the stack */
export function wrappedKeys(config: ClientConfig, region: string): WrappedKeys {
  return {
    readWrappedKey: reference => {
      if (reference.Service === 'SECRETS_MANAGER') {
        const { SecretArn, VersionId } = reference;
        const request = jsonRequests(config, regionIn(SecretArn) ?? region, SECRETS_MANAGER);
        return request('GetSecretValue', { SecretId: SecretArn, VersionId }, secretIn);
      }
      const { ParameterName, Version } = reference;
      const request = jsonRequests(config, regionIn(ParameterName) ?? region, PARAMETER_STORE);
      return request('GetParameter', { Name: `${ParameterName}:${Version}`, WithDecryption: true }, parameterIn);
    },
  };
}

function regionIn(arnOrName: string): string | undefined {
  return arnOrName.startsWith('arn:') ? arnOrName.split(':')[3] : undefined;
}

function secretIn(answer: JsonAnswer): WrappedKeyText {
  const { SecretString, SecretBinary } = successful(answer);
  return typeof SecretBinary === 'string' ? { kind: 'binary' } : textOf(SecretString);
}

function parameterIn(answer: JsonAnswer): WrappedKeyText {
  const { Parameter } = successful(answer);
  const text = textOf(Parameter?.Value);
  return Parameter.Type === 'SecureString' ? text : { kind: 'unencrypted' };
}

/** Whatever stands between us and the service may answer 200 with something else. It counts as no answer. */
function textOf(value: unknown): WrappedKeyText {
  if (typeof value !== 'string') { throw Object.assign(new Error('the answer holds no value'), { name: 'InvalidAnswer' }); }
  return { kind: 'text', text: value };
}
