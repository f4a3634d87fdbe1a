import { Listing, Observation, StackObservation, Tags } from './observations';
import { stackIdsIn } from './ownership';
import { OutOfTime, Paced, paced } from './pace';
import { InventoryPorts, Keys, StackResource, Stacks } from './ports';
import { WorkFiles } from './work-files';
import { ADOPTED_PAYMENT_KEY } from '../../provider/contract/adopted-payment-key';
import { MULTI_REGION_PAYMENT_KEY } from '../../provider/contract/multi-region-payment-key';
import { ServiceFault } from '../../provider/handler/control-plane/fault';

/*
 * Reads one Region, as far as one invocation comes; the state machine calls again until it is done.
 *
 *   list       all pages of ListKeys and ListAliases: what is there at this moment. Kept as a whole, or done again
 *   describe   GetKey and ListTagsForResource of each key, kept in parts of 25 keys
 *   check      whether the stacks that tags name exist, and which keys they declare, kept in parts of 10 stacks
 *
 * Tags are not read from the tag index (GetResources of the Resource Groups Tagging API), although it would halve the requests: it
 * lags behind, AWS does not say for how long, and leaves out what never had a tag. A key would look as if nobody declared it.
 *
 * For example, of 2,000 keys the first invocation lists all and describes about 400, and five more describe the others. One that is
 * cut off loses the part that it was at, 25 keys, and nothing that was kept.
 */

/** 50 requests, or 50 seconds. */
const KEYS_IN_PART = 25;
const STACKS_IN_PART = 10;

/** A new key may not be found for a moment (GetKey after CreateKey). One that is not found so often is gone. */
const MOST_LOOKS = 3;

/** Resources whose physical id is the ARN of the key that they declare. */
const KEY_TYPES: ReadonlySet<string> = new Set([MULTI_REGION_PAYMENT_KEY, ADOPTED_PAYMENT_KEY, 'AWS::PaymentCryptography::Key']);

/** @param deadline in milliseconds since 1970: no request is sent later */
export async function readRegion(ports: InventoryPorts, work: WorkFiles, region: string, deadline: number): Promise<{ readonly done: boolean }> {
  const ofService = paced(ports, deadline);
  const ofStacks = paced(ports, deadline);
  const at = () => new Date(ports.now()).toISOString();

  const listing = await work.listing(region)
    ?? await unlessOutOfTime(async () => work.createListing(region, await list(ports.keys, ofService, region, at)));
  if (!listing) { return { done: false }; }

  const observations = await work.completeObservations(region, listing.keyArns.length, from =>
    asManyAsPossible(listing.keyArns.slice(from, from + KEYS_IN_PART), keyArn => describe(ports.keys, ofService, keyArn, at)));
  if (!observations) { return { done: false }; }

  const stackIds = stackIdsIn(observations, { account: ports.settings.account, region });
  const stacks = await work.completeStacks(region, stackIds.length, from =>
    asManyAsPossible(stackIds.slice(from, from + STACKS_IN_PART), stackId => check(ports.stacks, ofStacks, stackId)));
  return { done: stacks !== undefined };
}

async function list(keys: Keys, ask: Paced, region: string, at: () => string): Promise<Listing> {
  const listedAt = at();
  const keyPages = await allPages(token => ask(() => keys.listKeys(region, token)));
  const aliasPages = await allPages(token => ask(() => keys.listAliases(region, token)));
  // A key that is deleted while pages are read may shift others, so that one is on two pages.
  const keyArns = [...new Set(keyPages.flatMap(page => page.keyArns))];
  const aliases = new Map(aliasPages.flatMap(page => page.aliases).map(alias => [alias.aliasName, alias]));
  return { listedAt, keyArns, aliases: [...aliases.values()] };
}

async function describe(keys: Keys, ask: Paced, keyArn: string, at: () => string): Promise<Observation> {
  for (let looks = 1; ; looks += 1) {
    try {
      const key = await ask(() => keys.getKey(keyArn));
      const tags: Tags = Object.assign({}, ...(await allPages(token => ask(() => keys.listTags(keyArn, token)))).map(page => page.tags));
      return { kind: 'described', observedAt: at(), key, tags };
    } catch (fault) {
      if (!(fault instanceof ServiceFault && fault.kind === 'notFound')) { throw fault; }
      if (looks === MOST_LOOKS) { return { kind: 'disappeared', observedAt: at(), keyArn }; }
    }
  }
}

async function check(stacks: Stacks, ask: Paced, stackId: string): Promise<StackObservation> {
  const stack = await ask(() => stacks.describeStack(stackId));
  if (!stack) { return { kind: 'deleted', stackId }; }
  const pages = await allPages(token => ask(() => stacks.listStackResources(stackId, token)));
  const keys = pages.flatMap(({ resources }) => resources).filter(({ type }: StackResource) => KEY_TYPES.has(type));
  return { kind: 'exists', stackId, stackName: stack.stackName, keys: keys.map(({ physicalId, logicalId }) => ({ keyArn: physicalId, logicalId })) };
}

async function allPages<Page extends { readonly nextToken?: string }>(page: (nextToken: string | undefined) => Promise<Page>): Promise<Page[]> {
  const pages: Page[] = [];
  let nextToken: string | undefined;
  do {
    const next = await page(nextToken);
    pages.push(next);
    nextToken = next.nextToken;
  } while (nextToken);
  return pages;
}

/** One after the other, until time is over. */
async function asManyAsPossible<From, To>(items: readonly From[], convert: (item: From) => Promise<To>): Promise<To[]> {
  const converted: To[] = [];
  for (const item of items) {
    const next = await unlessOutOfTime(() => convert(item));
    if (next === undefined) { break; }
    converted.push(next);
  }
  return converted;
}

async function unlessOutOfTime<T>(act: () => Promise<T>): Promise<T | undefined> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof OutOfTime) { return undefined; }
    throw error;
  }
}
