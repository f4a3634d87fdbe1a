import { RecentList } from './recent-list';
import { KeyReplicationState, KeyState } from './shapes';

/** A key in a Region came into a state. */
export interface StateChange {
  /** Milliseconds since 1970, on the emulator's clock: when it was due, which may be before somebody looked. */
  readonly time: number;
  readonly keyId: string;
  readonly region: string;
  /** In the primary Region the state of the key, elsewhere that of its replication. GONE: the Region has no copy any more. */
  readonly state: KeyState | KeyReplicationState | 'GONE';
  readonly message?: string;
}

/** Enough for 500 keys in 5 Regions, from nothing to SYNCHRONIZED. */
const MOST = 6000;

/** What became of keys in their Regions, for people who look at it afterwards. No operation reads it, and no state file keeps it. */
export class KeyHistory extends RecentList<StateChange> {
  constructor() {
    super(MOST);
  }
}
