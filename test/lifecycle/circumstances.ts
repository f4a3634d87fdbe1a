import { HttpRequest } from '@smithy/protocol-http';
import { effects, Emulator, keyNotFoundAtFirst, ReplicationOutcome } from '../emulator';
import { Circumstance } from './faults';
import { Variants } from './variants';

/** Replication outcomes that runs choose, under the name of the table of coverage. */
export const REGION_OUTCOMES = {
  'Region FAILED': { kind: 'fails' },
  'Region stays IN_PROGRESS': { kind: 'stays in progress' },
  'Region fails and recovers': { kind: 'fails and recovers', recoversAfter: 4 },
  'Region synchronizes': { kind: 'synchronizes' },
} as const satisfies Record<string, ReplicationOutcome>;
export type RegionOutcome = keyof typeof REGION_OUTCOMES;

/** What is wrong in the service for a while. Tells which calls meet it. */
export class Circumstances {
  /** Whether anything was ever wrong. */
  everWrong = false;
  private readonly outcomes = new Map<string, RegionOutcome>();
  private denied: string | undefined;

  constructor(private readonly emulator: Emulator, private readonly surroundings: Variants['surroundings']) {}

  region(region: string, outcome: RegionOutcome): void {
    this.outcomes.set(region, outcome);
    this.everWrong ||= outcome !== 'Region synchronizes';
    this.emulator.setReplicationOutcome(region, REGION_OUTCOMES[outcome], { restart: outcome === 'Region synchronizes' });
  }

  keysNotFoundAtFirst(seconds: number): void {
    this.everWrong = true;
    this.emulator.faults.add(keyNotFoundAtFirst(seconds));
  }

  deny(region: string, seconds: number): void {
    this.everWrong = true;
    this.denied = region;
    this.emulator.faults.add({ region, forSeconds: seconds, effect: effects.accessDenied() });
  }

  /** From now on all is well. */
  clear(): void {
    this.emulator.faults.clear();
    [...this.outcomes.keys(), ...this.denied ? [this.denied] : []].forEach(region => this.region(region, 'Region synchronizes'));
    this.denied = undefined;
  }

  /** What the call that was just answered met. */
  met(operation: string, { body }: HttpRequest, emulator: Emulator): Circumstance[] {
    const { error, status, output } = emulator.log.entries.at(-1)!;
    const met: Circumstance[] = [];
    const { tagIndexLag } = this.surroundings;
    if (operation === 'GetResources' && tagIndexLag !== '2') { met.push(tagIndexLag === 'never' ? 'tag index never catches up' : 'tag index lags'); }
    if (operation === 'GetKey' && error === 'ResourceNotFoundException') { met.push('GetKey not found at first'); }
    if (this.denied && (error === 'AccessDeniedException' || (status === 200 && /^(Create|Import|Add)/.test(operation))) && String(body).includes(this.denied)) {
      met.push('access denied in a replica Region');
    }
    if (operation === 'GetKey' && status === 200) {
      const { Key: { ReplicationStatus = {} } } = output as { Key: { ReplicationStatus?: Record<string, { Status: string }> } };
      for (const [region, { Status }] of Object.entries(ReplicationStatus)) {
        const outcome = this.outcomes.get(region);
        if (outcome && outcome !== 'Region synchronizes' && Status !== 'SYNCHRONIZED') { met.push(outcome); }
      }
    }
    return met;
  }
}
