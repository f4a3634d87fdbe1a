import { ControlPlane } from '../../control-plane/port';
import { ServiceFault } from '../../service-fault';
import { change } from '../change';
import { isDeleted, look } from '../looking';
import { again, Turn } from '../turn';
import { KeyMemory } from './memory';

/** The end of a deletion turn: `deleted` is true for DELETE_PENDING as well, `absent` when GetKey knows no such key, nor DeleteKey unless it was denied. */
export type DeletionTurn =
  | { readonly deleted: true }
  | { readonly absent: true; readonly denied: boolean }
  | { readonly turn: Turn<KeyMemory> };

/** GetKey may lag for longer than anybody waits, so DeleteKey has the last word. What does not exist has no tag of ours, so it may be denied. */
async function deleteUnseen(keyArn: string, windowInDays: number, plane: ControlPlane): Promise<DeletionTurn> {
  try {
    await plane.deleteKey(keyArn, windowInDays);
    return { deleted: true };
  } catch (fault) {
    const { kind } = fault as ServiceFault;
    if (kind === 'notFound' || kind === 'accessDenied') { return { absent: true, denied: kind === 'accessDenied' }; }
    throw fault;
  }
}

/** Replicas are deleted with the primary, at once; only the primary waits out the window (User Guide: deleting keys). */
export async function scheduleDeletion(
  keyArn: string, windowInDays: number, memory: KeyMemory, plane: ControlPlane,
): Promise<DeletionTurn> {
  const seen = await look(keyArn, memory, plane);
  if ('turn' in seen) { return seen; }
  if ('absent' in seen) { return deleteUnseen(keyArn, windowInDays, plane); }
  if (isDeleted(seen.key)) { return { deleted: true }; }
  let deleted = false;
  const turn = await change(seen.memory, { what: `deletion of ${keyArn}`, call: () => plane.deleteKey(keyArn, windowInDays) }, after => {
    deleted = true;
    return again(after, 0, '');
  });
  return deleted ? { deleted } : { turn };
}
