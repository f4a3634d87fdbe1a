import { ManagedKeyProperties } from '../../../contract/multi-region-payment-key';
import { ControlPlane } from '../../control-plane/port';
import { change } from '../change';
import { again, Task, Turn } from '../turn';
import { KeyMemory, Tagging } from './memory';

/** Whether there is anything of ours to compare: a request in every Region is spared otherwise. */
export function hasTags(task: Task<ManagedKeyProperties>): boolean {
  return Object.keys(task.declared.Tags).length + Object.keys(task.previous?.Tags ?? {}).length > 0;
}

/**
 * Compares the tags of a primary or a replica with the declared ones; what differs is changed in the turns that
 * follow. `undefined` when they are as declared.
 */
export async function compareTags(
  keyArn: string, task: Task<ManagedKeyProperties>, memory: KeyMemory, plane: ControlPlane,
): Promise<Turn<KeyMemory> | undefined> {
  const tagging = difference(keyArn, task, await plane.listTags(keyArn));
  return isEmpty(tagging) ? undefined : again({ ...memory, tagging }, 0, `tags of ${keyArn}`);
}

/** Makes one call of those that the comparison asked for. */
export async function changeTags(memory: KeyMemory, plane: ControlPlane): Promise<Turn<KeyMemory>> {
  const { keyArn, set, unset } = memory.tagging!;
  const sets = Object.keys(set).length > 0;
  const rest: Tagging = sets ? { keyArn, set: {}, unset } : { keyArn, set, unset: [] };
  const what = `tags of ${keyArn}`;
  return change(memory, { what, call: () => sets ? plane.tagKey(keyArn, set) : plane.untagKey(keyArn, unset) }, after =>
    again(isEmpty(rest) ? withTagged({ ...after, tagging: undefined }, keyArn) : { ...after, tagging: rest }, 0, what));
}

export function withTagged(memory: KeyMemory, keyArn: string): KeyMemory {
  return { ...memory, tagged: [...memory.tagged ?? [], keyArn] };
}

/** Tags that others set stay, and so does a value that others set since in place of ours. */
export function difference(keyArn: string, { declared, previous }: Task<ManagedKeyProperties>, live: Record<string, string>): Tagging {
  return {
    keyArn,
    set: Object.fromEntries(Object.entries(declared.Tags).filter(([key, value]) => live[key] !== value)),
    unset: Object.entries(previous?.Tags ?? {}).filter(([key, value]) => !(key in declared.Tags) && live[key] === value).map(([key]) => key),
  };
}

export function isEmpty({ set, unset }: Tagging): boolean {
  return Object.keys(set).length + unset.length === 0;
}
