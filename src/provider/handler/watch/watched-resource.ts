import { FORMAT, Item } from '../ledger/item';
import { Ledger } from '../ledger/port';
import { KeyCheckpoint } from '../reconcilers/key/checkpoint';
import { ReconcilerTask, taskOf } from '../request/task';

/*
 * A resource of the stack as its last deployment left it, and the task that the next one would have: the same declaration again.
 */

type ReadLedger = Pick<Ledger, 'read' | 'readProperties'>;

/** What CloudFormation says that the stack has (API: ListStackResources). */
export interface StackResource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

export interface SettledResource {
  readonly kind: 'settled';
  readonly resource: StackResource;
  /** Of its item. */
  readonly revision: number;
  readonly task: ReconcilerTask;
  /** Regions whose replica took no tags in the last deployment. The next one would try in vain again. */
  readonly untaggable: readonly string[];
}

export type WatchedResource =
  | SettledResource
  /** A request of CloudFormation is under way. Its own answer will tell. */
  | { readonly kind: 'beingDeployed' }
  /** Nobody knows what is declared of it now. */
  | { readonly kind: 'unsettled'; readonly reason: string };

export async function watchedResource(resource: StackResource, stackId: string, ledger: ReadLedger, now: Date): Promise<WatchedResource> {
  const item = await ledger.read(resource.logicalId);
  if (!item) { return unsettled('the provider\'s table knows nothing of it. The next deployment that changes it takes it up again'); }
  if (item.format !== FORMAT) {
    return unsettled(`the provider's table has it in format ${String(item.format)}, which another version of cdk-multi-region-payment-keys wrote. Deploy with that version`);
  }
  const { phase, properties, type } = item.request;
  if (phase.kind !== 'answered') { return { kind: 'beingDeployed' }; }
  if (phase.status !== 'SUCCESS' || type === 'Delete') {
    return unsettled('its last deployment failed, so it may be anything between two declarations. Deploy it again, or continue the rollback of the stack');
  }
  if (phase.physicalId !== resource.physicalId) {
    return unsettled(`CloudFormation knows it as ${resource.physicalId}, the provider's table as ${phase.physicalId}. Deploy it again`);
  }
  if (properties.kind === 'stored' && await ledger.readProperties(properties.id) === undefined) {
    return unsettled(`the provider's table lost ${properties.id}, which says what is declared. The next deployment that changes it takes it up again`);
  }
  return { kind: 'settled', resource, revision: item.revision, task: await nextTask(item, stackId, ledger, now), untaggable: untaggable(item) };
}

/** Whether the comparison is still about what the stack has. */
export async function isStillSettled({ resource, revision }: SettledResource, ledger: ReadLedger): Promise<boolean> {
  return (await ledger.read(resource.logicalId))?.revision === revision;
}

/** As an update without any difference has it (ledger/taking-charge.ts). */
async function nextTask(item: Item, stackId: string, ledger: ReadLedger, now: Date): Promise<ReconcilerTask> {
  const { type, task } = await taskOf(item, item.request, stackId, ledger, now);
  return {
    type,
    task: {
      ...task, previous: task.declared, physicalId: item.living!.physicalId, reversal: { kind: 'none' }, lostCreation: undefined, isKnown: true,
    },
  };
}

function untaggable({ request: { checkpoint } }: Item): readonly string[] {
  const known = checkpoint as Partial<KeyCheckpoint>;
  return known.phase === 'taggingReplicas' ? known.untaggable ?? [] : [];
}

function unsettled(reason: string): WatchedResource {
  return { kind: 'unsettled', reason };
}
