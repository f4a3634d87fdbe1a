import { effects, EmulatorOptions } from '../emulator';
import { Answer, CVK, Declared, World } from '../lifecycle/world';

/** Something that a provider is asked to do, and what it answers if it went the way that its name says. */
export interface Scenario {
  readonly options?: EmulatorOptions;
  readonly status?: Answer['Status'];
  run(world: World): Promise<Answer>;
}

const TAGS = { team: 'cards', cost: '42' };
const TAGGED: Declared = { Tags: TAGS, ReplicationRegions: ['us-west-2', 'eu-west-1'] };
const STUCK: EmulatorOptions = { replicationOutcomes: { 'us-west-2': { kind: 'stays in progress' } } };
const INVENTED = 'payments-Cvk-1A2B3C4D5E6F';

const loseAnswerOfCreateKey = (world: World) => world.emulator.faults.add({ operation: 'CreateKey', times: 1, effect: effects.responseLost() });

async function updated(world: World, old: Declared, declared: Declared): Promise<Answer> {
  const { PhysicalResourceId } = await world.create(old);
  return world.update(PhysicalResourceId, old, declared);
}

/** Every way through the handler that makes a request of its own. */
export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'a creation with Regions and tags': { run: world => world.create(TAGGED) },
  'a creation whose Regions the account\'s defaults give': {
    run: async world => {
      await world.emulator.call('EnableDefaultKeyReplicationRegions', { ReplicationRegions: ['eu-west-1'] }, { region: 'us-east-1' });
      return world.create({ ReplicationRegions: undefined });
    },
  },
  'a lost answer, made up for by the tag index': {
    run: world => {
      loseAnswerOfCreateKey(world);
      return world.create();
    },
  },
  'a lost answer, made up for key by key': {
    options: { tagIndexLag: Infinity },
    run: async world => {
      await world.create({}, { logicalId: 'Other' });
      loseAnswerOfCreateKey(world);
      return world.create();
    },
  },
  'other Regions': { run: world => updated(world, CVK, { ReplicationRegions: ['eu-west-1'] }) },
  'other tags on primary and replicas': { run: world => updated(world, TAGGED, { ...TAGGED, Tags: { team: 'pins' } }) },
  'a key that is disabled, then enabled': {
    run: async world => {
      const { PhysicalResourceId } = await updated(world, CVK, { Enabled: false });
      return world.update(PhysicalResourceId, { Enabled: false }, CVK);
    },
  },
  'a replacement and its clean-up': {
    run: async world => {
      const { PhysicalResourceId: old } = await world.create();
      await world.update(old, CVK, { KeyAlgorithm: 'TDES_3KEY' });
      return world.remove(old);
    },
  },
  'a replacement that is rolled back': {
    run: async world => {
      const { PhysicalResourceId } = await updated(world, CVK, { KeyAlgorithm: 'TDES_3KEY' });
      return world.update(PhysicalResourceId, { KeyAlgorithm: 'TDES_3KEY' }, CVK);
    },
  },
  'the deletion of a key that is gone': {
    run: async world => {
      const { PhysicalResourceId } = await world.create();
      await world.emulator.call('DeleteKey', { KeyIdentifier: PhysicalResourceId, DeleteKeyInDays: 3 }, { region: 'us-east-1' });
      world.clock.advance(4 * 86_400);
      return world.remove(PhysicalResourceId);
    },
  },
  'a creation that fails and is undone': { options: { replicationOutcomes: { 'us-west-2': { kind: 'fails' } } }, status: 'FAILED', run: world => world.create() },
  'a replacement that fails and is undone': {
    status: 'FAILED',
    run: async world => {
      const { PhysicalResourceId } = await world.create();
      world.emulator.setReplicationOutcome('us-west-2', { kind: 'fails' });
      return world.update(PhysicalResourceId, CVK, { KeyAlgorithm: 'TDES_3KEY' });
    },
  },
  'a creation that CloudFormation gives up': {
    options: STUCK,
    run: async world => {
      await world.handler(world.event({}));
      while (world.keys().length === 0) { await world.stateMachine.runNext(); }
      world.clock.advance(30);
      return world.remove(INVENTED);
    },
  },
  'an invented id while a key of the resource is there': {
    run: async world => {
      await world.create();
      return world.remove(INVENTED);
    },
  },
  'an execution that breaks': {
    options: STUCK,
    status: 'FAILED',
    run: world => {
      const { around } = world;
      world.around = (payload, run) => {
        if (payload.task === 'step' && world.keys().length > 0) { throw new Error('broken'); }
        return around(payload, run);
      };
      return world.create();
    },
  },
};
