import { ControlPlane, Key } from '../control-plane/port';
import { ifFound } from '../service-fault';
import { again, failed, Memory, Turn } from './turn';

/** GetKey may not know a key for a moment after CreateKey, so one look that finds nothing proves nothing. */
const LOOKS_THAT_PROVE_ABSENCE = 4;
const SECONDS_BETWEEN_LOOKS = 8;
const SECONDS_BETWEEN_STATE_LOOKS = 5;

/** Memory that counts the looks at keys in a row that found none, by ARN. */
export interface Looking extends Memory {
  readonly missing?: Record<string, number>;
}

export type Look<M extends Looking> =
  | { readonly key: Key; readonly memory: M }
  | { readonly absent: true }
  /** Not certain yet. */
  | { readonly turn: Turn<M> };

export async function look<M extends Looking>(keyArn: string, memory: M, plane: ControlPlane): Promise<Look<M>> {
  const { [keyArn]: before = 0, ...others } = memory.missing ?? {};
  const key = await ifFound(() => plane.getKey(keyArn));
  if (key) { return { key, memory: { ...memory, missing: others } }; }
  const missing = { ...others, [keyArn]: before + 1 };
  return before + 1 < LOOKS_THAT_PROVE_ABSENCE
    ? { turn: again({ ...memory, missing }, SECONDS_BETWEEN_LOOKS, `GetKey to know ${keyArn}`) }
    : { absent: true };
}

/** DELETE_PENDING or DELETE_COMPLETE. */
export function isDeleted(key: Key): boolean {
  return key.state.startsWith('DELETE_');
}

/** Waits for a key that is not complete, or gives it up; `undefined` for one that can be changed. */
export function stateTurn<M extends Memory>(memory: M, key: Key): Turn<M> | undefined {
  if (key.state === 'CREATE_COMPLETE') { return undefined; }
  if (key.state === 'CREATE_IN_PROGRESS') { return again(memory, SECONDS_BETWEEN_STATE_LOOKS, `${key.keyArn}, which is CREATE_IN_PROGRESS`); }
  return failed(memory, isDeleted(key)
    ? `${key.keyArn} is ${key.state}. If it is still needed: aws payment-cryptography restore-key --key-identifier ${key.keyArn}; then deploy again`
    : `${key.keyArn} is ${key.state}, so nothing can be done with it`);
}
