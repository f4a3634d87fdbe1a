import { Item } from '../../../src/provider/handler/ledger/item';
import { forget } from '../../../src/provider/handler/request/forget';
import { Ports } from '../../../src/provider/handler/request/ports';
import { KEY, OTHER_KEY, taken } from '../ledger/events';
import { MemoryLedger } from '../ledger/memory-ledger';

describe('what was replaced and is deleted owns no Regions any more', () => {
  const owned = [{ physicalId: KEY, regions: ['us-west-2'] }, { physicalId: OTHER_KEY, regions: ['eu-west-1'] }];
  const resource: Item = { ...taken(undefined, { type: 'Create', id: 'create', at: 0 }), owned };
  let ledger: MemoryLedger;
  const ports = () => ({ ledger, pause: async () => undefined }) as unknown as Ports;

  beforeEach(async () => {
    ledger = new MemoryLedger();
    await ledger.write(resource);
  });

  test('in the item of the logical resource', async () => {
    await forget({ ...resource, id: 'Cvk#0123' }, KEY, ports());
    expect(ledger.items.get('Cvk')!.owned).toEqual([owned[1]]);
  });

  test('not by the Delete of the resource itself, whose own item says so', async () => {
    await forget(resource, KEY, ports());
    expect(ledger.items.get('Cvk')!.owned).toEqual(owned);
  });

  test('whoever writes the item meanwhile', async () => {
    const { write } = ledger;
    let raced = false;
    ledger.write = async item => {
      if (!raced) {
        raced = true;
        await write.call(ledger, { ...resource, revision: 2, writer: 'another', recent: ['another'] });
      }
      return write.call(ledger, item);
    };
    await forget({ ...resource, id: 'Cvk#0123' }, KEY, ports());
    expect(ledger.items.get('Cvk')).toMatchObject({ owned: [owned[1]], recent: ['another'] });
  });

  test('nothing is written where it owned none, or the item is gone', async () => {
    const writes = ledger.writes.length;
    await forget({ ...resource, id: 'Cvk#0123' }, 'alias/cvk', ports());
    ledger.items.clear();
    await forget({ ...resource, id: 'Cvk#0123' }, KEY, ports());
    expect(ledger.writes).toHaveLength(writes);
  });
});
