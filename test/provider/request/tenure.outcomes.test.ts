import { randomUUID } from 'crypto';
import { FaultKind, ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { next } from '../../../src/provider/handler/ledger/commit';
import { Item, OpenCall } from '../../../src/provider/handler/ledger/item';
import { Overtaken, patiently, Superseded, Tenure } from '../../../src/provider/handler/request/tenure';
import { INVENTED, KEY, taken } from '../ledger/events';
import { MemoryLedger } from '../ledger/memory-ledger';

const open = (id: string, operation = 'CreateKey', wasFirstTouch = false): OpenCall =>
  ({ id, operation, region: 'us-east-1', since: '2026-11-28T12:00:00.000Z', outcome: 'inFlight', wasFirstTouch });

/** L3, L4: a write proves who is in charge; what happened is recorded whoever is. */
describe('the item while one invocation works on it', () => {
  let ledger: MemoryLedger;
  let item: Item;
  let tenure: Tenure;

  beforeEach(async () => {
    ledger = new MemoryLedger();
    const creation = taken(undefined, { type: 'Create', id: 'create', at: 0 });
    item = { ...creation, request: { ...creation.request, calls: [open('c1')], checkpoint: { made: undefined } } };
    await ledger.write(item);
    tenure = new Tenure(ledger, item, 'create', async () => undefined);
  });

  const stored = () => ledger.items.get('Cvk')!;
  const supersede = async () => {
    const heir = taken(stored(), { type: 'Delete', id: 'delete', physicalId: INVENTED, at: 5 });
    expect(await ledger.write(heir)).toEqual({ kind: 'written' });
  };
  const made = { requestId: 'create', checkpoint: { made: KEY } };

  test('an executed call is closed with the next write', async () => {
    tenure.ended('create', 'c1', 'executed');
    expect(tenure.hasOutcomes).toBe(true);
    expect(stored().request.calls).toHaveLength(1);
    await tenure.write(one => one, made);
    expect(stored().request).toMatchObject({ calls: [], checkpoint: { made: KEY } });
    expect(tenure.hasOutcomes).toBe(false);
  });

  test('one of unknown outcome stays open, and says so', async () => {
    tenure.ended('create', 'c1', 'unknown');
    await tenure.write(one => one);
    expect(stored().request.calls).toEqual([{ ...open('c1'), outcome: 'unknown' }]);
  });

  test('one that was not executed leaves the checkpoint and the Regions that were there before', async () => {
    const owned = { physicalId: KEY, regions: ['us-west-2'] };
    tenure.ended('create', 'c1', 'notExecuted', { checkpoint: { made: 'before' }, owned });
    expect(tenure.checkpointOf('create')).toEqual({ made: 'before' });
    await tenure.write(one => one);
    expect(stored()).toMatchObject({ request: { calls: [], checkpoint: { made: 'before' } }, owned: [owned] });
  });

  test.each([true, false])('one that was not executed touches nothing, if it was the first to (%s)', async wasFirstTouch => {
    const living = { physicalId: KEY, attributes: {}, digest: '', since: '', isTouched: true };
    const touched: Item = next({ ...item, living, request: { ...item.request, calls: [open('c2', 'TagResource', wasFirstTouch)] } });
    await ledger.write(touched);
    tenure = new Tenure(ledger, touched, 'create', async () => undefined);
    tenure.ended('create', 'c2', 'notExecuted');
    await tenure.write(one => one);
    expect(stored().living!.isTouched).toBe(!wasFirstTouch);
  });

  test('L5: a turn that broke off does not know what its creation made, so that is looked for', async () => {
    tenure.ended('create', 'c1', 'executed');
    tenure.doubtCreations();
    await tenure.write(one => one);
    expect(stored().request.calls).toMatchObject([{ id: 'c1', outcome: 'unknown' }]);
  });

  test('whoever is superseded records what happened in what was inherited, and writes nothing else', async () => {
    await supersede();
    tenure.ended('create', 'c1', 'executed');
    await expect(tenure.write(one => ({ ...one, recent: ['not to be written'] }), made)).rejects.toThrow(Superseded);
    expect(stored().request.requestId).toBe('delete');
    expect(stored().inherited[0].request).toMatchObject({ calls: [], checkpoint: { made: KEY } });
    expect(stored().recent).toEqual(['create']);
  });

  test('without an outcome, a superseded write changes nothing', async () => {
    await supersede();
    const before = stored();
    await expect(tenure.write(one => one)).rejects.toThrow(Superseded);
    expect(stored()).toEqual(before);
  });

  test('another step of the same request was faster: it is overtaken, and its outcome recorded', async () => {
    await ledger.write(next(stored()));
    tenure.ended('create', 'c1', 'executed');
    await expect(tenure.write(one => one, made)).rejects.toThrow(Overtaken);
    expect(stored().request).toMatchObject({ calls: [], checkpoint: { made: KEY } });
  });

  test('of an item that is gone nothing is recorded', async () => {
    ledger.items.clear();
    tenure.ended('create', 'c1', 'executed');
    await expect(tenure.write(one => one, made)).rejects.toThrow(Superseded);
    expect(ledger.items.size).toBe(0);
  });

  test('a write whose answer was lost is known by its writer', async () => {
    const { write } = ledger;
    let lost = true;
    ledger.write = async one => {
      const written = await write.call(ledger, one);
      if (!lost) { return written; }
      lost = false;
      return { kind: 'refused', current: one };
    };
    await tenure.write(one => ({ ...one, writer: randomUUID() }));
    expect(stored().revision).toBe(2);
  });
});

describe('a table that cannot be reached', () => {
  const fault = (kind: FaultKind) => new ServiceFault(kind, 'dynamodb', 'GetItem', 'us-east-1', 'Code', 'detail');
  const attempt = async (failures: readonly Error[]) => {
    const pauses: number[] = [];
    let tries = 0;
    const act = async () => {
      tries += 1;
      if (failures[tries - 1]) { throw failures[tries - 1]; }
      return tries;
    };
    const result = await patiently(act, async seconds => { pauses.push(seconds); }).catch((error: Error) => error);
    return { result, pauses };
  };

  test('is asked four times, ever more slowly', async () => {
    expect(await attempt([fault('throttled'), fault('unreachable'), fault('unknownOutcome')])).toEqual({ result: 4, pauses: [0.5, 1, 1.5] });
    const failures = ['throttled', 'throttled', 'throttled', 'accessDenied', 'throttled'] as const;
    expect(await attempt(failures.map(fault))).toMatchObject({ result: { kind: 'accessDenied' }, pauses: [0.5, 1, 1.5] });
  });

  test.each<[string, Error]>([['what stays wrong', fault('invalid')], ['a bug', new TypeError('x')]])('is not asked again after %s', async (_, error) => {
    expect(await attempt([error])).toEqual({ result: error, pauses: [] });
  });
});
