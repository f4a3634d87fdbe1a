import { REQUEST_ID_TAG } from '../../../contract/ownership-tags';
import { ifFound, ServiceFault } from '../../control-plane/fault';
import { KeyTraits, Looks } from '../../control-plane/port';
import { secondsSince } from '../change';
import { Tags } from '../ownership';
import { LostCreation } from '../reconciler';
import { CreationCheckpoint, Forsaking, ScanCheckpoint } from './checkpoint';
import { sameTraits } from './traits';

/*
 * The search for the key that CreateKey may have made although its answer was lost. The key bears the tag of its request.
 *
 * The tag index is asked first: it is free of the service's quota, but may lag, or not be reachable. A minute after the
 * call, every key of the same kind is looked at, and once more after five minutes, the latest that the service accepts a
 * signed request (rule L5 of the ledger). What is not found then is not there. A deadline may end the search before.
 *
 *   creating: ask the index -> wait -> ask the index -> … -> scanning: list a page -> read the tags of its keys -> … -> creating
 */

const SECONDS_UNTIL_FIRST_SCAN = 60;
const SECONDS_UNTIL_LAST_SCAN = 300;
const SHORTEST_PAUSE_SECONDS = 2;
const LONGEST_PAUSE_SECONDS = 30;

export type SearchTurn =
  | { readonly kind: 'found'; readonly keyArn: string }
  | { readonly kind: 'notYet'; readonly checkpoint: CreationCheckpoint; readonly inSeconds: number }
  | { readonly kind: 'exhausted' };

/** One turn of the search. `traits` are those that the key must have, if that is known: what an import brings is not. */
export async function searchByRequest(
  region: string, lost: LostCreation, traits: KeyTraits | undefined, checkpoint: CreationCheckpoint, plane: Looks, now: Date,
): Promise<SearchTurn> {
  return checkpoint.phase === 'scanning'
    ? scan(region, lost.requestId, traits, checkpoint, plane)
    : askIndex(region, lost, checkpoint.phase === 'creating' ? checkpoint.lastScan : undefined, checkpoint, plane, now);
}

async function askIndex(
  region: string, { since, requestId }: LostCreation, lastScan: string | undefined, checkpoint: CreationCheckpoint, plane: Looks, now: Date,
): Promise<SearchTurn> {
  for (const keyArn of await indexed(region, new Map([[REQUEST_ID_TAG, requestId]]), plane)) {
    if (await isOf(requestId, keyArn, plane)) { return { kind: 'found', keyArn }; }
  }
  const elapsed = secondsSince(since.toISOString(), now);
  const scannedAt = lastScan === undefined ? -1 : secondsSince(since.toISOString(), new Date(lastScan));
  if (scannedAt >= SECONDS_UNTIL_LAST_SCAN) { return { kind: 'exhausted' }; }
  const nextScan = scannedAt < 0 ? SECONDS_UNTIL_FIRST_SCAN : SECONDS_UNTIL_LAST_SCAN;
  if (elapsed >= nextScan) {
    const { forsaken } = checkpoint;
    return { kind: 'notYet', checkpoint: { phase: 'scanning', forsaken, began: now.toISOString(), candidates: [], next: { kind: 'firstPage' } }, inSeconds: 0 };
  }
  const pause = Math.min(LONGEST_PAUSE_SECONDS, Math.max(SHORTEST_PAUSE_SECONDS, Math.floor(elapsed / 2)), Math.ceil(nextScan - elapsed));
  return { kind: 'notYet', checkpoint, inSeconds: pause };
}

/** None when the index cannot be asked: it is another service, with its own permissions and endpoint, and only a short cut. */
async function indexed(region: string, tags: Tags, plane: Looks): Promise<readonly string[]> {
  try {
    return await plane.findKeysByTags(region, tags);
  } catch (fault) {
    if (fault instanceof ServiceFault) { return []; }
    throw fault;
  }
}

/** One turn lists a page, the next reads the tags of what was listed. */
async function scan(
  region: string, requestId: string, traits: KeyTraits | undefined, checkpoint: ScanCheckpoint & Forsaking, plane: Looks,
): Promise<SearchTurn> {
  const { forsaken, began, candidates, next } = checkpoint;
  for (const keyArn of candidates) {
    if (await isOf(requestId, keyArn, plane)) { return { kind: 'found', keyArn }; }
  }
  if (next.kind === 'noPage') { return { kind: 'notYet', checkpoint: { phase: 'creating', forsaken, lastScan: began }, inSeconds: 0 }; }
  const page = await plane.listKeys(region, next.kind === 'page' ? next.token : undefined);
  const similar = page.keys.filter(key => key.state.startsWith('CREATE_') && (!traits || sameTraits(key, traits))).map(({ keyArn }) => keyArn);
  const after = page.nextToken === undefined ? { kind: 'noPage' } as const : { kind: 'page', token: page.nextToken } as const;
  return { kind: 'notYet', checkpoint: { ...checkpoint, candidates: similar, next: after }, inSeconds: 0 };
}

/** The index is only a hint; the key's own tags decide. */
async function isOf(requestId: string, keyArn: string, plane: Looks): Promise<boolean> {
  return (await ifFound(() => plane.listTags(keyArn)))?.get(REQUEST_ID_TAG) === requestId;
}
