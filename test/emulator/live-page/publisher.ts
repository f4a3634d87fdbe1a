/**
 * Tells every open live page what the emulator holds, and then what changes.
 *
 * A page that connects gets one `snapshot`. Five times a second the publisher looks whether something came to pass: a request, a
 * change of a key, a note, a task that was due. If so, or when it has not compared for a while, it compares all keys with what it
 * told last, and sends a message `changes` with what differs. So a change that nobody announced is told within a second, too.
 *
 * Between messages it keeps one text for each key, and no message. Without an open page it has no timer and keeps nothing.
 */
import { ServerResponse } from 'node:http';
import { EventStream } from './event-stream';
import { KeyOverview } from './overview';
import { changeRequest, failedRequest, secondsOfRequests } from './request-views';
import { Emulator } from '../emulator';
import { RequestLogEntry } from '../request-log';

const LOOK_EVERY_MILLISECONDS = 200;
/** With the look that notices that it is over, less than a second. */
const COMPARE_EVERY_MILLISECONDS = 600;
/** Less is the imprecision of two looks at two clocks. */
const CLOCK_MOVED_MILLISECONDS = 500;
const BEAT_EVERY_MILLISECONDS = 15_000;

/** Pages that may be open at once. */
export const MOST_STREAMS = 8;

/** How much of what has passed a page is told when it connects. It keeps as much. */
const STATE_CHANGES = 6000;
const CHANGE_REQUESTS = 1000;
const FAILED_REQUESTS = 50;
export const PLOTTED_SECONDS = 120;

/** What has been told until now. */
interface Told {
  readonly generation: number;
  /** By key id: the key as JSON. */
  readonly keys: Map<string, string>;
  regions: string;
  clockShift: number;
  /** By the machine's clock: the emulator's may stand still. */
  comparedAt: number;
  request: number;
  stateChange: number;
  note: number;
}

/** The entries after a number, the oldest first. */
function entriesAfter({ entries }: { entries: readonly RequestLogEntry[] }, number: number): readonly RequestLogEntry[] {
  let first = entries.length;
  while (first > 0 && entries[first - 1].number > number) first -= 1;
  return entries.slice(first);
}

/** What a view shows of the last entries of which it shows something, at most so many; the oldest first. Looks at no more than it has to. */
function lastOf<T>(entries: readonly RequestLogEntry[], view: (entry: RequestLogEntry) => T | undefined, most: number): T[] {
  const found: T[] = [];
  for (let index = entries.length - 1; index >= 0 && found.length < most; index -= 1) {
    const seen = view(entries[index]);
    if (seen !== undefined) found.push(seen);
  }
  return found.reverse();
}

/** What happened since something else was told, as members of a message; lists that are empty are left out. */
function events(emulator: Emulator, entries: readonly RequestLogEntry[], after: Pick<Told, 'stateChange' | 'note'>): Record<string, readonly object[]> {
  const { options: { clock }, history, notes } = emulator;
  const since = clock.now() - PLOTTED_SECONDS * 1000;
  const lists = {
    stateChanges: history.after(after.stateChange, STATE_CHANGES),
    changeRequests: lastOf(entries, changeRequest, CHANGE_REQUESTS),
    failedRequests: lastOf(entries, failedRequest, FAILED_REQUESTS),
    seconds: secondsOfRequests(entries.filter(({ time }) => time >= since)),
    notes: notes.after(after.note),
  };
  return Object.fromEntries(Object.entries(lists).filter(([, list]) => list.length > 0));
}

export class LivePublisher {
  private readonly streams = new Set<EventStream>();
  private told?: Told;
  private timers: NodeJS.Timeout[] = [];

  constructor(private readonly emulator: Emulator) {}

  get openStreams(): number {
    return this.streams.size;
  }

  /** Bytes of messages that wait for pages. */
  get waitingBytes(): number {
    return [...this.streams].reduce((sum, { waitingBytes }) => sum + waitingBytes, 0);
  }

  /** Serves a page until its connection is closed. */
  connect(response: ServerResponse): void {
    if (response.destroyed) return;
    if (this.streams.size >= MOST_STREAMS) {
      response.writeHead(503, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: `${MOST_STREAMS} live pages are open, and there are no more at once.` }));
      return;
    }
    // The others are told first, so that all pages know the same.
    this.publish();
    const stream = new EventStream(response, () => {
      this.publish();
      stream.sendAnew('snapshot', this.snapshot());
    });
    stream.whenClosed(() => this.disconnect(stream));
    this.streams.add(stream);
    if (this.streams.size === 1) this.begin();
    stream.sendAnew('snapshot', this.snapshot());
  }

  private begin(): void {
    this.told = this.look();
    const look = setInterval(() => { if (this.mayDiffer()) this.publish(); }, LOOK_EVERY_MILLISECONDS);
    const beat = setInterval(() => this.streams.forEach(stream => stream.beat()), BEAT_EVERY_MILLISECONDS);
    this.timers = [look, beat];
    this.timers.forEach(timer => timer.unref());
  }

  private disconnect(stream: EventStream): void {
    this.streams.delete(stream);
    if (this.streams.size > 0) return;
    this.timers.forEach(clearInterval);
    this.timers = [];
    this.told = undefined;
  }

  /** How far everything is. */
  private look(): Told {
    const { keys, regions } = this.emulator.overview();
    const { log, history, notes, generation } = this.emulator;
    return {
      generation,
      keys: new Map(keys.map(key => [key.id, JSON.stringify(key)])),
      regions: JSON.stringify(regions),
      clockShift: this.clockShift(),
      comparedAt: Date.now(),
      request: log.entries.at(-1)?.number ?? 0,
      stateChange: history.last,
      note: notes.last,
    };
  }

  /** How far the emulator's clock is ahead of the machine's, in milliseconds: it changes when somebody puts it forward. */
  private clockShift(): number {
    return this.emulator.options.clock.now() - Date.now();
  }

  private mayDiffer(): boolean {
    const { options: { clock }, log, history, notes, generation } = this.emulator;
    const told = this.told!;
    return told.generation !== generation
      || told.request !== (log.entries.at(-1)?.number ?? 0)
      || told.stateChange !== history.last
      || told.note !== notes.last
      || Date.now() - told.comparedAt >= COMPARE_EVERY_MILLISECONDS
      || (this.emulator.nextEventTime() ?? Infinity) <= clock.now();
  }

  /** Tells all pages what is new since the last message, if something is. */
  private publish(): void {
    if (this.told === undefined) return;
    const before = this.told;
    if (before.generation !== this.emulator.generation) {
      this.told = this.look();
      this.sendAll('snapshot', this.snapshot());
      return;
    }
    const changes = this.changes(before);
    if (Object.keys(changes).length > 0) this.sendAll('changes', JSON.stringify({ now: this.emulator.options.clock.now(), ...changes }));
  }

  /** What differs from what was told; from now on it counts as told. */
  private changes(before: Told): Record<string, unknown> {
    // The keys first: what was due happens while they are looked at.
    const { keys, regions } = this.emulator.overview();
    const changed = keys.filter(key => this.isNews(before.keys, key));
    const there = new Set(keys.map(({ id }) => id));
    const gone = [...before.keys.keys()].filter(id => !there.has(id));
    const regionsJson = JSON.stringify(regions);
    const clockShift = this.clockShift();
    const clockMoved = Math.abs(clockShift - before.clockShift) >= CLOCK_MOVED_MILLISECONDS;
    const entries = entriesAfter(this.emulator.log, before.request);
    const changes = {
      ...events(this.emulator, entries, before),
      ...changed.length > 0 && { keys: changed },
      ...gone.length > 0 && { gone },
      ...regionsJson !== before.regions && { regions },
      ...clockMoved && { clockMoved },
    };
    gone.forEach(id => before.keys.delete(id));
    Object.assign(before, {
      regions: regionsJson,
      clockShift: clockMoved ? clockShift : before.clockShift,
      comparedAt: Date.now(),
      request: entries.at(-1)?.number ?? before.request,
      stateChange: this.emulator.history.last,
      note: this.emulator.notes.last,
    } satisfies Partial<Told>);
    return changes;
  }

  /** Whether a key is not as it was told; from now on it counts as told. */
  private isNews(told: Map<string, string>, key: KeyOverview): boolean {
    const json = JSON.stringify(key);
    if (told.get(key.id) === json) return false;
    told.set(key.id, json);
    return true;
  }

  /** Everything that was told until now, as a page that knows nothing needs it. */
  private snapshot(): string {
    const { options, log } = this.emulator;
    const { keys, regions } = this.told!;
    const head = {
      now: options.clock.now(),
      account: options.account,
      // JSON has no Infinity.
      requestsPerSecond: options.tps === Infinity ? null : options.tps,
      plottedSeconds: PLOTTED_SECONDS,
      ...events(this.emulator, log.entries, { stateChange: 0, note: 0 }),
    };
    return `${JSON.stringify(head).slice(0, -1)},"regions":${regions},"keys":[${[...keys.values()].join(',')}]}`;
  }

  private sendAll(event: string, json: string): void {
    this.streams.forEach(stream => stream.send(event, json));
  }
}
