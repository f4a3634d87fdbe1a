import { Listing, Observation, StackObservation } from './observations';
import { Files } from './ports';
import { ServiceFault } from '../../provider/handler/control-plane/fault';
import { IN_PROGRESS_FOLDER } from '../contract/object-names';

/*
 * What a run knows between two invocations: objects below `.in-progress/<run>/`.
 *
 *   plan.json                    which Regions the run reads
 *   us-east-1/listing.json       the keys and aliases of a Region, at one moment
 *   us-east-1/keys-00000.jsonl   what became of these keys, from number 0 on: one line for each key
 *   us-east-1/keys-00025.jsonl   the same, from number 25 on
 *   us-east-1/stacks-00000.jsonl the stacks that tags of these keys name
 *
 * An object is written once and as a whole: whoever comes second with one of the same name leaves it as it is, and reads it. So
 * invocations that overlap, because one was given up and still ran, agree on one list without a gap or a line twice. Everything
 * that a run publishes follows from these objects alone.
 */

/** What a run was begun with. It stays, whatever is deployed meanwhile. */
export interface Plan {
  readonly format: number;
  readonly execution: string;
  readonly startedAt: string;
  readonly account: string;
  readonly regions: readonly string[];
  readonly libraryVersion: string;
}

/** A list that several work files hold, in parts. */
interface Parts<T> {
  readonly folder: string;
  readonly kind: 'keys' | 'stacks';
  /** The items from this number on: as many as there is time for, at least one unless time is over. */
  readonly more: (from: number) => Promise<readonly T[]>;
}

export class WorkFiles {
  constructor(private readonly files: Files, private readonly run: string) {}

  async plan(): Promise<Plan | undefined> {
    return this.json<Plan>(this.planName);
  }

  /** The plan of the run: this one, unless there is one. */
  async createPlan(plan: Plan): Promise<Plan> {
    await this.files.create(this.planName, JSON.stringify(plan), JSON_TYPE);
    return (await this.plan())!;
  }

  async listing(region: string): Promise<Listing | undefined> {
    return this.json<Listing>(this.listingName(region));
  }

  async createListing(region: string, listing: Listing): Promise<Listing> {
    await this.files.create(this.listingName(region), JSON.stringify(listing), JSON_TYPE);
    return (await this.listing(region))!;
  }

  /** What became of the keys of a Region, as far as it is known. */
  async observations(region: string): Promise<readonly Observation[]> {
    return this.read({ folder: this.folder(region), kind: 'keys' });
  }

  /** Reads on until so many keys are described; `undefined` when time is over before. */
  async completeObservations(region: string, length: number, more: Parts<Observation>['more']): Promise<readonly Observation[] | undefined> {
    return this.complete({ folder: this.folder(region), kind: 'keys', more }, length);
  }

  async stacks(region: string): Promise<readonly StackObservation[]> {
    return this.read({ folder: this.folder(region), kind: 'stacks' });
  }

  async completeStacks(region: string, length: number, more: Parts<StackObservation>['more']): Promise<readonly StackObservation[] | undefined> {
    return this.complete({ folder: this.folder(region), kind: 'stacks', more }, length);
  }

  /** Once the run is complete, or given up. */
  async remove(): Promise<void> {
    await this.files.remove(await this.files.list(`${this.folder()}/`));
  }

  private async read<T>({ folder, kind }: Omit<Parts<T>, 'more'>): Promise<readonly T[]> {
    const there = new Set(await this.files.list(`${folder}/${kind}-`));
    const items: T[] = [];
    for (let name = partName(folder, kind, 0); there.has(name); name = partName(folder, kind, items.length)) {
      items.push(...lines<T>(await this.files.read(name)));
    }
    return items;
  }

  private async complete<T>(parts: Parts<T>, length: number): Promise<readonly T[] | undefined> {
    const items = [...await this.read<T>(parts)];
    while (items.length < length) {
      const part = await parts.more(items.length);
      if (part.length === 0) { return undefined; }
      const name = partName(parts.folder, parts.kind, items.length);
      await this.files.create(name, jsonLines(part), JSON_LINES_TYPE);
      items.push(...lines<T>(await this.files.read(name)));
    }
    return items;
  }

  private async json<T>(name: string): Promise<T | undefined> {
    try {
      return JSON.parse(await this.files.read(name)) as T;
    } catch (fault) {
      if (fault instanceof ServiceFault && fault.kind === 'notFound') { return undefined; }
      throw fault;
    }
  }

  private get planName(): string {
    return `${this.folder()}/plan.json`;
  }

  private listingName(region: string): string {
    return `${this.folder(region)}/listing.json`;
  }

  private folder(...below: string[]): string {
    return [IN_PROGRESS_FOLDER, this.run, ...below].join('/');
  }
}

export const JSON_TYPE = 'application/json';
export const JSON_LINES_TYPE = 'application/x-ndjson';

export const jsonLines = (items: readonly unknown[]): string => items.map(item => `${JSON.stringify(item)}\n`).join('');
const lines = <T>(text: string): T[] => text.split('\n').filter(line => line !== '').map(line => JSON.parse(line) as T);

const partName = (folder: string, kind: string, from: number): string => `${folder}/${kind}-${String(from).padStart(5, '0')}.jsonl`;
