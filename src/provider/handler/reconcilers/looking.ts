import { secondsSince } from './change';
import { again, Checkpoint, failed, Turn } from './reconciler';
import { ifFound } from '../control-plane/fault';
import { regionOf } from '../control-plane/key-arn';
import { Key, Looks } from '../control-plane/port';

/*
 * Whether a key is there, and whether it can be changed. AccessDenied proves nothing, and neither does one "not found": the
 * first such look is remembered in the checkpoint, and only looks that find nothing for a while prove absence. A key whose
 * deletion window is over is absent at once.
 */

/** The service may not know a key for a moment after CreateKey, so "not found" is believed only after this time. */
export const SECONDS_THAT_PROVE_ABSENCE = 24;
const SECONDS_BETWEEN_LOOKS = 8;
const SECONDS_BETWEEN_STATE_LOOKS = 5;

export interface Looking {
  /** The key that GetKey has not found since then. */
  readonly missing?: { readonly keyArn: string; readonly since: string };
}

export type Look<C extends Checkpoint> =
  | { readonly kind: 'found'; readonly key: Key; readonly checkpoint: C }
  | { readonly kind: 'absent'; readonly isDeleted: boolean }
  | { readonly kind: 'uncertain'; readonly turn: Turn<C> };

/** Looks at a key. A key that is DELETE_COMPLETE is as absent as one that GetKey does not know. */
export async function look<C extends Checkpoint & Looking>(keyArn: string, checkpoint: C, plane: Pick<Looks, 'getKey'>, now: Date): Promise<Look<C>> {
  const key = await ifFound(() => plane.getKey(keyArn));
  if (key) { return key.state === 'DELETE_COMPLETE' ? { kind: 'absent', isDeleted: true } : { kind: 'found', key, checkpoint: withoutMissing(checkpoint) }; }
  const missing = checkpoint.missing?.keyArn === keyArn ? checkpoint.missing : { keyArn, since: now.toISOString() };
  return secondsSince(missing.since, now) >= SECONDS_THAT_PROVE_ABSENCE
    ? { kind: 'absent', isDeleted: false }
    : { kind: 'uncertain', turn: again({ ...checkpoint, missing }, SECONDS_BETWEEN_LOOKS, `GetKey to know ${keyArn}`) };
}

/** Only looks in a row prove anything. */
function withoutMissing<C extends Looking>({ missing, ...checkpoint }: C): C {
  return checkpoint as C;
}

/** DELETE_PENDING or DELETE_COMPLETE. */
export function isDeleted(key: Pick<Key, 'state'>): boolean {
  return key.state.startsWith('DELETE_');
}

/** Waits for a key that is not complete, or gives it up; `undefined` for one that can be changed. */
export function stateTurn<C extends Checkpoint>(checkpoint: C, { keyArn, state, approvalSession }: Key): Turn<C> | undefined {
  switch (state) {
    case 'CREATE_COMPLETE': return undefined;
    case 'CREATE_IN_PROGRESS': return approvalSession !== undefined ? failed(checkpoint, approvalText(keyArn, approvalSession)) : again(checkpoint, SECONDS_BETWEEN_STATE_LOOKS, `${keyArn}, which is CREATE_IN_PROGRESS`);
    case 'DELETE_PENDING': return failed(checkpoint,
      `${keyArn} is DELETE_PENDING. If it is still needed: aws payment-cryptography restore-key --region ${regionOf(keyArn)} --key-identifier ${keyArn}; then deploy again`);
    case 'DELETE_COMPLETE': return failed(checkpoint, goneText(keyArn));
    default: return failed(checkpoint, `${keyArn} is ${state}, so nothing can be done with it`);
  }
}

/** An approval may take days, and no deployment waits so long. */
export function approvalText(keyArn: string, session: string): string {
  return `${keyArn} waits for the approval of a team (${session}), and no deployment waits so long. If it is wanted, have it approved, and declare it with `
    + 'MultiRegionPaymentKey.adopt. Otherwise have the session denied: once approved, the key would have no owner';
}

export function goneText(keyArn: string): string {
  return `${keyArn} does not exist any more. Nothing was created in its place, because new key material would not match the old. `
    + 'To have a new key, declare it under a new construct id';
}
