import { DELETION_WINDOW } from '../../../contract/multi-region-payment-key';
import { FaultKind, ServiceFault } from '../../control-plane/fault';
import { regionOf } from '../../control-plane/key-arn';
import { isDeleted, look, stateTurn } from '../looking';
import { again, ControlPlane, Turn } from '../reconciler';
import { KeyCheckpoint } from './checkpoint';

/*
 * DeleteKey is called without GetKey before it, so a deletion costs two API calls: ListTagsForResource, which says whose the
 * key is, and DeleteKey. GetKey only explains a refusal. For example, ValidationException and then GetKey with DELETE_PENDING: it is deleted already.
 */

/** The end of a deletion turn: `deleted` is true for DELETE_PENDING as well. */
export type DeletionTurn =
  | { readonly kind: 'deleted' }
  /** GetKey does not know it. That is certain if DeleteKey does not know it either; it is denied for a key that is gone, since that bears no tags of ours. */
  | { readonly kind: 'absent'; readonly isCertain: boolean }
  /** A team has still to approve that there be such a key, and until then it cannot be deleted. */
  | { readonly kind: 'awaitsApproval'; readonly session: string }
  | { readonly kind: 'turn'; readonly turn: Turn<KeyCheckpoint> };

/** Refusals of DeleteKey that one GetKey explains: there is no such key (any more), or it is in a state that forbids the call. */
const EXPLAINED_BY_A_LOOK: readonly FaultKind[] = ['notFound', 'accessDenied', 'invalid', 'conflict'];
const SECONDS_AFTER_CONFLICT = 5;

/** Replicas are deleted with the primary, at once; only the primary waits out the window (User Guide: deleting keys). */
export async function scheduleDeletion(
  keyArn: string, windowInDays: number, checkpoint: KeyCheckpoint, plane: ControlPlane<KeyCheckpoint>, now: Date,
): Promise<DeletionTurn> {
  try {
    await plane.intending(checkpoint).deleteKey(keyArn, windowInDays);
    return { kind: 'deleted' };
  } catch (fault) {
    if (!(fault instanceof ServiceFault) || !EXPLAINED_BY_A_LOOK.includes(fault.kind)) { throw fault; }
    const seen = await look(keyArn, checkpoint, plane, now);
    switch (seen.kind) {
      case 'uncertain': return { kind: 'turn', turn: seen.turn };
      case 'absent': return seen.isDeleted ? { kind: 'deleted' } : { kind: 'absent', isCertain: fault.kind === 'notFound' };
      case 'found': {
        if (isDeleted(seen.key)) { return { kind: 'deleted' }; }
        const { state, approvalSession } = seen.key;
        if (state === 'CREATE_IN_PROGRESS' && approvalSession !== undefined) { return { kind: 'awaitsApproval', session: approvalSession }; }
        const turn = stateTurn(seen.checkpoint, seen.key);
        if (turn?.kind === 'again') { return { kind: 'turn', turn }; }
        if (fault.kind === 'conflict') { return { kind: 'turn', turn: again(seen.checkpoint, SECONDS_AFTER_CONFLICT, `deletion of ${keyArn} (${fault.message})`) }; }
        throw fault;
      }
    }
  }
}

/** The command that deletes a key, for people. */
export function deleteCommand(keyArn: string): string {
  return `aws payment-cryptography delete-key --region ${regionOf(keyArn)} --key-identifier ${keyArn} --delete-key-in-days ${DELETION_WINDOW.least}`;
}
