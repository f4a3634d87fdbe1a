import { KeyProperties } from '../../../contract/multi-region-payment-key';
import { ControlPlane } from '../../control-plane/port';
import { Task } from '../turn';

/** The one call that brings tags nearer to what is declared, and whether it is the last one. */
export interface TagChange {
  readonly last: boolean;
  call(): Promise<void>;
}

/** Compares the tags of a primary or a replica with the declared ones. Tags that others set stay. */
export async function tagChange(keyArn: string, task: Task<KeyProperties>, plane: ControlPlane): Promise<TagChange | undefined> {
  const live = await plane.listTags(keyArn);
  const missing = Object.entries(task.declared.Tags).filter(([key, value]) => live[key] !== value);
  // A value that others set since is theirs.
  const surplus = Object.entries(task.previous?.Tags ?? {}).filter(([key, value]) => !(key in task.declared.Tags) && live[key] === value)
    .map(([key]) => key);
  if (missing.length > 0) {
    return { last: surplus.length === 0, call: () => plane.tagKey(keyArn, Object.fromEntries(missing)) };
  }
  return surplus.length > 0 ? { last: true, call: () => plane.untagKey(keyArn, surplus) } : undefined;
}

/** Whether there is anything of ours to compare: a request in every replica Region is spared otherwise. */
export function hasTags(task: Task<KeyProperties>): boolean {
  return Object.keys(task.declared.Tags).length + Object.keys(task.previous?.Tags ?? {}).length > 0;
}
