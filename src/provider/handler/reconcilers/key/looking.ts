import { ControlPlane, Key } from '../../control-plane/port';
import { ServiceFault } from '../../service-fault';
import { again, Turn } from '../turn';
import { KeyMemory } from './memory';

/** GetKey may not know a key for a moment after CreateKey, so one look that finds nothing proves nothing. */
const LOOKS_THAT_PROVE_ABSENCE = 4;
const SECONDS_BETWEEN_LOOKS = 8;

export type Look =
  | { readonly key: Key; readonly memory: KeyMemory }
  | { readonly absent: true }
  /** Not certain yet. */
  | { readonly turn: Turn<KeyMemory> };

export async function look(keyArn: string, memory: KeyMemory, plane: ControlPlane): Promise<Look> {
  const { [keyArn]: before = 0, ...others } = memory.missing ?? {};
  try {
    return { key: await plane.getKey(keyArn), memory: { ...memory, missing: others } };
  } catch (fault) {
    if (!(fault instanceof ServiceFault) || fault.kind !== 'notFound') { throw fault; }
  }
  const missing = { ...others, [keyArn]: before + 1 };
  return before + 1 < LOOKS_THAT_PROVE_ABSENCE
    ? { turn: again({ ...memory, missing }, SECONDS_BETWEEN_LOOKS, `GetKey to know ${keyArn}`) }
    : { absent: true };
}

/** DELETE_PENDING or DELETE_COMPLETE. */
export function isDeleted(key: Key): boolean {
  return key.state.startsWith('DELETE_');
}
