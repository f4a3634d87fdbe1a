import { Search } from './memory';
import { sameTraits } from './traits';
import { REQUEST_ID_TAG } from '../../../contract/ownership-tags';
import { ControlPlane, KeyTraits } from '../../control-plane/port';
import { ServiceFault } from '../../service-fault';

/** Seconds before each look into the tag index, which may lag. Two minutes, then every key is looked at. */
const INDEX_WAITS = [2, 4, 8, 16, 30, 30, 30];
const SECONDS_BETWEEN_TAGS = 1;

export type SearchTurn =
  | { readonly found: string }
  | { readonly search: Search; readonly inSeconds: number };

export const BEGIN: Search = { indexLooks: 0 };
export const FIRST_WAIT = INDEX_WAITS[0];

/**
 * One turn of the search for the key that a request made without learning its ARN: first by the tag index,
 * which is free of the service's quota, then key by key, which is not.
 */
export async function searchByRequest(
  region: string, requestId: string, traits: KeyTraits, search: Search, plane: ControlPlane,
): Promise<SearchTurn> {
  return search.scan
    ? scanKeys(region, requestId, traits, search, plane)
    : askIndex(region, requestId, search, plane);
}

async function askIndex(region: string, requestId: string, search: Search, plane: ControlPlane): Promise<SearchTurn> {
  for (const keyArn of await indexed(region, { [REQUEST_ID_TAG]: requestId }, plane) ?? []) {
    if (await isOf(requestId, keyArn, plane)) { return { found: keyArn }; }
  }
  const indexLooks = search.indexLooks + 1;
  return indexLooks < INDEX_WAITS.length
    ? { search: { indexLooks }, inSeconds: INDEX_WAITS[indexLooks] }
    : { search: { indexLooks, scan: {} }, inSeconds: SECONDS_BETWEEN_TAGS };
}

/** `undefined` when the index cannot be asked: it is another service, with its own permissions and endpoint, and only a short cut. */
export async function indexed(region: string, tags: Record<string, string>, plane: ControlPlane): Promise<string[] | undefined> {
  try {
    return await plane.findKeysByTags(region, tags);
  } catch (fault) {
    if (fault instanceof ServiceFault) { return undefined; }
    throw fault;
  }
}

/** One request lists, later ones read the tags of what was listed: no turn needs more of the quota than it surely gets. */
async function scanKeys(
  region: string, requestId: string, traits: KeyTraits, search: Search, plane: ControlPlane,
): Promise<SearchTurn> {
  const { nextToken, candidates = [], last = false } = search.scan!;
  const [keyArn, ...rest] = candidates;
  if (keyArn) {
    return await isOf(requestId, keyArn, plane) ? { found: keyArn } : scanned(search, nextToken, rest, last);
  }
  const page = await plane.listKeys(region, nextToken);
  const similar = page.keys.filter(key => key.state === 'CREATE_COMPLETE' && sameTraits(key, traits)).map(key => key.keyArn);
  return scanned(search, page.nextToken, similar, page.nextToken === undefined);
}

function scanned(search: Search, nextToken: string | undefined, candidates: string[], last: boolean): SearchTurn {
  return last && candidates.length === 0
    ? { search: { ...search, exhausted: true }, inSeconds: 0 }
    : { search: { ...search, scan: { nextToken, candidates, last } }, inSeconds: SECONDS_BETWEEN_TAGS };
}

/** The index is only a hint; the key's own tags decide. */
async function isOf(requestId: string, keyArn: string, plane: ControlPlane): Promise<boolean> {
  return (await plane.listTags(keyArn))[REQUEST_ID_TAG] === requestId;
}
