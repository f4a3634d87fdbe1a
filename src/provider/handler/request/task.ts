import { RESOURCE_TYPES, ResourceType } from './resource-types';
import { ContractError } from '../../contract/codec';
import { CloudFormationEvent, decodedOrRefused, RefusedRequest } from '../cloudformation/event';
import { parseKeyArn } from '../control-plane/key-arn';
import { isCreation } from '../ledger/creations';
import { Item, RequestRecord } from '../ledger/item';
import { Ledger } from '../ledger/port';
import { ownedRegions } from '../ledger/records';
import { LostCreation, Owner, Reversal, Task } from '../reconcilers/reconciler';

/** A request as its reconciler is asked. */
export interface ReconcilerTask {
  readonly type: ResourceType;
  readonly task: Task<any>;
}

export function resourceType(name: string): ResourceType {
  const type = RESOURCE_TYPES.get(name);
  if (!type) {
    throw new RefusedRequest(`this provider does not know the resource type ${name}. It knows ${[...RESOURCE_TYPES.keys()].join(', ')}`);
  }
  return type;
}

function ownerOf(stackId: string, logicalId: string, requestId: string): Owner {
  return { region: stackId.split(':')[3], stackId, logicalId, requestId };
}

/** Refuses what can be known to be wrong before the request takes charge, and so before anything is made. */
export function refuse(event: CloudFormationEvent): { readonly declared: any; readonly type: ResourceType } {
  const type = resourceType(event.ResourceType);
  const [, , , region, account] = event.StackId.split(':');
  const arn = parseKeyArn(event.PhysicalResourceId ?? '');
  if (arn && (arn.account !== account || arn.region !== region)) {
    throw new RefusedRequest(`${event.PhysicalResourceId} is not of this stack's account ${account} and Region ${region}`);
  }
  const declared = decodedOrRefused(() => type.properties.decode(event.ResourceProperties, ''));
  const reason = event.RequestType === 'Delete' ? undefined
    : type.reconciler.refuse(declared, ownerOf(event.StackId, event.LogicalResourceId, event.RequestId));
  if (reason) { throw new RefusedRequest(reason); }
  return { declared, type };
}

export async function taskOf(
  item: Item, record: RequestRecord, stackId: string, ledger: Pick<Ledger, 'readProperties'>, now: Date,
): Promise<ReconcilerTask> {
  const type = resourceType(record.resourceType);
  const { declared, former } = await declarations(record, ledger);
  const owner = ownerOf(stackId, item.logicalId, record.requestId);
  return {
    type,
    task: {
      declared: type.properties.decode(declared, ''),
      previous: previous(former, type),
      physicalId: record.physicalId,
      owner,
      reversal: record.reversal.kind === 'ofNothing' ? NO_REVERSAL : record.reversal,
      lostCreation: lostCreation(record),
      isKnown: record.isKnown,
      ownedRegions: physicalId => ownedRegions(item, physicalId),
      now,
    },
  };
}

const NO_REVERSAL: Reversal = { kind: 'none' };

async function declarations({ properties }: RequestRecord, ledger: Pick<Ledger, 'readProperties'>): Promise<{ readonly declared: unknown; readonly former?: unknown }> {
  if (properties.kind === 'inline') { return properties; }
  const stored = await ledger.readProperties(properties.id);
  if (stored === undefined) { throw new RefusedRequest(`the ledger lost ${properties.id}, which says what was declared, so nothing was changed. Deploy again`); }
  return JSON.parse(stored);
}

/** When an update was refused for its properties, the rollback that follows has them as its old ones. */
function previous(former: unknown, type: ResourceType): unknown {
  try {
    return former === undefined ? undefined : type.properties.decode(former, '');
  } catch (error) {
    if (error instanceof ContractError) { return undefined; }
    throw error;
  }
}

/** Absent, too, once the search has found what was made. */
export function lostCreation({ calls, requestId, checkpoint }: RequestRecord): LostCreation | undefined {
  const call = checkpoint.made === undefined ? calls.find(({ operation }) => isCreation(operation)) : undefined;
  return call && { since: new Date(call.since), requestId };
}
