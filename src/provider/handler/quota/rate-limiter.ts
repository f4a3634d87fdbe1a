import { Ticket } from '../ledger/item';
import { LimiterTable } from './port';

export interface RateLimiter {
  /** Draws the next place in the queue of the Region's control plane. */
  draw(region: string): Promise<{ readonly ticket: Ticket; readonly dueAt: number }>;
  /** When a ticket drawn earlier is due, now that others may have changed the distance. */
  dueAt(ticket: Ticket): Promise<number>;
  /** The service throttled a request that was sent with this ticket. */
  throttled(ticket: Ticket): Promise<number>;
}

export function rateLimiter(table: LimiterTable, now: () => number): RateLimiter {
  return {
    draw: async region => ({ ticket: { region, number: (await table.draw(region, now())).ticket }, dueAt: now() }),
    dueAt: async () => now(),
    throttled: async () => now() + 1000,
  };
}
