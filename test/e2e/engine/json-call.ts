import { LocalEngine } from './local-engine';

/** Calls a service of the engine that speaks awsJson, and that the tests have no client of. */
export async function jsonCall<T>({ url }: Pick<LocalEngine, 'url'>, region: string, service: string, target: string, input: object): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
      // The engine reads the Region in it, and does not check the rest.
      'authorization': `AWS4-HMAC-SHA256 Credential=test/20260101/${region}/${service}/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${target} was refused: HTTP ${response.status} ${text}`);
  return JSON.parse(text) as T;
}
