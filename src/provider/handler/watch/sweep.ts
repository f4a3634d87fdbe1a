import { backgroundLooks, TimeIsOver } from './background-looks';
import { examine, Examined, secondLook } from './examination';
import { Finding, identityOf } from './finding';
import { FindingSource, WatchOptions, WatchPorts } from './ports';
import { logFinding, logResource, logSweep } from './report';
import { FIRST_STATE, StandingFinding, SweepProgress, SweepState } from './sweep-state';
import { StackResource } from './watched-resource';
import { WATCH_INTERVAL } from '../../contract/watch';
import { Looks } from '../control-plane/port';

/*
 * One invocation of a watch. It goes on with the sweep that is under way, begins one if the interval is over, or does nothing.
 *
 *   read the state -> take the lease -> a batch of resources -> … -> complete
 *
 *   a batch   look at resources for a minute; look once more at those that are not as declared, a minute after the first look;
 *             tell what is new; write how far the sweep has come
 *   complete  tell what is resolved, count, write the state
 *
 * A batch whose second looks do not fit into the time of the function ends with those that do. One that does not get to its end,
 * because of a fault or because the function dies, is made again by the next invocation: what was told of it may be told twice, and
 * nothing is left out. Every write is conditional on the state that was read, so of two invocations at once one ends.
 *
 * For example, 300 keys in us-east-1 alone, each with two looks, 2 s apart: 20 minutes, in two invocations.
 */

type UnderWay = Extract<SweepProgress, { kind: 'underWay' }>;

const BATCH_SECONDS = 60;
/** A second look is longer than this after the first, so that it knows what CloudFormation did meanwhile. */
const SECONDS_BETWEEN_LISTS = 30;
/** A batch with second looks takes no longer, in most cases. */
const SECONDS_FOR_A_BATCH = 240;
/** Schedules are not exact, and the retry of a function that failed is a minute late: half of the shortest time between two wakes. */
const SECONDS_EARLY = WATCH_INTERVAL.least * 60 / 2;

/** What an invocation came to, for whoever made it. */
export type SweepOutcome =
  | { readonly outcome: 'complete' }
  /** The time of the function was over, or another invocation took the sweep over: the next wake goes on. */
  | { readonly outcome: 'underWay' }
  /** Another invocation is at work. */
  | { readonly outcome: 'leased'; readonly until: string }
  | { readonly outcome: 'notDue'; readonly lastBeganAt: string };

/** @param end when the function must have ended */
export async function sweep(options: WatchOptions, ports: WatchPorts, end: Date): Promise<SweepOutcome> {
  const before = await ports.sweepTable.readSweep(options.name) ?? FIRST_STATE;
  const now = ports.now();
  const progress = beginning(before, options, now);
  if (!progress) { return { outcome: 'notDue', lastBeganAt: before.beganAt }; }
  if (now < new Date(before.leasedUntil)) { return { outcome: 'leased', until: before.leasedUntil }; }
  const work = new Sweep(options, ports, end, before);
  const beganAt = before.progress.kind === 'underWay' ? before.beganAt : now.toISOString();
  if (!await work.write({ beganAt, leasedUntil: end.toISOString(), progress })) { return { outcome: 'underWay' }; }
  try {
    await work.goOn();
    return { outcome: work.isComplete ? 'complete' : 'underWay' };
  } catch (error) {
    // AWS Lambda runs a function that failed twice more, the first time after a minute.
    await work.giveBack().catch(() => {});
    throw error;
  }
}

/** Where the invocation begins; `undefined` before the interval is over. */
function beginning({ progress, beganAt }: SweepState, { intervalSeconds }: WatchOptions, now: Date): UnderWay | undefined {
  if (progress.kind === 'underWay') { return progress; }
  const seconds = (now.getTime() - Date.parse(beganAt)) / 1000;
  return seconds < intervalSeconds - SECONDS_EARLY ? undefined : { kind: 'underWay', after: '', found: [], resources: 0, outOfSync: 0, notWatched: 0 };
}

class Sweep {
  private readonly looks: Looks;
  private readonly ports: WatchPorts;
  /** What stood before this sweep. */
  private readonly stood: ReadonlyMap<string, StandingFinding>;

  constructor(private readonly options: WatchOptions, ports: WatchPorts, private readonly end: Date, private state: SweepState) {
    this.ports = { ...ports, stackResources: listedSeldom(ports), pause: seconds => this.pause(seconds, ports) };
    this.looks = backgroundLooks(ports.looks, ports.limiterTable, this.ports, end);
    this.stood = new Map(state.standing.map(one => [identityOf(one), one] as const));
  }

  get isComplete(): boolean {
    return this.state.progress.kind === 'complete';
  }

  /** Answers whether this invocation is still the one at work. */
  async write(changed: Partial<SweepState>): Promise<boolean> {
    const next = { ...this.state, ...changed, revision: this.state.revision + 1 };
    if (!await this.ports.sweepTable.writeSweep(this.options.name, next)) { return false; }
    this.state = next;
    return true;
  }

  async goOn(): Promise<void> {
    const { resources: only } = this.options;
    const all = [...await this.ports.stackResources()].filter(({ logicalId }) => !only || only.includes(logicalId))
      .sort((one, other) => one.logicalId < other.logicalId ? -1 : 1);
    try {
      for (let left = this.left(all); left.length > 0 && this.secondsLeft() >= SECONDS_FOR_A_BATCH; left = this.left(all)) {
        if (!await this.batch(left)) { return; }
      }
    } catch (error) {
      if (!(error instanceof TimeIsOver)) { throw error; }
    }
    await (this.left(all).length === 0 ? this.complete() : this.giveBack());
  }

  /** Lets the next invocation go on before the lease is over. */
  async giveBack(): Promise<void> {
    await this.write({ leasedUntil: this.ports.now().toISOString() });
  }

  private get source(): FindingSource {
    return { stackId: this.ports.stackId, watch: this.options.name };
  }

  private get progress(): UnderWay {
    return this.state.progress as UnderWay;
  }

  private left(all: readonly StackResource[]): readonly StackResource[] {
    return all.filter(({ logicalId }) => logicalId > this.progress.after);
  }

  private secondsLeft(): number {
    return (this.end.getTime() - this.ports.now().getTime()) / 1000;
  }

  private async pause(seconds: number, ports: WatchPorts): Promise<void> {
    if (seconds > this.secondsLeft()) { throw new TimeIsOver(); }
    await ports.pause(seconds);
  }

  /** Answers whether the sweep is still that of this invocation. */
  private async batch(resources: readonly StackResource[]): Promise<boolean> {
    const { ports, looks } = this;
    const until = ports.now().getTime() + BATCH_SECONDS * 1000;
    const first: Examined[] = [];
    for (const resource of resources) {
      first.push(await examine(resource, looks, ports));
      if (ports.now().getTime() >= until) { break; }
    }
    const examined: Examined[] = [];
    try {
      for (const one of first) { examined.push(await secondLook(one, looks, ports)); }
    } catch (error) {
      if (!(error instanceof TimeIsOver) || examined.length === 0) { throw error; }
    }
    await this.tell(examined);
    return this.write({ progress: this.after(examined) });
  }

  private after(examined: readonly Examined[]): UnderWay {
    const { progress } = this;
    const found = examined.flatMap(one => this.standing(one));
    const counted = (is: (one: Examined) => boolean) => examined.filter(is).length;
    return {
      kind: 'underWay',
      after: examined[examined.length - 1].resource.logicalId,
      found: [...progress.found, ...found],
      resources: progress.resources + examined.length,
      outOfSync: progress.outOfSync + counted(({ findings }) => findings.some(({ code }) => code !== 'NOT_WATCHED')),
      notWatched: progress.notWatched + counted(({ findings }) => findings.some(({ code }) => code === 'NOT_WATCHED')),
    };
  }

  /** What stands of a resource. Of one that could not be compared, what stood before still does. */
  private standing({ kind, resource, findings, at }: Examined): StandingFinding[] {
    const found = findings.map(one => this.stoodBefore(one) ?? { ...remembered(one), since: at.toISOString() });
    if (kind === 'compared') { return found; }
    const identities = new Set(findings.map(identityOf));
    return [...found, ...this.state.standing.filter(one => one.logicalId === resource.logicalId && !identities.has(identityOf(one)))];
  }

  private stoodBefore(finding: Finding): StandingFinding | undefined {
    return this.stood.get(identityOf(finding));
  }

  private async tell(examined: readonly Examined[]): Promise<void> {
    const { ports, source } = this;
    examined.forEach(one => logResource(one, source, ports.write));
    const findings = examined.flatMap(one => one.findings);
    findings.forEach(finding => logFinding(finding, source, ports.write));
    const events = findings.filter(finding => !this.stoodBefore(finding))
      .map(found => ({ kind: 'found' as const, time: ports.now(), resources: found.keyArn === undefined ? [] : [found.keyArn], detail: { ...found, ...source } }));
    if (events.length > 0) { await ports.publish(events); }
  }

  /** What stood before and was not found again is resolved, also since its resource is not watched any more. */
  private async complete(): Promise<void> {
    const { progress, ports, options, state } = this;
    const stands = new Set(progress.found.map(identityOf));
    const events = state.standing.filter(one => !stands.has(identityOf(one)))
      .map(stood => ({ kind: 'resolved' as const, time: ports.now(), resources: stood.keyArn === undefined ? [] : [stood.keyArn], detail: { ...stood, ...this.source } }));
    if (events.length > 0) { await ports.publish(events); }
    const now = ports.now();
    if (!await this.write({ leasedUntil: now.toISOString(), progress: { kind: 'complete' }, standing: progress.found })) { return; }
    logSweep(progress, options, now, ports.write);
  }
}

/** The resources of the stack, as they were listed not long ago. */
function listedSeldom({ stackResources, now }: WatchPorts): WatchPorts['stackResources'] {
  let last: { readonly at: number; readonly resources: readonly StackResource[] } | undefined;
  return async () => {
    const at = now().getTime();
    if (!last || at >= last.at + SECONDS_BETWEEN_LISTS * 1000) { last = { at, resources: await stackResources() }; }
    return last.resources;
  };
}

function remembered({ code, logicalId, region, subject, keyArn }: Finding): Omit<StandingFinding, 'since'> {
  return { code, logicalId, region, ...subject === undefined ? {} : { subject }, ...keyArn === undefined ? {} : { keyArn } };
}
