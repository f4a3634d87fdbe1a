import { CARD_VERIFICATION } from '../emulator/checked-emulator';
import { REGION, World } from '../lifecycle/world';

/** A key of somebody else, with replicas that are somebody else's too. */
export async function foreignKey(world: World, regions: string[] = []): Promise<string> {
  const { Key: { KeyArn } } = await world.emulator.call<{ Key: { KeyArn: string } }>('CreateKey', {
    KeyAttributes: CARD_VERIFICATION,
    Exportable: true,
    ReplicationRegions: regions,
  }, { region: REGION });
  world.clock.advance(10);
  return KeyArn;
}
