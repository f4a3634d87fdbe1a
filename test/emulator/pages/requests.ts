import { PageError } from './body';
import { redacted } from '../redaction';
import { RequestLog, RequestLogEntry } from '../request-log';

/** Requests a page has at most, and about how many bytes. */
const MOST = 1000;
const USUAL = 100;
const MOST_BYTES = 4 * 1024 * 1024;

const PARAMETERS = ['after', 'limit', 'operation', 'region', 'error'];

function wholeNumber(query: URLSearchParams, name: string, { least, most, absent }: { least: number; most: number; absent: number }): number {
  const text = query.get(name);
  if (text === null) return absent;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  throw new PageError(`${name} must be a whole number from ${least} to ${most}, not "${text}".`);
}

/**
 * Requests in the order in which they were answered.
 *
 * The query: `after` is the number of the last request that is known already, `limit` how many to show; `operation`, `region`
 * and `error` choose among them. In the page, `next` leads to the next one, if there is one; `forgotten` is the number of requests
 * that the log does not keep any more.
 */
export function requestPage(log: RequestLog, query: URLSearchParams): string {
  const unknown = [...query.keys()].filter(name => !PARAMETERS.includes(name));
  if (unknown.length > 0) throw new PageError(`There is no ${unknown.join(', ')}. Parameters: ${PARAMETERS.join(', ')}.`);
  const after = wholeNumber(query, 'after', { least: 0, most: Number.MAX_SAFE_INTEGER, absent: 0 });
  const limit = wholeNumber(query, 'limit', { least: 1, most: MOST, absent: USUAL });

  const asked = (entry: RequestLogEntry): boolean => (['operation', 'region', 'error'] as const)
    .every(name => !query.has(name) || query.get(name) === entry[name]);
  const shown: string[] = [];
  let bytes = 0;
  let last = after;
  let more = false;
  for (const entry of log.entries) {
    if (entry.number <= after || !asked(entry)) continue;
    more = shown.length === limit || bytes >= MOST_BYTES;
    if (more) break;
    const text = JSON.stringify(redacted(entry));
    shown.push(text);
    bytes += text.length;
    last = entry.number;
  }
  const next = new URLSearchParams(query);
  next.set('after', String(last));
  const forgotten = (log.entries[0]?.number ?? 1) - 1;
  return `{"requests":[${shown.join(',')}],"forgotten":${forgotten}${more ? `,"next":${JSON.stringify(`/_emulator/requests?${next}`)}` : ''}}`;
}
