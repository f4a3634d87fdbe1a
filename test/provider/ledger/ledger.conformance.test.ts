import { answered, KEY, taken } from './events';
import { faultyLedger } from './faulty-ledger';
import { MemoryLedger } from './memory-ledger';
import { localEngine, motoServer, TableServer } from './table-servers';
import { ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { next } from '../../../src/provider/handler/ledger/commit';
import { Item } from '../../../src/provider/handler/ledger/item';
import { Ledger } from '../../../src/provider/handler/ledger/port';
import { Anchor, LimiterTable } from '../../../src/provider/handler/quota/port';

/** In memory: a table that is gone is one whose every request says so. */
async function memory(): Promise<TableServer> {
  return {
    async createTable() {
      const present = new MemoryLedger();
      const gone = faultyLedger(present, { now: () => 0, after: () => { throw new Error('nothing is late'); } },
        [{ fault: { kind: 'refused', error: 'ResourceNotFoundException' }, times: Infinity }]);
      let table: Ledger & LimiterTable = present;
      return {
        table: {
          read: id => table.read(id),
          write: item => table.write(item),
          readProperties: id => table.readProperties(id),
          writeProperties: (id, json) => table.writeProperties(id, json),
          draw: (region, now) => table.draw(region, now),
          readLimiter: region => table.readLimiter(region),
          anchor: (region, anchor) => table.anchor(region, anchor),
        },
        attributes: async () => { throw new Error('an item in memory has no attributes'); },
        drop: async () => { table = gone; },
      };
    },
    stop: async () => undefined,
  };
}

const CREATE = { type: 'Create', id: 'r1', at: 0 } as const;
const ANCHOR: Anchor = { epoch: 1, ticket: 7, time: 1_795_000_000_123, distance: 250, distanceChangedAt: 1_795_000_000_000 };

describe.each([['memory', memory], ['MiniStack', localEngine], ['moto', motoServer]])('the table in %s', (name, start) => {
  let server: TableServer;
  let table: Ledger & LimiterTable;
  beforeAll(async () => { server = await start(); }, 240_000);
  beforeEach(async () => { ({ table } = await server.createTable()); });
  afterAll(() => server?.stop());

  const faultOf = async (promise: Promise<unknown>) => {
    const error = await promise.then(() => undefined, thrown => thrown);
    expect(error).toBeInstanceOf(ServiceFault);
    return error as ServiceFault;
  };

  describe('items of resources', () => {
    test('what nobody wrote is not there', async () => {
      expect(await table.read('Cvk')).toBeUndefined();
    });

    test('an item is read as it was written', async () => {
      const item = answered(taken(undefined, { ...CREATE, declared: { 'naïve €💳': ['"', '\\', ''], 'constructor': { deep: { a: '1' } } } }), 'SUCCESS', KEY);
      expect(await table.write(item)).toEqual({ kind: 'written' });
      expect(await table.read('Cvk')).toEqual(item);
    });

    test('the first write is refused when there is an item, and answers with it', async () => {
      const first = taken(undefined, CREATE);
      await table.write(first);
      const other = taken(undefined, { ...CREATE, id: 'r2' });
      expect(await table.write(other)).toEqual({ kind: 'refused', current: first });
      expect(await table.read('Cvk')).toEqual(first);
    });

    test('a later write follows the revision before it, and no other', async () => {
      const first = taken(undefined, CREATE);
      const second = next(first);
      await table.write(first);
      expect(await table.write(second)).toEqual({ kind: 'written' });
      expect(await table.write(next(first))).toEqual({ kind: 'refused', current: second });
      expect(await table.write(next(next(second)))).toEqual({ kind: 'refused', current: second });
      expect(await table.read('Cvk')).toEqual(second);
    });

    test('a write that was committed already is refused, and its writer tells', async () => {
      const first = taken(undefined, CREATE);
      await table.write(first);
      expect(await table.write(first)).toMatchObject({ kind: 'refused', current: { writer: first.writer } });
    });

    test('a later write is refused when the item is lost', async () => {
      expect(await table.write(next(taken(undefined, CREATE)))).toEqual({ kind: 'refused', current: undefined });
      expect(await table.read('Cvk')).toBeUndefined();
    });

    test('of writers that race for the same revision, one wins, and the others are told who', async () => {
      const first = taken(undefined, CREATE);
      await table.write(first);
      for (let round = 1; round <= 5; round += 1) {
        const before = (await table.read('Cvk')) as Item;
        const rivals = Array.from({ length: 8 }, () => next(before));
        const results = await Promise.all(rivals.map(rival => table.write(rival)));
        const winners = rivals.filter((_, index) => results[index].kind === 'written');
        expect(winners).toHaveLength(1);
        results.filter(({ kind }) => kind === 'refused').forEach(result => expect(result).toEqual({ kind: 'refused', current: winners[0] }));
        expect(await table.read('Cvk')).toEqual(winners[0]);
      }
    });

    test('of writers that race for the first revision, one wins', async () => {
      const rivals = Array.from({ length: 8 }, (_, index) => taken(undefined, { ...CREATE, id: `r${index}` }));
      const results = await Promise.all(rivals.map(rival => table.write(rival)));
      expect(results.filter(({ kind }) => kind === 'written')).toHaveLength(1);
    });

    test('ids do not meet: a resource, its replaced ids, its properties', async () => {
      const item = taken(undefined, CREATE);
      await table.write(item);
      await table.write({ ...item, id: 'Cvk#0123456789abcdef', writer: 'other' });
      await table.writeProperties('Cvk/properties/r1', '{}');
      expect(await table.read('Cvk')).toEqual(item);
      expect((await table.read('Cvk#0123456789abcdef'))!.writer).toBe('other');
    });

    test('an item may have 380 KB; one of more than 400 KB is refused for good, and changes nothing', async () => {
      const large = (kilobytes: number) => taken(undefined, { ...CREATE, declared: { policy: 'x'.repeat(kilobytes * 1024) } });
      const fault = await faultOf(table.write(large(401)));
      expect(fault).toMatchObject({ kind: 'invalid', service: 'dynamodb', mayPassLater: false });
      const item = large(380);
      expect(await table.write(item)).toEqual({ kind: 'written' });
      expect(await table.read('Cvk')).toEqual(item);
    });
  });

  test('large properties stand for themselves, and may be written twice', async () => {
    const json = JSON.stringify({ declared: { Policy: '€'.repeat(20_000) } });
    expect(await table.readProperties('Cvk/properties/r1')).toBeUndefined();
    await table.writeProperties('Cvk/properties/r1', json);
    await table.writeProperties('Cvk/properties/r1', json);
    expect(await table.readProperties('Cvk/properties/r1')).toBe(json);
  });

  describe('the rate limiter of a Region', () => {
    test('is not there before anybody draws', async () => {
      expect(await table.readLimiter('us-east-1')).toBeUndefined();
    });

    test('hands out one ticket after the other, with the item as it was before', async () => {
      expect(await table.draw('us-east-1', 1000)).toEqual({ ticket: 1, before: undefined });
      expect(await table.draw('us-east-1', 2000)).toEqual({ ticket: 2, before: { drawn: 1, drawnAt: 1000 } });
      expect(await table.draw('eu-west-1', 3000)).toEqual({ ticket: 1, before: undefined });
      expect(await table.readLimiter('us-east-1')).toEqual({ drawn: 2, drawnAt: 2000 });
    });

    test('hands out no ticket twice', async () => {
      const drawn = await Promise.all(Array.from({ length: 25 }, (_, index) => table.draw('us-east-1', index)));
      expect(drawn.map(({ ticket }) => ticket).sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, index) => index + 1));
      drawn.forEach(({ ticket, before }) => expect(before?.drawn ?? 0).toBe(ticket - 1));
    });

    test('is anchored once per epoch, and everybody is answered the same anchor', async () => {
      await table.draw('us-east-1', 1000);
      expect(await table.anchor('us-east-1', ANCHOR)).toEqual(ANCHOR);
      expect(await table.anchor('us-east-1', { ...ANCHOR, ticket: 9 })).toEqual(ANCHOR);
      const second = { ...ANCHOR, epoch: 2, distance: 375 };
      expect(await table.anchor('us-east-1', second)).toEqual(second);
      expect(await table.anchor('us-east-1', { ...ANCHOR, epoch: 2 })).toEqual(second);
      expect(await table.draw('us-east-1', 2000)).toEqual({ ticket: 2, before: { drawn: 1, drawnAt: 1000, anchor: second } });
      expect(await table.readLimiter('us-east-1')).toEqual({ drawn: 2, drawnAt: 2000, anchor: second });
    });

    test('of ten that anchor at once, one does', async () => {
      const rivals = Array.from({ length: 10 }, (_, index) => ({ ...ANCHOR, ticket: index }));
      const answers = await Promise.all(rivals.map(rival => table.anchor('us-east-1', rival)));
      expect(new Set(answers.map(answer => answer!.ticket)).size).toBe(1);
    });

    test('may be anchored before anybody draws', async () => {
      await table.anchor('us-east-1', ANCHOR);
      expect(await table.readLimiter('us-east-1')).toEqual({ drawn: 0, drawnAt: 0, anchor: ANCHOR });
    });

    test('has no anchor to follow when its item was lost', async () => {
      expect(await table.anchor('us-east-1', { ...ANCHOR, epoch: 5 })).toBeUndefined();
      expect(await table.readLimiter('us-east-1')).toBeUndefined();
      await table.draw('us-east-1', 1000);
      expect(await table.anchor('us-east-1', { ...ANCHOR, epoch: 5 })).toBeUndefined();
    });
  });

  test('a table that is gone is not found, whatever is asked of it', async () => {
    const deployed = await server.createTable();
    await deployed.drop();
    const requests: Array<(of: Ledger & LimiterTable) => Promise<unknown>> = [
      of => of.read('Cvk'), of => of.write(taken(undefined, CREATE)), of => of.readProperties('p'), of => of.writeProperties('p', '{}'),
      of => of.draw('us-east-1', 1), of => of.readLimiter('us-east-1'), of => of.anchor('us-east-1', ANCHOR),
    ];
    for (const request of requests) {
      expect(await faultOf(request(deployed.table))).toMatchObject({ kind: 'notFound', service: 'dynamodb' });
    }
  });

  if (name !== 'memory') {
    test('an operator reads in attributes of their own which request is in charge, and until when', async () => {
      const deployed = await server.createTable();
      const item = taken(undefined, CREATE);
      await deployed.table.write(item);
      expect(await deployed.attributes('Cvk')).toMatchObject({
        id: { S: 'Cvk' },
        format: { N: '1' },
        revision: { N: '1' },
        requestId: { S: 'r1' },
        requestType: { S: 'Create' },
        phase: { S: 'working' },
        deadline: { S: item.request.deadline },
      });
      await deployed.table.write(answered(next(item), 'FAILED', KEY));
      expect(await deployed.attributes('Cvk')).toMatchObject({ revision: { N: '2' }, phase: { S: 'FAILED' } });
    });
  }
});
