import { KeyMemory } from './memory';
import { ManagedKeyProperties } from '../../../contract/multi-region-payment-key';
import { LONGEST_RESOURCE_POLICY } from '../../../contract/resource-policy';
import { ControlPlane } from '../../control-plane/port';
import { regionOf } from '../../key-arn';
import { ifFound, ServiceFault } from '../../service-fault';
import { change } from '../change';
import { again, failed, Task, Turn } from '../turn';

const SECONDS_AFTER_READING = 1;
const WHAT = 'the resource policy';

/**
 * Brings the resource policy of a primary to what is declared: replicas have none. A key of which no policy was ever
 * declared costs no request, and keeps what others put there. `undefined` when nothing is left to do.
 */
export async function changeResourcePolicy(
  task: Task<ManagedKeyProperties>, memory: KeyMemory, plane: ControlPlane, changed: boolean,
): Promise<Turn<KeyMemory> | undefined> {
  const keyArn = memory.keyArn!;
  const declared = task.declared.ResourcePolicy;
  if (looksAtResourcePolicy(task, memory)) { return compare(declared, task.previous?.ResourcePolicy, memory, await plane.getResourcePolicy(keyArn)); }
  // A new key has no policy to look at.
  const next = memory.resourcePolicy ?? (declared === undefined ? 'settled' : 'put');
  if (next === 'settled' || next === 'wasPut') { return undefined; }
  if (changed) { return again(memory, 0, WHAT); }
  // Deleted by a call whose answer was lost, perhaps. Were it the key that is gone, the next look would say so.
  const call = (): Promise<unknown> => next === 'put' ? plane.putResourcePolicy(keyArn, declared!) : ifFound(() => plane.deleteResourcePolicy(keyArn));
  try {
    return await change(memory, { what: WHAT, call }, after => again({ ...after, resourcePolicy: next === 'put' ? 'wasPut' : 'settled' }, 0, WHAT));
  } catch (fault) {
    if (!(fault instanceof ServiceFault) || fault.kind !== 'publicPolicy') { throw fault; }
    return failed(memory, `the resource policy of ${keyArn} would let everybody in, which the service refuses. Name the principals, or add conditions (${fault.message})`);
  }
}

/** Whether it is still to be seen which policy the key has. A new one has none. */
export function looksAtResourcePolicy({ declared, previous }: Task<ManagedKeyProperties>, memory: KeyMemory): boolean {
  return memory.resourcePolicy === undefined && memory.made !== memory.keyArn && (declared.ResourcePolicy ?? previous?.ResourcePolicy) !== undefined;
}

/** What was read is remembered first: a turn that needs more requests than the quota gives it would never end. */
function compare(declared: string | undefined, former: string | undefined, memory: KeyMemory, live: string | undefined): Turn<KeyMemory> {
  const keyArn = memory.keyArn!;
  const so = (resourcePolicy: 'put' | 'delete' | 'settled', note?: string) =>
    again({ ...memory, resourcePolicy, notes: note ? [...memory.notes ?? [], note] : memory.notes }, SECONDS_AFTER_READING, WHAT);
  if (declared === undefined) {
    if (live === undefined) { return so('settled'); }
    return samePolicy(live, former!) ? so('delete') : so('settled', `the resource policy of ${keyArn} stays, since others have changed it`);
  }
  if (live !== undefined && samePolicy(live, declared)) { return so('settled'); }
  return live === undefined || former !== undefined
    ? so('put')
    : failed(memory, `${keyArn} has a resource policy that this resource did not put there, so it is not overwritten. Declare the very same one, or take it away first: `
      + `aws payment-cryptography delete-resource-policy --region ${regionOf(keyArn)} --resource-arn ${keyArn}`);
}

/** What the template could not know: how long the text becomes. */
export function policyProblem({ ResourcePolicy: policy = '' }: Pick<ManagedKeyProperties, 'ResourcePolicy'>): string | undefined {
  return policy.length > LONGEST_RESOURCE_POLICY
    ? `resourcePolicy has ${policy.length} characters, but at most ${LONGEST_RESOURCE_POLICY} are allowed. Shorten it`
    : undefined;
}

/** The order of members says nothing. */
export function samePolicy(one: string, other: string): boolean {
  return ordered(one) === ordered(other);
}

function ordered(policy: string): string {
  try {
    return JSON.stringify(JSON.parse(policy), (_, value) => value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))
      : value);
  } catch {
    return policy;
  }
}
