import { KeyMemory } from './memory';
import { regionsTag } from './region-ownership';
import { BEGIN, FIRST_WAIT, searchByRequest } from './search';
import { declaredTraits } from './traits';
import { KeyProperties } from '../../../contract/multi-region-payment-key';
import { LOGICAL_ID_TAG, REPLACES_TAG, REQUEST_ID_TAG, STACK_ID_TAG } from '../../../contract/ownership-tags';
import { ControlPlane, Key, KeyCreation } from '../../control-plane/port';
import { ServiceFault } from '../../service-fault';
import { again, failed, Task, Turn } from '../turn';

/**
 * CreateKey has no client token, and what it made can be found only some time later, so it is called once:
 * in the turn after the one that recorded the intention, and never again unless the service said that it did
 * nothing. Whatever else happens to that call, the key is looked for, and adopted or given up.
 */
export async function create(
  task: Task<KeyProperties>, memory: KeyMemory, plane: ControlPlane, created: (memory: KeyMemory, key: Key) => Promise<Turn<KeyMemory>>,
): Promise<Turn<KeyMemory>> {
  if (!memory.outcomeUnknown) {
    return again({ ...memory, outcomeUnknown: true }, 0, 'the intention to create to be recorded');
  }
  if (memory.search) { return settle(task, memory, plane); }
  if (task.interrupted) { return lookForIt(memory, 'the function was interrupted'); }
  let key: Key;
  try {
    key = await plane.createKey(task.owner.region, creation(task));
  } catch (error) {
    if (error instanceof ServiceFault && error.provesNotExecuted) { throw error; }
    return lookForIt(memory, String((error as Error).message));
  }
  return created(madeBy(task, memory, key.keyArn), key);
}

export function lookForIt(memory: KeyMemory, lost: string): Turn<KeyMemory> {
  return again({ ...memory, search: BEGIN, lost }, FIRST_WAIT, `the outcome of CreateKey, whose answer was lost (${lost})`);
}

async function settle(task: Task<KeyProperties>, memory: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory>> {
  if (memory.search!.exhausted) {
    return failed(memory, `the answer of CreateKey was lost (${memory.lost}), and no key that this request made was found. `
      + 'It is not repeated, so that no second key is made. Deploy again to try anew');
  }
  const turn = await searchByRequest(task.owner.region, task.owner.requestId, declaredTraits(task.declared), memory.search!, plane);
  return 'found' in turn
    ? again(madeBy(task, memory, turn.found), 0, 'the key that was found')
    : again({ ...memory, search: turn.search }, turn.inSeconds, 'the outcome of CreateKey, whose answer was lost');
}

/** A key that carries this request's tag was made by this request, with all its tags. */
export function madeBy(task: Task<KeyProperties>, memory: KeyMemory, keyArn: string): KeyMemory {
  return { ...memory, outcomeUnknown: false, search: undefined, keyArn, made: keyArn, owned: task.declared.ReplicationRegions ?? [] };
}

function creation({ declared, owner, physicalId }: Task<KeyProperties>): KeyCreation {
  return {
    ...declaredTraits(declared),
    enabled: declared.Enabled,
    keyCheckValueAlgorithm: declared.KeyCheckValueAlgorithm,
    deriveKeyUsage: declared.DeriveKeyUsage,
    replicationRegions: declared.ReplicationRegions,
    tags: {
      ...declared.Tags,
      [STACK_ID_TAG]: owner.stackId,
      [LOGICAL_ID_TAG]: owner.logicalId,
      [REQUEST_ID_TAG]: owner.requestId,
      ...(physicalId === undefined ? {} : { [REPLACES_TAG]: physicalId }),
      ...regionsTag(declared.ReplicationRegions ?? []),
    },
  };
}
