import * as http from 'node:http';

/** An answer with its body as JSON. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Record<string, unknown>;
}

export interface TextAnswer extends Omit<Answer, 'body'> {
  readonly text: string;
}

/** A request as raw as the wire has it; rejects when the connection breaks. */
export async function sendRaw(
  url: string, body: string | Uint8Array, headers: Record<string, string>, method = 'POST', path = '/',
): Promise<TextAnswer> {
  return new Promise((resolve, reject) => {
    const length = { 'content-length': String(Buffer.byteLength(body)) };
    const request = http.request(url + path, { method, headers: { ...length, ...headers }, agent: false }, response => {
      let text = '';
      response.on('data', chunk => text += chunk);
      response.on('end', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

export async function send(url: string, body: string | Uint8Array, headers: Record<string, string>, method?: string, path?: string): Promise<Answer> {
  const { text, ...rest } = await sendRaw(url, body, headers, method, path);
  return { ...rest, body: JSON.parse(text) as Record<string, unknown> };
}

/** What the emulator reads of a signature. */
export const authorization = (region: string, service: string, key = 'AKIAANY'): string =>
  `AWS4-HMAC-SHA256 Credential=${key}/20261121/${region}/${service}/aws4_request, SignedHeaders=host;x-amz-date, Signature=00`;

/** An operation of the control plane. */
export async function controlPlane(
  url: string, operation: string, body: string, region: string, more: Record<string, string> = {},
): Promise<Answer> {
  const headers = { 'x-amz-target': `PaymentCryptographyControlPlane.${operation}`, 'authorization': authorization(region, 'payment-cryptography') };
  return send(url, body, { ...headers, ...more });
}
