import { randomUUID } from 'crypto';
import { Item } from './item';
import { Ledger, Written } from './port';
import { ServiceFault } from '../control-plane/fault';

/** Together less than half of the function's timeout, clients' own timeouts included. */
const PAUSES_SECONDS = [0.1, 0.3, 1, 3];

/**
 * Writes an item, again if the outcome is not known: the item's `writer` tells whether an earlier try was committed (L3).
 *
 * @throws ServiceFault when the table cannot be written
 */
export async function commit(ledger: Ledger, item: Item, pause: (seconds: number) => Promise<void>): Promise<Written> {
  for (let tries = 0; ; tries += 1) {
    try {
      const written = await ledger.write(item);
      return written.kind === 'refused' && written.current?.writer === item.writer ? { kind: 'written' } : written;
    } catch (fault) {
      if (!(fault instanceof ServiceFault) || !fault.mayPassLater || tries >= PAUSES_SECONDS.length) { throw fault; }
      await pause(PAUSES_SECONDS[tries]);
    }
  }
}

/** The item as it is written next. */
export function next(item: Item): Item {
  return { ...item, revision: item.revision + 1, writer: randomUUID() };
}
