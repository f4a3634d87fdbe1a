import { LocalEngine } from './local-engine';

/** The engine reads the Region and the service in it, and does not check the rest. */
export const engineAuthorization = (region: string, service: string): string =>
  `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`;

/** Calls a service of the engine that speaks awsJson, without a client of it. */
export async function jsonCall<T>({ url }: Pick<LocalEngine, 'url'>, region: string, service: string, target: string, input: object): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target, 'authorization': engineAuthorization(region, service) },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target} was refused: HTTP ${response.status} ${text}`);
  return JSON.parse(text) as T;
}
