import { Key } from '../../emulator';
import { CARD_VERIFICATION } from '../../emulator/checked-emulator';
import { REGION, World } from '../../lifecycle/world';

/** A key of somebody else, with replicas that are somebody else's too. */
export async function foreignKey(world: World, regions: string[] = [], input: object = {}): Promise<string> {
  const { Key: key } = await world.emulator.call<{ Key: Key }>('CreateKey', {
    KeyAttributes: CARD_VERIFICATION,
    Exportable: true,
    ReplicationRegions: regions,
    ...input,
  }, { region: REGION });
  world.clock.advance(10);
  return key.KeyArn;
}

/** Replication Regions of a key and their states, as they are now. */
export function regionsOf(world: World, keyArn: string): Record<string, string> {
  const key = world.keys().find(({ key: { KeyArn } }) => KeyArn === keyArn)!.key;
  return Object.fromEntries(Object.entries(key.ReplicationStatus ?? {}).map(([region, { Status }]) => [region, Status]));
}
