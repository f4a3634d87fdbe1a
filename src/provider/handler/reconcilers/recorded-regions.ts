import { change, Refusable } from './change';
import { Looking } from './looking';
import { readRecord, RegionRecord, withRegions, writeRecord } from './record';
import { ServiceFault } from '../service-fault';
import { DeclaredRegions, InRegions, isLeaving, nextRegionStep, regionDifferences, Waiting, WAITING_ANEW } from './replication';
import { again, failed, Turn } from './turn';
import { ControlPlane } from '../control-plane/port';

/** Seconds between the looks for Regions that a call of unknown outcome may still add, and how often: clients and function give up sooner. */
const SECONDS_BETWEEN_LATE_LOOKS = 20;
const LATE_LOOKS = 2;

/** What the memory has to know of a turn that never came back. */
export function afterInterruption<M extends RecordedMemory>(memory: M, interrupted: boolean): M {
  return interrupted && memory.added ? { ...memory, adding: true } : memory;
}

/** What is known of earlier turns. Everything else is looked up anew. */
export interface RecordedMemory extends Refusable, Looking, Waiting {
  /** What the record holds, once it was read. */
  readonly record?: RegionRecord;
  /** What it is to hold: written in the next turn. */
  readonly toRecord?: RegionRecord;
  /** Regions that this request adds, from before it does. */
  readonly added?: string[];
  /** True while a call may still add them whose answer never came. */
  readonly adding?: boolean;
  /** Looks of the undoing that found nothing to remove; present once it has begun. */
  readonly lateLooks?: number;
}

/** Something that has Regions and cannot be tagged, so that a record says which of them are ours. */
export interface Holder<M extends RecordedMemory> {
  /** By this the record knows it. */
  readonly name: string;
  readonly physicalId: string;
  /** Where the record is. */
  readonly region: string;
  readonly recordName: string;
  /** For people. */
  readonly text: string;
  readonly secondsUntilLook: number;
  look(memory: M): Promise<{ readonly there: InRegions; readonly memory: M } | { readonly absent: true } | { readonly turn: Turn<M> }>;
  /** Both tell what is known once the call was made. */
  add(regions: string[]): Promise<Partial<M>>;
  remove(regions: string[]): Promise<Partial<M>>;
  /** The command that removes them. */
  removal(regions: readonly string[]): string;
}

/** The turn that reads the record, or writes what the turn before asked for; `undefined` when neither is needed. */
export async function recordTurn<M extends RecordedMemory>(holder: Holder<M>, memory: M, plane: ControlPlane): Promise<Turn<M> | undefined> {
  if (memory.toRecord) { return write(holder, memory, memory.toRecord, plane); }
  if (memory.record) { return undefined; }
  const seen = await readRecord(holder.region, holder.recordName, plane);
  if ('record' in seen) { return again({ ...memory, record: seen.record }, 0, holder.text); }
  return failed(memory, 'gone' in seen ? `${seen.gone}. Nothing was changed. Declare this resource under a new construct id` : seen.unreadable);
}

/** The next call that brings the Regions to what is declared; `undefined` when there is none left. */
export async function regionTurn<M extends RecordedMemory>(
  holder: Holder<M>, declared: DeclaredRegions, memory: M, there: InRegions,
): Promise<Turn<M> | undefined> {
  const owned = recorded(holder, memory);
  const differences = regionDifferences(declared, there);
  const step = nextRegionStep(declared, differences, owned, differences.surplus.filter(region => owned.includes(region)), memory);
  if (!step) { return undefined; }
  const { call, regions } = step;
  if (call === 'remove') { return remove(holder, regions, memory); }
  const { added = [] } = memory;
  const coming = differences.missing.concat(differences.leaving).filter(region => regions.includes(region) && !added.includes(region));
  const noted: M = coming.length > 0 ? { ...memory, added: [...added, ...coming], made: holder.physicalId } : memory;
  if (call === 'record') { return again({ ...noted, toRecord: withRegions(memory.record!, holder.name, regions) }, 0, 'our Regions to be recorded'); }
  if (coming.length > 0) { return again(noted, 0, 'the intention to be recorded'); }
  let learnt: Partial<M> = {};
  let lost = false;
  const what = `${holder.text} to get ${regions.join(', ')}`;
  const turn = await change(memory, {
    what,
    call: async () => {
      try {
        learnt = await holder.add(regions);
      } catch (fault) {
        lost = fault instanceof ServiceFault && !fault.provesNotExecuted;
        throw fault;
      }
    },
    // Nobody knows how the service refuses to add a Region that it is still deleting. What is lost is looked for.
    passing: differences.leaving.length > 0 ? ['conflict', 'unknownOutcome', 'invalid'] : ['conflict', 'unknownOutcome'],
  }, after => again({ ...after, ...WAITING_ANEW, adding: undefined, ...learnt }, holder.secondsUntilLook, what));
  return lost ? { ...turn, memory: { ...turn.memory, adding: true } } : turn;
}

/** What is there besides what is declared, and not ours. */
export function foreignNotes(declared: DeclaredRegions, there: InRegions): string[] {
  const { surplus } = regionDifferences(declared, there);
  return surplus.length > 0 ? [`left as they are, since this resource did not add them: ${surplus.join(', ')}`] : [];
}

/** Takes away all that the record calls ours, for whatever request that was, and nothing else. */
export async function removeRecorded<M extends RecordedMemory>(holder: Holder<M>, memory: M, plane: ControlPlane): Promise<Turn<M>> {
  if (memory.toRecord) { return write(holder, memory, memory.toRecord, plane); }
  if (!memory.record) {
    const seen = await readRecord(holder.region, holder.recordName, plane);
    if ('record' in seen) { return again({ ...memory, record: seen.record }, 0, holder.text); }
    return 'unreadable' in seen ? failed(memory, seen.unreadable) : {
      ...done(holder, memory),
      leftBehind: `${seen.gone}, so nothing was taken away from ${holder.text}. A Region that nobody needs there: ${holder.removal(['<Region>'])}`,
    };
  }
  const owned = recorded(holder, memory);
  if (owned.length === 0) { return done(holder, memory); }
  const seen = await holder.look(memory);
  if ('turn' in seen) { return seen.turn; }
  if ('absent' in seen) { return done(holder, memory); }
  const ours = owned.filter(region => isThere(region, seen.there));
  return ours.length > 0 ? remove(holder, ours, seen.memory) : forgetting(holder, owned, seen.memory);
}

/** Takes away what the request that left this memory added, and nothing else. */
export async function undoAdded<M extends RecordedMemory>(holder: Holder<M>, memory: M, plane: ControlPlane): Promise<Turn<M>> {
  const { added = [], lateLooks } = memory;
  if (added.length === 0) { return done(holder, memory); }
  if (lateLooks === undefined) {
    // Its last turn may have written more than it came to remember.
    const seen = await readRecord(holder.region, holder.recordName, plane);
    if ('unreadable' in seen) { return failed(memory, seen.unreadable); }
    return 'gone' in seen
      ? { ...done(holder, memory), leftBehind: addedTraces(memory, holder) }
      : again({ ...memory, record: seen.record, toRecord: undefined, refused: undefined, lateLooks: 0 }, 0, holder.text);
  }
  if (memory.toRecord) { return write(holder, memory, memory.toRecord, plane); }
  const ours = recorded(holder, memory).filter(region => added.includes(region));
  if (ours.length === 0) { return done(holder, memory); }
  const seen = await holder.look(memory);
  if ('turn' in seen) { return seen.turn; }
  if ('absent' in seen) { return forgetting(holder, ours, memory); }
  const there = ours.filter(region => isThere(region, seen.there));
  if (there.length > 0) { return remove(holder, there, { ...seen.memory, adding: undefined }); }
  return memory.adding && lateLooks < LATE_LOOKS
    ? again({ ...seen.memory, lateLooks: lateLooks + 1 }, SECONDS_BETWEEN_LATE_LOOKS, `what may still be added to ${holder.text}`)
    : forgetting(holder, ours, seen.memory);
}

/** What a request that left this memory may have added, for people. */
export function addedTraces(memory: RecordedMemory, { text, removal }: Pick<Holder<any>, 'text' | 'removal'>): string | undefined {
  const { added = [] } = memory;
  return added.length === 0 ? undefined
    : `this request may have added ${added.join(', ')} to ${text}. If nobody needs that: ${removal(added)}`;
}

function done<M extends RecordedMemory>({ physicalId }: Holder<M>, memory: M): Extract<Turn<M>, { kind: 'done' }> {
  return { kind: 'done', memory, physicalId, attributes: {} };
}

function recorded<M extends RecordedMemory>({ name }: Holder<M>, { record }: M): readonly string[] {
  return record![name] ?? [];
}

function isThere(region: string, { replication }: InRegions): boolean {
  return region in replication && !isLeaving(replication[region]);
}

function remove<M extends RecordedMemory>(holder: Holder<M>, regions: string[], memory: M): Promise<Turn<M>> {
  let learnt: Partial<M> = {};
  const what = `${holder.text} to lose ${regions.join(', ')}`;
  return change(memory, { what, call: async () => { learnt = await holder.remove(regions); } },
    after => again({ ...after, ...learnt }, holder.secondsUntilLook, what));
}

/** Regions that are not there any more are not ours either. */
function forgetting<M extends RecordedMemory>(holder: Holder<M>, regions: readonly string[], memory: M): Turn<M> {
  const rest = recorded(holder, memory).filter(region => !regions.includes(region));
  return again({ ...memory, toRecord: withRegions(memory.record!, holder.name, rest) }, 0, 'our Regions to be recorded');
}

async function write<M extends RecordedMemory>(holder: Holder<M>, memory: M, record: RegionRecord, plane: ControlPlane): Promise<Turn<M>> {
  await writeRecord(holder.region, holder.recordName, record, plane);
  return again({ ...memory, record, toRecord: undefined }, 0, holder.text);
}
