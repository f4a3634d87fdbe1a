import { Emulator, RequestLogEntry } from '../../emulator';
import { REPLICAS } from '../declarations';
import { REGION } from '../world';
import { KeyName, passesForOurs, RegionOperations, replicationOf, tagsIn } from './attached';
import { replicaArn } from '../../../src/provider/handler/control-plane/key-arn';
import { CARD_VERIFICATION } from '../../emulator/checked-emulator';

/** Something that is theirs, and must stay so. */
export interface Fact {
  readonly text: string;
  holds(): boolean;
}

/** What others see and do, and what they leave. */
interface Scene {
  readonly emulator: Emulator;
  readonly keys: Readonly<Record<KeyName | 'elsewhere', string>>;
  readonly facts: Map<string, Fact>;
  /** Logical ids whose declaration cannot be met any more without taking what is theirs. */
  readonly disturbed: Set<string>;
  call(operation: string, input: object, region?: string): Promise<unknown>;
}

const [WEST, IRELAND] = REPLICAS;
const NAME = 'alias/cvk';

const ON_KEY: RegionOperations = { add: 'AddKeyReplicationRegions', remove: 'RemoveKeyReplicationRegions', look: 'GetKey' };
const ON_DEFAULTS: RegionOperations = {
  add: 'EnableDefaultKeyReplicationRegions', remove: 'DisableDefaultKeyReplicationRegions', look: 'GetDefaultKeyReplicationRegions',
};

const namesIreland = ({ input }: RequestLogEntry): boolean =>
  (input as { ReplicationRegions: readonly string[] }).ReplicationRegions.includes(IRELAND);

/** What others do in the account beside our stack, to what it declares. */
export const ATTACHED_DEEDS = {
  'take our alias before us': async ({ emulator, keys, facts, call, disturbed }) => {
    await call('CreateAlias', { AliasName: NAME, KeyArn: replicaArn(keys.elsewhere, WEST) }, WEST);
    disturbed.add('CvkAlias');
    facts.set(`alias ${WEST}`, { text: `${NAME} in ${WEST}`, holds: () => isOf(emulator, WEST, keys.elsewhere) });
  },
  'make our alias before us': async ({ emulator, keys, facts, call }) => {
    await call('CreateAlias', { AliasName: NAME, KeyArn: keys.first });
    facts.set(`alias ${REGION}`, { text: `${NAME} in ${REGION}`, holds: () => NAME in emulator.snapshot(REGION).aliases });
  },
  'move our alias': async ({ emulator, keys, facts, call, disturbed }) => {
    await call('UpdateAlias', { AliasName: NAME, KeyArn: replicaArn(keys.elsewhere, IRELAND) }, IRELAND);
    disturbed.add('CvkAlias');
    facts.set(`alias ${IRELAND}`, { text: `${NAME} in ${IRELAND}`, holds: () => isOf(emulator, IRELAND, keys.elsewhere) });
  },
  'delete our alias': async ({ call, facts }) => {
    await call('DeleteAlias', { AliasName: NAME }, IRELAND);
    facts.delete(`alias ${IRELAND}`);
  },
  'tag the key': async ({ emulator, keys, facts, call, disturbed }) => {
    const before = tagsIn(emulator, keys.first, REGION)?.cost;
    disturbed.add('CvkTags');
    await call('TagResource', { ResourceArn: keys.first, Tags: [{ Key: 'cost', Value: 'theirs' }] });
    if (before === undefined) { facts.set('tag', { text: 'the tag cost', holds: () => tagsIn(emulator, keys.first, REGION)?.cost === 'theirs' }); }
  },
  'replicate the key': async ({ emulator, keys, facts, call }) => {
    if (replicationOf(emulator, keys.third)[IRELAND] !== undefined) { return; }
    await call('AddKeyReplicationRegions', { KeyIdentifier: keys.third, ReplicationRegions: [IRELAND] });
    facts.set('replica', {
      text: `the replica in ${IRELAND}`,
      holds: () => replicationOf(emulator, keys.third)[IRELAND] !== undefined
        || passesForOurs(emulator, ON_KEY, entry => entry.keyArn === keys.third && namesIreland(entry)),
    });
  },
  'remove the replica': async ({ keys, facts, call }) => {
    await call('RemoveKeyReplicationRegions', { KeyIdentifier: keys.third, ReplicationRegions: [IRELAND] });
    facts.delete('replica');
  },
  'enable the default': async ({ emulator, facts, call }) => {
    if (emulator.snapshot(REGION).defaultReplicationRegions.includes(IRELAND)) { return; }
    await call('EnableDefaultKeyReplicationRegions', { ReplicationRegions: [IRELAND] });
    facts.set('default', {
      text: `the default ${IRELAND}`,
      holds: () => emulator.snapshot(REGION).defaultReplicationRegions.includes(IRELAND) || passesForOurs(emulator, ON_DEFAULTS, namesIreland),
    });
  },
  'disable the default': async ({ facts, call }) => {
    await call('DisableDefaultKeyReplicationRegions', { ReplicationRegions: [IRELAND] });
    facts.delete('default');
  },
  'delete the key to adopt': async ({ keys, call, disturbed }) => {
    await call('DeleteKey', { KeyIdentifier: keys.fifth });
    disturbed.add('Adopted');
  },
} as const satisfies Record<string, (scene: Scene) => Promise<void>>;
export type AttachedDeed = keyof typeof ATTACHED_DEEDS;

function isOf(emulator: Emulator, region: string, keyArn: string): boolean {
  return emulator.snapshot(region).aliases[NAME] === keyArn.split('/')[1];
}

/** Other people in the same account, as far as attached resources meet them. */
export class AttachedOthers implements Scene {
  readonly facts = new Map<string, Fact>();
  readonly disturbed = new Set<string>();
  readonly keys = {} as Scene['keys'];

  constructor(readonly emulator: Emulator, private readonly accessKeyId: string) {}

  /** A key of theirs, to which the stack attaches things. */
  async prepare(name: string, replicated: boolean): Promise<void> {
    const { Key: { KeyArn } } = await this.call('CreateKey', {
      KeyAttributes: CARD_VERIFICATION,
      Exportable: true,
      ...replicated && { ReplicationRegions: [...REPLICAS] },
    }) as { Key: { KeyArn: string } };
    Object.assign(this.keys, { [name]: KeyArn });
  }

  async do(deed: AttachedDeed): Promise<void> {
    try {
      await ATTACHED_DEEDS[deed](this);
    } catch (error) {
      // Others meet faults too; then they did nothing.
      if (error instanceof TypeError) { throw error; }
    }
  }

  readonly call = (operation: string, input: object, region = REGION): Promise<unknown> =>
    this.emulator.call(operation, input, { region, accessKeyId: this.accessKeyId });
}
