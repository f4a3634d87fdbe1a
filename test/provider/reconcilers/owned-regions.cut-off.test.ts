import { Attached, Ended, expectTheSameEnd, Life } from './attached';
import { ReplicationScene } from './replications';
import { Outcome, Turns } from './turns';
import { accountDefaultReplicationReconciler } from '../../../src/provider/handler/reconcilers/account-default-replication';
import { EmulatorOptions } from '../../emulator';

/*
 * A request for Regions that are ours is cut off at each of its calls and looks in turn, and must come to the same end,
 * with the same Regions called ours, as if it had not been.
 */

async function withReplication(outcomes: EmulatorOptions['replicationOutcomes'], run: (scene: ReplicationScene) => Promise<Ended | Outcome>): ReturnType<Life> {
  const scene = await ReplicationScene.start(['sa-east-1'], { replicationOutcomes: outcomes });
  try {
    const ended = await run(scene);
    return { ended, end: [ended.kind, 'rollback' in ended && ended.rollback?.kind, scene.regions(), [...scene.owned].sort(), ended.leftBehind] };
  } finally {
    await scene.turns.close();
  }
}

async function withDefaults(run: (defaults: Attached<{ Regions: string[] }, any>, turns: Turns) => Promise<Ended | Outcome>): ReturnType<Life> {
  const turns = await Turns.start();
  try {
    await turns.byHand('EnableDefaultKeyReplicationRegions', { ReplicationRegions: ['sa-east-1'] });
    const ended = await run(new Attached(turns, accountDefaultReplicationReconciler), turns);
    const { EnabledReplicationRegions } = await turns.byHand('GetDefaultKeyReplicationRegions', {});
    return { ended, end: [ended.kind, 'rollback' in ended && ended.rollback?.kind, EnabledReplicationRegions.sort(), [...turns.owned.values()]] };
  } finally {
    await turns.close();
  }
}

const DEFAULTS = 'account-default-replication/us-east-1';

const LIVES: Record<string, Life> = {
  'a replication that is created': cuts => withReplication({}, scene => scene.replication.create(scene.declare(['us-west-2', 'sa-east-1']), cuts)),
  'a replication that fails': cuts => withReplication({ 'us-west-2': { kind: 'fails' } }, scene =>
    scene.replication.create(scene.declare(['us-west-2', 'eu-west-1', 'sa-east-1']), cuts)),
  'a replication that changes': cuts => withReplication({}, async scene => {
    await scene.replication.create(scene.declare(['us-west-2', 'sa-east-1']));
    return scene.replication.update(scene.id, scene.declare(['us-west-2', 'sa-east-1']), scene.declare(['eu-west-1']), cuts);
  }),
  'a replication whose change fails': cuts => withReplication({ 'eu-west-1': { kind: 'fails' } }, async scene => {
    await scene.replication.create(scene.declare(['us-west-2']));
    return scene.replication.update(scene.id, scene.declare(['us-west-2']), scene.declare(['us-west-2', 'eu-west-1']), cuts);
  }),
  'a replication that is removed': cuts => withReplication({}, async scene => {
    await scene.replication.create(scene.declare(['us-west-2', 'sa-east-1']));
    return scene.replication.remove(scene.id, scene.declare(['us-west-2', 'sa-east-1']), cuts);
  }),
  'defaults that are created': cuts => withDefaults(defaults => defaults.create({ Regions: ['us-west-2', 'sa-east-1'] }, cuts)),
  'defaults that change': cuts => withDefaults(async defaults => {
    await defaults.create({ Regions: ['us-west-2'] });
    return defaults.update(DEFAULTS, { Regions: ['us-west-2'] }, { Regions: ['eu-west-1'] }, cuts);
  }),
  'defaults whose change fails': cuts => withDefaults(async (defaults, turns) => {
    await defaults.create({ Regions: ['us-west-2', 'eu-west-1'] });
    turns.emulator.faults.add({ operation: 'EnableDefaultKeyReplicationRegions', effect: { kind: 'error', type: 'ServiceQuotaExceededException' } });
    return defaults.update(DEFAULTS, { Regions: ['us-west-2', 'eu-west-1'] }, { Regions: ['us-west-2', 'eu-west-2'] }, cuts);
  }),
  'defaults that are removed': cuts => withDefaults(async defaults => {
    await defaults.create({ Regions: ['us-west-2', 'sa-east-1'] });
    return defaults.remove(DEFAULTS, { Regions: ['us-west-2', 'sa-east-1'] }, cuts);
  }),
};

test.each(Object.entries(LIVES))('%s, cut off anywhere, comes to the same end', (_, life) => expectTheSameEnd(life), 60_000);
