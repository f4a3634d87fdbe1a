/**
 * Where a request goes.
 *
 * `POST /` names its operation in X-Amz-Target (the control plane, and the services that its users need beside it), or is a
 * form (the Security Token Service). Every other method and path is the data plane's, or nobody's.
 *
 * A program that sets AWS_ENDPOINT_URL sends all its services here. Whose a request is stands in its signature: what is
 * not emulated is refused in the words of that service's protocol, so that its client shows the sentence and not a parse error.
 */
import { Call } from './call';
import { dataPlaneCall } from './data-plane/router';
import { isTarget, notEmulated, SIGNING_NAMES, targetCall, tokenCall } from './emulated-services';
import { ServiceError } from './errors';
import { HttpRequest } from './http-request';
import { Protocol, PROTOCOLS } from './protocols';
import { SignatureScope } from './signature-scope';

const isForm = (contentType: string): boolean => contentType.startsWith('application/x-www-form-urlencoded');

const formOf = (body: Uint8Array): URLSearchParams => new URLSearchParams(Buffer.from(body).toString('utf8'));

/** No request says which REST protocol it speaks; these do not speak JSON. */
const XML_SERVICES: Readonly<Record<string, Protocol>> = {
  's3': PROTOCOLS.s3,
  's3express': PROTOCOLS.s3,
  's3-outposts': PROTOCOLS.restXml,
  'cloudfront': PROTOCOLS.restXml,
  'route53': PROTOCOLS.restXml,
};

/** The protocol of a service that is known by its signing name and this request only. */
function protocolOf({ headers }: HttpRequest, signingName: string): Protocol {
  const contentType = headers['content-type'] ?? '';
  if (isForm(contentType)) return signingName === 'ec2' ? PROTOCOLS.ec2Query : PROTOCOLS.query;
  if (headers['x-amz-target'] !== undefined) return contentType.includes('json-1.1') ? PROTOCOLS.json11 : PROTOCOLS.json10;
  return Object.hasOwn(XML_SERVICES, signingName) ? XML_SERVICES[signingName] : PROTOCOLS.restJson;
}

/** How the service of a strange request names its operation, for the log. */
function operationOf({ method, path, headers, body }: HttpRequest): string {
  if (isForm(headers['content-type'] ?? '')) return formOf(body).get('Action') ?? '';
  return headers['x-amz-target']?.split('.').at(-1) ?? `${method} ${path}`;
}

export function callOf(request: HttpRequest, scope: SignatureScope | ServiceError): Call {
  const { method, path, headers, body } = request;
  const [atRoot, target] = [method === 'POST' && path === '/', headers['x-amz-target']];
  if (atRoot && isTarget(target)) return targetCall(target, body);
  if (!(scope instanceof ServiceError) && !SIGNING_NAMES.includes(scope.signingName)) {
    const { signingName: service } = scope;
    return {
      kind: 'strange', protocol: protocolOf(request, service), service, operation: operationOf(request), message: notEmulated(service),
    };
  }
  if (atRoot) return isForm(headers['content-type'] ?? '') ? tokenCall(formOf(body)) : targetCall(target, body);
  const operation = `${method} ${path}`;
  return dataPlaneCall(request) ?? { kind: 'strange', protocol: PROTOCOLS.restJson, operation, message: `There is no operation ${operation}.` };
}
