import { Ports } from './ports';
import { commit, next } from '../ledger/commit';
import { Item } from '../ledger/item';
import { ownedRegions, withOwned } from '../ledger/records';
import { resourceId } from '../ledger/taking-charge';

/**
 * What was replaced and is deleted owns no Regions any more. The item of the logical resource says so before the Delete
 * is answered: should the same physical id ever come back, Regions that others add by then are not taken for its own.
 */
export async function forget({ id, logicalId }: Item, physicalId: string, ports: Ports): Promise<void> {
  if (id === resourceId(logicalId)) { return; }
  for (let item = await ports.ledger.read(resourceId(logicalId)); item && ownedRegions(item, physicalId).length > 0;) {
    const written = await commit(ports.ledger, next(withOwned(item, { physicalId, regions: [] })), ports.pause);
    if (written.kind === 'written') { return; }
    item = written.current;
  }
}
