import { ServiceFault } from '../service-fault';

/** What was read, by Region. */
export type Seen<T> = Readonly<Record<string, T>>;

export interface Lookout<T> {
  readonly seen: Seen<T>;
  /** Whether this turn read anything. */
  readonly learnt: boolean;
  readonly unread: readonly string[];
}

/**
 * Looks in those Regions that were not looked at yet. What was read is kept although another Region refuses: a turn that
 * needs all of them at once might never end.
 */
export async function lookEverywhere<T>(regions: readonly string[], known: Seen<T> = {}, look: (region: string) => Promise<T>): Promise<Lookout<T>> {
  const seen: Record<string, T> = { ...known };
  let learnt = false;
  for (const region of regions.filter(one => !(one in known))) {
    try {
      seen[region] = await look(region);
      learnt = true;
    } catch (fault) {
      if (!(fault instanceof ServiceFault) || !learnt) { throw fault; }
      break;
    }
  }
  return { seen, learnt, unread: regions.filter(region => !(region in seen)) };
}

export function without<T>(seen: Seen<T> | undefined, region: string): Seen<T> {
  return Object.fromEntries(Object.entries(seen ?? {}).filter(([one]) => one !== region));
}
