import { Call } from './call';
import { dataPlaneCall } from './data-plane/router';
import { targetCall } from './emulated-services';
import { HttpRequest } from './http-request';
import { PROTOCOLS } from './protocols';

/** Where a request goes: `POST /` names its operation in X-Amz-Target, everything else by method and path. */
export function callOf(request: HttpRequest): Call {
  const { method, path, headers, body } = request;
  if (method === 'POST' && path === '/') return targetCall(headers['x-amz-target'], body);
  return dataPlaneCall(request) ?? { protocol: PROTOCOLS.restJson, operation: `${method} ${path}`, input: () => ({}) };
}
