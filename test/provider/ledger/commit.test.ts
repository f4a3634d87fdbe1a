import { taken } from './events';
import { faultyLedger, LedgerFault, PlannedFault, Time } from './faulty-ledger';
import { MemoryLedger } from './memory-ledger';
import { commit, next } from '../../../src/provider/handler/ledger/commit';
import { Item } from '../../../src/provider/handler/ledger/item';

const ITEM = taken(undefined, { type: 'Create', id: 'r1', at: 0 });
const RIVAL = taken(undefined, { type: 'Create', id: 'r2', at: 1 });

/** A table whose clock moves only while a commit pauses. */
class Timeline {
  readonly table = new MemoryLedger();
  seconds = 0;
  private due: Array<{ readonly at: number; readonly act: () => Promise<unknown> }> = [];

  commit(item: Item, ...planned: PlannedFault[]) {
    const time: Time = {
      now: () => this.seconds * 1000,
      after: (seconds, act) => { this.due.push({ at: this.seconds + seconds, act }); },
    };
    return commit(faultyLedger(this.table, time, planned), item, seconds => this.pass(seconds));
  }

  async pass(seconds: number): Promise<void> {
    this.seconds += seconds;
    const now = this.due.filter(({ at }) => at <= this.seconds);
    this.due = this.due.filter(({ at }) => at > this.seconds);
    for (const { act } of now) { await act(); }
  }
}

describe('committing an item', () => {
  const once = (fault: LedgerFault): PlannedFault => ({ fault });

  test.each<[string, LedgerFault]>([
    ['throttled', { kind: 'refused', error: 'ThrottlingException' }],
    ['a server error', { kind: 'refused', error: 'InternalServerError' }],
    ['denied', { kind: 'refused', error: 'AccessDeniedException' }],
    ['its answer lost', { kind: 'answer lost' }],
    ['executed between two tries', { kind: 'executed late', afterSeconds: 0.05 }],
    ['executed after it was tried again', { kind: 'executed late', afterSeconds: 5 }],
  ])('once %s, it is written all the same, and once', async (_, fault) => {
    const timeline = new Timeline();
    expect(await timeline.commit(ITEM, once(fault))).toEqual({ kind: 'written' });
    await timeline.pass(60);
    expect(timeline.table.items.get('Cvk')).toEqual(ITEM);
    expect(await timeline.commit(next(ITEM))).toEqual({ kind: 'written' });
  });

  test('a write that comes late changes nothing of what was written since', async () => {
    const timeline = new Timeline();
    await timeline.commit(ITEM, once({ kind: 'executed late', afterSeconds: 5 }));
    const second = next(ITEM);
    await timeline.commit(second);
    await timeline.pass(60);
    expect(timeline.table.items.get('Cvk')).toEqual(second);
  });

  test('whoever wrote first is told, also when an earlier try has an unknown outcome', async () => {
    const timeline = new Timeline();
    await timeline.commit(RIVAL);
    expect(await timeline.commit(ITEM)).toEqual({ kind: 'refused', current: RIVAL });
    expect(await timeline.commit(ITEM, once({ kind: 'refused', error: 'InternalServerError' }))).toEqual({ kind: 'refused', current: RIVAL });
  });

  test.each(['ThrottlingException', 'InternalServerError', 'AccessDeniedException'] as const)('%s for good is thrown, after less than half a minute', async error => {
    const timeline = new Timeline();
    await expect(timeline.commit(ITEM, { fault: { kind: 'refused', error }, times: Infinity })).rejects.toMatchObject({ service: 'dynamodb', code: error });
    expect(timeline.seconds).toBeLessThan(30);
    expect(timeline.table.items.size).toBe(0);
  });

  test('denied for two seconds, it is written', async () => {
    const timeline = new Timeline();
    expect(await timeline.commit(ITEM, { fault: { kind: 'refused', error: 'AccessDeniedException' }, times: Infinity, until: 2_000 })).toEqual({ kind: 'written' });
  });

  test('a table that is gone is not tried again', async () => {
    const timeline = new Timeline();
    await expect(timeline.commit(ITEM, { fault: { kind: 'refused', error: 'ResourceNotFoundException' }, times: Infinity })).rejects.toMatchObject({ kind: 'notFound' });
    expect(timeline.seconds).toBe(0);
  });
});
