import { invalid } from './errors';

export interface PageInput {
  readonly NextToken?: string;
  readonly MaxResults?: number;
}

const DEFAULT_RESULTS = 50;

/** Opaque to callers, good for the list it came from only. */
const encode = (list: string, last: string): string => Buffer.from(JSON.stringify([list, last])).toString('base64url');

function decode(list: string, token: string): string {
  try {
    const [from, last] = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[];
    if (from === list && typeof last === 'string') return last;
  } catch {
    // Not one of ours.
  }
  throw invalid('NextToken is not valid.');
}

/** One page of a list in the order of its positions, which survive additions and deletions between two pages. */
export function page<T>(list: string, items: readonly T[], position: (item: T) => string, input: PageInput): { items: T[]; NextToken?: string } {
  const after = input.NextToken === undefined ? '' : decode(list, input.NextToken);
  const left = items
    .filter(item => position(item) > after)
    .sort((one, other) => position(one) < position(other) ? -1 : 1);
  const shown = left.slice(0, input.MaxResults ?? DEFAULT_RESULTS);
  const more = left.length > shown.length;
  return { items: shown, ...more && { NextToken: encode(list, position(shown[shown.length - 1])) } };
}
