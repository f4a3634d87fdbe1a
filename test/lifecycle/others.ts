import { LOGICAL_ID_TAG, MATERIAL_TAG, STACK_ID_TAG } from '../../src/provider/contract/ownership-tags';
import { Emulator, Key } from '../emulator';
import { REGION } from './world';
import { CARD_VERIFICATION } from '../emulator/checked-emulator';

/** A replication Region that no declaration names. */
export const FOREIGN_REGION = 'ca-central-1';
/** A tag that no declaration names. */
export const FOREIGN_TAG = { Key: 'owner', Value: 'somebody else' };
export const OTHER_STACK = 'arn:aws:cloudformation:us-east-1:111122223333:stack/others/0f6d6b10-0000-11f1-8000-0123456789ab';
export const ACCESS_KEY_OF_OTHERS = 'AKIASOMEBODYELSE';

/** What others do in the account. */
export const DEEDS = [
  'make a key', 'tag our key', 'tag a replica', 'replicate our key', 'disable our key', 'remove a replica', 'delete our key',
  'adopt our key', 'take our tags off our key',
] as const;
export type Deed = typeof DEEDS[number];

/** Other people in the same account, and what is theirs. */
export class Others {
  readonly keys: string[] = [];
  readonly taggedKeys = new Set<string>();
  readonly replicatedKeys = new Set<string>();
  readonly deletedKeys = new Set<string>();
  /** Keys that another stack of this library took over. */
  readonly adoptedKeys = new Set<string>();

  constructor(private readonly emulator: Emulator) {}

  async do(deed: Deed, keyArn: string | undefined, lookalike: Record<string, string>): Promise<void> {
    try {
      if (deed === 'make a key') {
        this.keys.push(await this.makeKey(lookalike));
      } else if (keyArn) {
        await this.change(deed, keyArn);
      }
    } catch {
      // Others meet faults too; then they did nothing.
    }
  }

  /** A key like ours, down to the logical id, of another stack. */
  private async makeKey(tags: Record<string, string>): Promise<string> {
    const { Key: { KeyArn } } = await this.call<{ Key: Key }>('CreateKey', {
      KeyAttributes: CARD_VERIFICATION,
      Exportable: true,
      ReplicationRegions: [FOREIGN_REGION],
      Tags: [FOREIGN_TAG, ...Object.entries(tags).map(([name, value]) => ({ Key: name, Value: value }))],
    });
    return KeyArn;
  }

  private async change(deed: Exclude<Deed, 'make a key'>, keyArn: string): Promise<void> {
    const key = this.emulator.snapshot(REGION).keys.find(one => one.key.KeyArn === keyArn)?.key;
    const [replica] = Object.keys(key?.ReplicationStatus ?? {});
    switch (deed) {
      case 'tag our key':
        await this.call('TagResource', { ResourceArn: keyArn, Tags: [FOREIGN_TAG] });
        this.taggedKeys.add(keyArn);
        return;
      case 'tag a replica':
        if (replica) { await this.call('TagResource', { ResourceArn: keyArn.replace(REGION, replica), Tags: [FOREIGN_TAG] }, replica); }
        return;
      case 'replicate our key':
        await this.call('AddKeyReplicationRegions', { KeyIdentifier: keyArn, ReplicationRegions: [FOREIGN_REGION] });
        this.replicatedKeys.add(keyArn);
        return;
      case 'disable our key':
        await this.call('StopKeyUsage', { KeyIdentifier: keyArn });
        return;
      case 'delete our key':
        await this.call('DeleteKey', { KeyIdentifier: keyArn });
        this.deletedKeys.add(keyArn);
        return;
      case 'adopt our key':
        await this.call('TagResource', { ResourceArn: keyArn, Tags: [{ Key: STACK_ID_TAG, Value: OTHER_STACK }, { Key: LOGICAL_ID_TAG, Value: 'Theirs' }] });
        this.adoptedKeys.add(keyArn);
        return;
      case 'take our tags off our key':
        await this.call('UntagResource', { ResourceArn: keyArn, TagKeys: [STACK_ID_TAG, LOGICAL_ID_TAG, MATERIAL_TAG] });
        return;
      case 'remove a replica':
        if (replica && replica !== FOREIGN_REGION) { await this.call('RemoveKeyReplicationRegions', { KeyIdentifier: keyArn, ReplicationRegions: [replica] }); }
    }
  }

  private call<T>(operation: string, input: object, region = REGION): Promise<T> {
    return this.emulator.call<T>(operation, input, { region, accessKeyId: ACCESS_KEY_OF_OTHERS });
  }
}
