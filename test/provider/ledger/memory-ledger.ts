import { ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { Item } from '../../../src/provider/handler/ledger/item';
import { Ledger, Written } from '../../../src/provider/handler/ledger/port';
import { Anchor, LimiterItem, LimiterTable } from '../../../src/provider/handler/quota/port';

/** Amazon DynamoDB: the largest item. */
const MOST_BYTES = 400 * 1024;

/** The provider's table in memory, with nothing going wrong. Held to the conformance tests of every implementation. */
export class MemoryLedger implements Ledger, LimiterTable {
  readonly items = new Map<string, Item>();
  readonly properties = new Map<string, string>();
  readonly limiters = new Map<string, LimiterItem>();
  /** Every write: what it was, and how many bytes. */
  readonly writes: Array<{ readonly what: string; readonly bytes: number }> = [];

  async read(id: string): Promise<Item | undefined> {
    return copy(this.items.get(id));
  }

  async write(item: Item): Promise<Written> {
    this.note(`item ${item.id}`, item);
    const current = this.items.get(item.id);
    if ((current?.revision ?? 0) !== item.revision - 1) { return { kind: 'refused', current: copy(current) }; }
    this.items.set(item.id, copy(item));
    return { kind: 'written' };
  }

  async readProperties(id: string): Promise<string | undefined> {
    return this.properties.get(id);
  }

  async writeProperties(id: string, json: string): Promise<void> {
    this.note(`properties ${id}`, json);
    this.properties.set(id, json);
  }

  async draw(region: string, now: number): Promise<{ readonly ticket: number; readonly before: LimiterItem | undefined }> {
    const before = this.limiters.get(region);
    const ticket = (before?.drawn ?? 0) + 1;
    this.limiters.set(region, { ...before, drawn: ticket, drawnAt: now });
    this.note(`ticket ${region}`, this.limiters.get(region));
    return { ticket, before };
  }

  async readLimiter(region: string): Promise<LimiterItem | undefined> {
    return this.limiters.get(region);
  }

  async anchor(region: string, anchor: Anchor): Promise<Anchor | undefined> {
    const before = this.limiters.get(region) ?? { drawn: 0, drawnAt: 0 };
    if ((before.anchor?.epoch ?? 0) !== anchor.epoch - 1) { return before.anchor; }
    this.limiters.set(region, { ...before, anchor });
    this.note(`anchor ${region}`, anchor);
    return anchor;
  }

  private note(what: string, value: unknown): void {
    const bytes = Buffer.byteLength(JSON.stringify(value));
    if (bytes > MOST_BYTES) {
      throw new ServiceFault('invalid', 'dynamodb', 'PutItem', 'us-east-1', 'ValidationException', 'Item size has exceeded the maximum allowed size');
    }
    this.writes.push({ what, bytes });
  }
}

/** How one request of the table goes: it may take its time, fail, or be executed without an answer. */
type Way = <T>(method: keyof (Ledger & LimiterTable), execute: () => Promise<T>) => Promise<T>;

/** The same table, every request of which goes this way. */
export function through(way: Way, table: Ledger & LimiterTable): Ledger & LimiterTable {
  return {
    read: id => way('read', () => table.read(id)),
    write: item => way('write', () => table.write(item)),
    readProperties: id => way('readProperties', () => table.readProperties(id)),
    writeProperties: (id, json) => way('writeProperties', () => table.writeProperties(id, json)),
    draw: (region, now) => way('draw', () => table.draw(region, now)),
    readLimiter: region => way('readLimiter', () => table.readLimiter(region)),
    anchor: (region, anchor) => way('anchor', () => table.anchor(region, anchor)),
  };
}

function copy<T>(value: T): T {
  return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
