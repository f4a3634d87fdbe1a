import { Attached, foreignKey } from './attached';
import { OTHER_STACK_ID, REGION, Turns } from './turns';
import { KeyReplicationProperties, keyReplicationProperties } from '../../../src/provider/contract/key-replication';
import { STACK_ID_TAG } from '../../../src/provider/contract/ownership-tags';
import { keyReplicationReconciler, ReplicationCheckpoint } from '../../../src/provider/handler/reconcilers/key-replication';
import { EmulatorOptions } from '../../emulator';

/** A key of somebody else, with replicas of theirs. */
export class ReplicationScene {
  static async start(theirs: readonly string[] = [], options: EmulatorOptions = {}, input: object = {}): Promise<ReplicationScene> {
    const turns = await Turns.start(options);
    return new ReplicationScene(turns, await foreignKey(turns, theirs, input));
  }

  readonly replication: Attached<KeyReplicationProperties, ReplicationCheckpoint>;
  readonly id: string;

  private constructor(readonly turns: Turns, readonly keyArn: string) {
    this.replication = new Attached(turns, keyReplicationReconciler);
    this.id = `replication/${keyArn}`;
    turns.takeRequests();
  }

  declare(regions: readonly string[], more: Partial<KeyReplicationProperties> = {}): KeyReplicationProperties {
    return { ...keyReplicationProperties.decode({ KeyArn: this.keyArn, ReplicationRegions: regions }, ''), ...more };
  }

  /** The Regions that the ledger calls ours. */
  get owned(): readonly string[] {
    return this.turns.owned.get(this.id) ?? [];
  }

  /** The states of the Regions of the key, once whatever goes on has ended. */
  regions(keyArn = this.keyArn): Record<string, string> {
    this.turns.clock.advance(60);
    const { key } = this.turns.keys().find(one => one.key.KeyArn === keyArn)!;
    return Object.fromEntries(Object.entries(key.ReplicationStatus ?? {}).map(([region, { Status }]) => [region, Status]));
  }

  async byOthers(operation: 'AddKeyReplicationRegions' | 'RemoveKeyReplicationRegions', ...regions: string[]): Promise<void> {
    await this.turns.byHand(operation, { KeyIdentifier: this.keyArn, ReplicationRegions: regions });
    this.turns.clock.advance(30);
    this.turns.takeRequests();
  }

  /** Another stack of this library takes the key over. */
  async adoptedByOthers(): Promise<void> {
    await this.turns.byHand('TagResource', { ResourceArn: this.keyArn, Tags: [{ Key: STACK_ID_TAG, Value: OTHER_STACK_ID }] });
    this.turns.takeRequests();
  }

  /** `Operation Region`, without the looks. */
  changes(): string[] {
    return this.turns.takeRequests().filter(request => !request.startsWith('Get') && !request.startsWith('List'));
  }
}

export const IN_SYNC = (...regions: string[]) => Object.fromEntries(regions.map(region => [region, 'SYNCHRONIZED']));
export { REGION };
