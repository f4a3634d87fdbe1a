import * as fs from 'node:fs';
import { redacted } from './redaction';
import { RequestListener } from './request-log';

/** Appends each request to a file, as one JSON object a line. When a request cannot be written, that is said once. */
export function appendingTo(file: string, say: (sentence: string) => void): RequestListener {
  let complained = false;
  return entry => {
    try {
      fs.appendFileSync(file, `${JSON.stringify(redacted(entry))}\n`);
    } catch (error) {
      if (!complained) say(`--log-file cannot be written, so requests are missing in it: ${(error as Error).message}`);
      complained = true;
    }
  };
}
