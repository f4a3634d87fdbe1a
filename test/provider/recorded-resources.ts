import { ResourceRequests } from './resource-requests';
import { ACCOUNT_DEFAULT_REPLICATION, accountDefaultReplicationProperties } from '../../src/provider/contract/account-default-replication';
import { Decoded, Fields } from '../../src/provider/contract/codec';
import { KEY_REPLICATION, keyReplicationProperties } from '../../src/provider/contract/key-replication';
import { EMPTY_RECORD } from '../../src/provider/contract/record';
import { Key } from '../emulator';
import { CARD_VERIFICATION } from '../emulator/checked-emulator';
import { Answer, REGION, RequestOptions, World } from '../lifecycle/world';

export const RECORD = 'CFN-Record-1A2B3C';

/** Requests for a resource whose record the emulator has, as CloudFormation made it. */
export class RecordedResource<F extends Fields> {
  constructor(private readonly world: World, private readonly requests: ResourceRequests<F>, private readonly standard: Partial<Decoded<F>>) {
    world.emulator.setParameter(REGION, RECORD, EMPTY_RECORD);
  }

  event(declared: Partial<Decoded<F>>, options: Omit<RequestOptions, 'old'> = {}) {
    return this.requests.event(this.full(declared), options);
  }

  create(declared: Partial<Decoded<F>>): Promise<Answer> {
    return this.requests.create(this.full(declared));
  }

  update(physicalId: string, old: Partial<Decoded<F>>, declared: Partial<Decoded<F>>): Promise<Answer> {
    return this.requests.update(physicalId, this.full(old), this.full(declared));
  }

  remove(physicalId: string, declared: Partial<Decoded<F>>): Promise<Answer> {
    return this.requests.remove(physicalId, this.full(declared));
  }

  get record(): unknown {
    return JSON.parse(this.world.emulator.parameter(REGION, RECORD)!);
  }

  /** As the record of another resource. */
  set record(value: unknown) {
    this.world.emulator.setParameter(REGION, RECORD, undefined);
    this.world.emulator.setParameter(REGION, RECORD, JSON.stringify(value));
  }

  private full(declared: Partial<Decoded<F>>): Decoded<F> {
    return { Record: RECORD, ...this.standard, ...declared } as Decoded<F>;
  }
}

export function keyReplication(world: World) {
  return new RecordedResource(world, new ResourceRequests(world, KEY_REPLICATION, keyReplicationProperties, 'Replication'),
    { ReplicationRegions: [], WaitForReplication: true, ReplicationTimeoutInMinutes: 30 });
}

export function accountDefaults(world: World) {
  return new RecordedResource(world,
    new ResourceRequests(world, ACCOUNT_DEFAULT_REPLICATION, accountDefaultReplicationProperties, 'Defaults'), {});
}

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
