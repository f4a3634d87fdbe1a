import * as fc from 'fast-check';
import { FUNCTION_TIMEOUT_SECONDS } from '../../../src/provider/contract/envelope';
import { Emulator, RequestLogEntry } from '../../emulator';
import { OUR_ACCESS_KEY, Sent } from '../notebook';

/** The keys of others that runs attach something to, by the name that declarations use until a run knows the ARN. */
export const KEYS_OF_OTHERS = {
  /** Replicated everywhere. */
  first: { replicated: true },
  second: { replicated: true },
  /** Nowhere yet. */
  third: { replicated: false },
  fourth: { replicated: false },
  fifth: { replicated: false },
  sixth: { replicated: false },
} as const;
export type KeyName = keyof typeof KEYS_OF_OTHERS;

/** Something made for a resource, which only that resource may take away again. */
export interface Trace {
  /** Where and what, as a report names it. */
  readonly names: readonly string[];
  readonly text: string;
}

/** A resource type that attaches something to keys that it did not make. */
export interface Attached {
  readonly type: string;
  readonly logicalIds: readonly string[];
  /** What a template may declare; a key stands by its name. */
  declared(logicalId: string): fc.Arbitrary<Record<string, any>>;
  /** How the service differs from what was declared. */
  differences(sent: Sent, emulator: Emulator): string[];
  /** What was made for this logical id, is still there, and is in none of these declarations. */
  leftovers(logicalId: string, declared: ReadonlyArray<Record<string, any>>, emulator: Emulator, keys: Readonly<Record<KeyName, string>>): Trace[];
}

export const ours = (emulator: Emulator, operation: string): RequestLogEntry[] => emulator.log.entries
  .filter(entry => entry.operation === operation && entry.executed && entry.accessKeyId === OUR_ACCESS_KEY);

/** Whether the last to do so was us; what others did since is theirs. */
export function lastlyOurs(emulator: Emulator, operation: string, about: (input: any, region: string) => boolean): boolean {
  return emulator.log.entries.filter(({ operation: name, executed, input, region }) => name === operation && executed && about(input, region!))
    .at(-1)?.accessKeyId === OUR_ACCESS_KEY;
}

/** The operations on one list of Regions. Each answers with the list. */
export interface RegionOperations {
  readonly add: string;
  readonly remove: string;
  readonly look: string;
}

/**
 * Whether a Region that others added passes for one that we added, for all that can be known: a list of Regions does not say
 * who added one. It does so if ours was removed and theirs came before we saw the list without it, and if we added it after
 * them without having seen it there.
 */
export function passesForOurs(emulator: Emulator, { add, remove, look }: RegionOperations, about: (entry: RequestLogEntry) => boolean): boolean {
  const changes = (operation: string) => emulator.log.entries.filter(entry => entry.operation === operation && entry.executed && about(entry));
  const adds = changes(add);
  const theirs = adds.filter(({ accessKeyId }) => accessKeyId !== OUR_ACCESS_KEY).at(-1);
  if (!theirs) { return false; }
  const seen = [look, add, remove].flatMap(operation => ours(emulator, operation))
    .filter(entry => entry.status === 200 && entry.keyArn === theirs.keyArn && !wasCutOff(emulator, entry));
  const isSeenBetween = (from: number, to: number) => seen.some(({ number }) => number > from && number < to);
  const before = adds.filter(({ number }) => number < theirs.number).at(-1);
  const removed = changes(remove).filter(({ number }) => number < theirs.number).at(-1);
  return (before?.accessKeyId === OUR_ACCESS_KEY && removed !== undefined && !isSeenBetween(removed.number, theirs.number))
    || adds.some(({ accessKeyId, number }) => accessKeyId === OUR_ACCESS_KEY && number > theirs.number && !isSeenBetween(theirs.number, number));
}

/** Whether the turn that saw this was ended by the fault of its next request: then it recorded nothing. */
function wasCutOff(emulator: Emulator, { number, keyArn, time }: RequestLogEntry): boolean {
  const next = emulator.log.entries.find(entry => entry.number > number && entry.accessKeyId === OUR_ACCESS_KEY && entry.keyArn === keyArn);
  return next !== undefined && next.status !== 200 && next.time - time < FUNCTION_TIMEOUT_SECONDS * 1000;
}

export const keyIdOf = (keyArn: string) => keyArn.split('/')[1];

export function tagsIn(emulator: Emulator, keyArn: string, region: string): Readonly<Record<string, string>> | undefined {
  return emulator.snapshot(region).keys.find(({ key }) => key.KeyArn.endsWith(`/${keyIdOf(keyArn)}`))?.tags;
}

/** Regions in which the key is not as somebody who waits for replication needs it. What goes wrong after our last look, nobody can know. */
export function notReplicated(emulator: Emulator, keyArn: string, regions: readonly string[], waits: boolean): string[] {
  const now = replicationOf(emulator, keyArn);
  const seen = ours(emulator, 'GetKey').filter(one => one.keyArn === keyArn).at(-1)?.output as any;
  return regions
    .filter(region => !(now[region] !== undefined && (!waits || [now[region], seen?.Key.ReplicationStatus?.[region]?.Status].includes('SYNCHRONIZED'))))
    .map(region => `${keyArn} is ${now[region] ?? 'not replicated'} in ${region}`);
}

export function replicationOf(emulator: Emulator, keyArn: string): Record<string, string> {
  const found = emulator.snapshot(keyArn.split(':')[3]).keys.find(({ key }) => key.KeyArn === keyArn);
  return Object.fromEntries(Object.entries(found?.key.ReplicationStatus ?? {}).map(([region, { Status }]) => [region, Status]));
}
