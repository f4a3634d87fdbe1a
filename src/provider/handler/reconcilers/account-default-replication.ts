import { addedTraces, afterInterruption, foreignNotes, Holder, RecordedMemory, recordTurn, regionTurn, removeRecorded, undoAdded } from './recorded-regions';
import { InRegions, regionsProblem } from './replication';
import { Reconciler, Task, Turn } from './turn';
import { AccountDefaultReplicationProperties } from '../../contract/account-default-replication';
import { ControlPlane } from '../control-plane/port';

export interface DefaultsMemory extends RecordedMemory {
  /** The default Regions as the change of the turn before left them: one look is spared. */
  readonly enabled?: string[];
}

type DefaultsTask = Task<AccountDefaultReplicationProperties>;

/** The default replication Regions of an account in a Region: what is missing is enabled, and disabled if it was enabled here. */
export const accountDefaultReplicationReconciler: Reconciler<AccountDefaultReplicationProperties, DefaultsMemory> = {
  refuse: ({ Regions }, { region }) => regionsProblem('regions', Regions, region),
  mayReplace: () => false,
  present,
  absent: (task, memory, plane) => removeRecorded({ ...holder(task, plane), physicalId: task.physicalId! }, memory, plane),
  undo: (task, memory, plane) => undoAdded(holder(task, plane), afterInterruption(memory, task.interrupted), plane),
  traces: ({ region }, memory) => addedTraces(memory, defaultsTexts(region)),
};

async function present(task: DefaultsTask, before: DefaultsMemory, plane: ControlPlane): Promise<Turn<DefaultsMemory>> {
  const memory = afterInterruption(before, task.interrupted);
  const ours = holder(task, plane);
  const turn = await recordTurn(ours, memory, plane);
  if (turn) { return turn; }
  const { there, memory: after } = await defaults(task, memory, plane);
  const declared = { ReplicationRegions: task.declared.Regions };
  return await regionTurn(ours, declared, after, there)
    ?? { kind: 'done', memory: after, physicalId: ours.physicalId, attributes: {}, notes: foreignNotes(declared, there) };
}

async function defaults(
  { owner }: DefaultsTask, { enabled, ...memory }: DefaultsMemory, plane: ControlPlane,
): Promise<{ readonly there: InRegions; readonly memory: DefaultsMemory }> {
  const regions = enabled ?? await plane.getDefaultReplicationRegions(owner.region);
  return { there: { replication: Object.fromEntries(regions.map(region => [region, { status: 'SYNCHRONIZED' }])) }, memory };
}

function holder(task: DefaultsTask, plane: ControlPlane): Holder<DefaultsMemory> {
  const { region } = task.owner;
  return {
    ...defaultsTexts(region),
    name: region,
    physicalId: `account-default-replication/${region}`,
    region,
    recordName: task.declared.Record,
    secondsUntilLook: 0,
    look: memory => defaults(task, memory, plane),
    add: async regions => ({ enabled: await plane.enableDefaultReplicationRegions(region, regions) }),
    remove: async regions => ({ enabled: await plane.disableDefaultReplicationRegions(region, regions) }),
  };
}

function defaultsTexts(region: string): Pick<Holder<DefaultsMemory>, 'text' | 'removal'> {
  return {
    text: `the account's default replication Regions in ${region}`,
    removal: regions => `aws payment-cryptography disable-default-key-replication-regions --region ${region} --replication-regions ${regions.join(' ')}`,
  };
}
