import { ServiceFault } from '../control-plane/fault';
import { regionOf, replicaArn } from '../control-plane/key-arn';
import { LOOKS, mapped } from '../control-plane/operations';
import { Changes, Key, Looks, Replication } from '../control-plane/port';
import { ControlPlane } from '../reconcilers/reconciler';

/*
 * The service as a reconciler meets it when nothing may be changed. A look is a real request, made once; a change is noted, and
 * answered as if the service had executed it at once. Every look that follows shows the change. So a reconciler goes through
 * all its turns to the end, and what it noted on the way is all that it would change.
 *
 * For example, a key that lost the replica in us-west-2: GetKey shows no Region; AddKeyReplicationRegions is noted, and its answer
 * says that us-west-2 is SYNCHRONIZED; the reconciler is done. One change is planned, nothing was sent but GetKey.
 */

/** One change that would be made. */
export type PlannedChange = { readonly [N in keyof Changes]: { readonly name: N; readonly args: Parameters<Changes[N]> } }[keyof Changes];

/** What the service really answered: nothing here is the effect of a planned change. */
export interface Seen {
  key(keyArn: string): LookAnswer<Key>;
  tags(keyArn: string): LookAnswer<ReadonlyMap<string, string>>;
  /** The ARN of its key; `undefined` for an alias of no key. */
  alias(region: string, aliasName: string): LookAnswer<string | undefined>;
  resourcePolicy(keyArn: string): LookAnswer<string | undefined>;
  defaultReplicationRegions(region: string): LookAnswer<readonly string[]>;
}

export type LookAnswer<T> =
  | { readonly kind: 'answer'; readonly value: T }
  | { readonly kind: 'notFound'; readonly fault: ServiceFault }
  /** It was not looked at. */
  | { readonly kind: 'notAsked' };

type Answer = Exclude<LookAnswer<unknown>, { kind: 'notAsked' }>;
type LookName = keyof Looks;

export class DryRun {
  readonly changes: PlannedChange[] = [];
  private readonly answered = new Map<string, Answer>();
  /** The answers that planned changes bring about. */
  private readonly changed = new Map<string, Answer>();

  /** @param look makes one request */
  constructor(private readonly looks: Looks) {}

  plane(): ControlPlane<any> {
    const looks = mapped(LOOKS, name => (...args: unknown[]) => this.look(name, args)) as unknown as Looks;
    const changes = mapped(EFFECTS, name => async (...args: unknown[]) => this.change(name, args)) as unknown as Changes;
    return { ...looks, readWrappedKey: async () => { throw new NotForeseen('an import'); }, intending: () => changes };
  }

  get seen(): Seen {
    const answer = <T>(name: LookName, ...args: unknown[]) => this.answered.get(keyOf(name, args)) as LookAnswer<T> | undefined ?? { kind: 'notAsked' as const };
    return {
      key: keyArn => answer('getKey', keyArn),
      tags: keyArn => answer('listTags', keyArn),
      alias: (region, aliasName) => answer('getAlias', region, aliasName),
      resourcePolicy: keyArn => answer('getResourcePolicy', keyArn),
      defaultReplicationRegions: region => answer('getDefaultReplicationRegions', region),
    };
  }

  private async look(name: LookName, args: readonly unknown[]): Promise<unknown> {
    const id = keyOf(name, args);
    const before = this.changed.get(id) ?? this.answered.get(id);
    if (before) { return given(before); }
    const answer = await asked(() => (this.looks[name] as (...of: readonly unknown[]) => Promise<unknown>)(...args));
    this.answered.set(id, answer);
    return given(answer);
  }

  private change(name: keyof Changes, args: readonly unknown[]): unknown {
    this.changes.push({ name, args } as unknown as PlannedChange);
    return (EFFECTS[name] as (world: World, ...of: readonly any[]) => unknown)(this.world, ...args);
  }

  private get world(): World {
    return {
      now: (name, ...args) => {
        const answer = this.changed.get(keyOf(name, args)) ?? this.answered.get(keyOf(name, args));
        return answer?.kind === 'answer' ? answer.value as any : undefined;
      },
      becomes: (name, args, value) => { this.changed.set(keyOf(name, args), { kind: 'answer', value }); },
      vanishes: (name, args) => { this.changed.set(keyOf(name, args), { kind: 'notFound', fault: notFound(name, args) }); },
    };
  }
}

/** A change that no reconciler makes of a resource that is there and declared as before. */
export class NotForeseen extends Error {
  constructor(what: string) {
    super(`${what} is no part of the comparison of a resource with its declaration`);
  }
}

/** What the looks answer, and come to answer. */
interface World {
  /** The answer as it is now; `undefined` for what is not there, or was not looked at. */
  now<N extends LookName>(name: N, ...args: Parameters<Looks[N]>): Awaited<ReturnType<Looks[N]>> | undefined;
  becomes<N extends LookName>(name: N, args: Parameters<Looks[N]>, value: Awaited<ReturnType<Looks[N]>>): void;
  vanishes<N extends LookName>(name: N, args: Parameters<Looks[N]>): void;
}

/** What each change does to what the looks answer, and what it answers itself. */
const EFFECTS: { readonly [N in keyof Changes]: (world: World, ...args: Parameters<Changes[N]>) => Awaited<ReturnType<Changes[N]>> } = {
  createKey: () => { throw new NotForeseen('CreateKey'); },
  importKey: () => { throw new NotForeseen('ImportKey'); },
  deleteKey: () => { throw new NotForeseen('DeleteKey'); },
  restoreKey: (world, keyArn) => withKey(world, keyArn, { state: 'CREATE_COMPLETE' }),
  startKeyUsage: (world, keyArn) => withKey(world, keyArn, { enabled: true }),
  stopKeyUsage: (world, keyArn) => withKey(world, keyArn, { enabled: false }),
  addKeyReplicationRegions: (world, keyArn, regions) => {
    const key = withKey(world, keyArn, { replication: [...othersThan(regions, world, keyArn), ...regions.map(region => ({ region, status: 'SYNCHRONIZED' }))] });
    for (const region of regions) {
      const replica = replicaArn(keyArn, region);
      world.becomes('getKey', [replica], { ...key, keyArn: replica, replication: [], primaryRegion: regionOf(keyArn) });
      // Tags do not replicate.
      world.becomes('listTags', [replica], new Map());
    }
    return key;
  },
  removeKeyReplicationRegions: (world, keyArn, regions) => {
    regions.forEach(region => (['getKey', 'listTags'] as const).forEach(name => world.vanishes(name, [replicaArn(keyArn, region)])));
    return withKey(world, keyArn, { replication: othersThan(regions, world, keyArn) });
  },
  tagKey: (world, keyArn, tags) => world.becomes('listTags', [keyArn], new Map([...world.now('listTags', keyArn) ?? [], ...tags])),
  untagKey: (world, keyArn, names) =>
    world.becomes('listTags', [keyArn], new Map([...world.now('listTags', keyArn) ?? []].filter(([name]) => !names.includes(name)))),
  createAlias: (world, aliasName, keyArn) => world.becomes('getAlias', [regionOf(keyArn), aliasName], keyArn),
  updateAlias: (world, aliasName, keyArn) => world.becomes('getAlias', [regionOf(keyArn), aliasName], keyArn),
  deleteAlias: (world, region, aliasName) => world.vanishes('getAlias', [region, aliasName]),
  enableDefaultReplicationRegions: (world, region, regions) =>
    withDefaults(world, region, [...new Set([...world.now('getDefaultReplicationRegions', region) ?? [], ...regions])]),
  disableDefaultReplicationRegions: (world, region, regions) =>
    withDefaults(world, region, (world.now('getDefaultReplicationRegions', region) ?? []).filter(one => !regions.includes(one))),
  putResourcePolicy: (world, keyArn, policy) => world.becomes('getResourcePolicy', [keyArn], policy),
  deleteResourcePolicy: (world, keyArn) => world.becomes('getResourcePolicy', [keyArn], undefined),
};

/** A reconciler changes a key only after it has looked at it. */
function withKey(world: World, keyArn: string, change: Partial<Key>): Key {
  const key = world.now('getKey', keyArn);
  if (!key) { throw new NotForeseen(`a change of ${keyArn}, which nobody has looked at,`); }
  const after = { ...key, ...change };
  world.becomes('getKey', [keyArn], after);
  return after;
}

function othersThan(regions: readonly string[], world: World, keyArn: string): Replication[] {
  return world.now('getKey', keyArn)?.replication.filter(({ region }) => !regions.includes(region)) ?? [];
}

function withDefaults(world: World, region: string, regions: readonly string[]): readonly string[] {
  world.becomes('getDefaultReplicationRegions', [region], regions);
  return regions;
}

function keyOf(name: LookName, args: readonly unknown[]): string {
  return JSON.stringify([name, ...args.map(arg => arg instanceof Map ? [...arg] : arg)]);
}

async function asked(look: () => Promise<unknown>): Promise<Answer> {
  try {
    return { kind: 'answer', value: await look() };
  } catch (fault) {
    if (!(fault instanceof ServiceFault) || fault.kind !== 'notFound') { throw fault; }
    return { kind: 'notFound', fault };
  }
}

function given(answer: Answer): unknown {
  if (answer.kind === 'notFound') { throw answer.fault; }
  return answer.value;
}

function notFound(name: LookName, args: readonly unknown[]): ServiceFault {
  return new ServiceFault('notFound', 'payment-cryptography', LOOKS[name].operation, LOOKS[name].region?.(...args) ?? '', 'ResourceNotFoundException', '');
}
