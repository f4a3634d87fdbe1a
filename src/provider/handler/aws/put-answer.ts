import * as http from 'http';
import * as https from 'https';

const TIMEOUT_MS = 15_000;

/** PUTs the answer to CloudFormation's pre-signed URL, whose signature covers an empty content type. */
export function putAnswerWith(agent: https.Agent): (responseUrl: string, body: string) => Promise<void> {
  return (responseUrl, body) => new Promise((resolve, reject) => {
    const url = new URL(responseUrl);
    const secure = url.protocol === 'https:';
    const request = (secure ? https : http).request(url, {
      method: 'PUT',
      agent: secure ? agent : undefined,
      headers: { 'content-type': '', 'content-length': Buffer.byteLength(body) },
      timeout: TIMEOUT_MS,
    }, response => {
      response.resume();
      response.on('end', () => {
        const status = response.statusCode ?? 0;
        if (status >= 200 && status < 300) { resolve(); } else { reject(new Error(`CloudFormation refused the answer with HTTP ${status}`)); }
      });
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('CloudFormation did not take the answer in time')));
    // The URL is a credential: only the kind of error is told, since its text may hold the URL.
    request.on('error', (error: NodeJS.ErrnoException) => reject(new Error(`the answer was not delivered: ${error.code ?? error.message}`)));
    request.end(body);
  });
}
