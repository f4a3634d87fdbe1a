import { ServiceFault } from '../../service-fault';
import { again, Turn } from '../turn';
import { KeyMemory } from './memory';

const MOST_REFUSALS = 3;
const SECONDS_BEFORE_NEXT_LOOK = 5;

/**
 * Makes one mutating call. What was looked at may be out of date, and another change may be under way: a
 * refusal that this explains leads to another look, and is believed when it comes again and again.
 */
export async function change(
  memory: KeyMemory, what: string, call: () => Promise<unknown>, afterwards: (memory: KeyMemory) => Turn<KeyMemory>,
): Promise<Turn<KeyMemory>> {
  try {
    await call();
  } catch (fault) {
    if (!(fault instanceof ServiceFault)) { throw fault; }
    if (fault.kind === 'conflict') { return again(memory, SECONDS_BEFORE_NEXT_LOOK, `${what}, which the service refuses for now (${fault.message})`); }
    const refusals = (memory.refusals ?? 0) + 1;
    if ((fault.kind === 'invalid' || fault.kind === 'notFound') && refusals < MOST_REFUSALS) {
      return again({ ...memory, refusals }, SECONDS_BEFORE_NEXT_LOOK, what);
    }
    throw fault;
  }
  return afterwards({ ...memory, refusals: 0 });
}
