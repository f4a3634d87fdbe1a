import * as fc from 'fast-check';
import { dueTimes, HOUR, mostInOneSecond, Queue, REGION, smallestDistance } from './queue';
import { rateLimiter } from '../../../src/provider/handler/quota/rate-limiter';
import { bytes } from '../../lifecycle/random';

const PACE = 250;

describe('alone', () => {
  test('the first request of all is sent at once, for one write', async () => {
    const queue = new Queue();
    const [{ ticket, dueAt }] = await queue.drawn(1);
    expect([ticket, dueAt, queue.requests]).toEqual([{ region: REGION, number: 1 }, queue.now, ['draw']]);
  });

  test('a request a second needs no anchor: each is sent at once, for one write', async () => {
    const queue = new Queue();
    for (let second = 0; second < 10; second += 1) {
      const [{ dueAt }] = await queue.drawn(1);
      expect(dueAt).toBe(queue.now);
      queue.pass(1000);
    }
    expect(queue.requests).toEqual(Array(10).fill('draw'));
  });

  test('a ticket is due exactly one distance behind the one before, when it is drawn sooner', async () => {
    const queue = new Queue();
    const began = queue.now;
    await queue.drawn(1);
    queue.pass(100);
    expect(dueTimes(await queue.drawn(2))).toEqual([began + PACE, began + 2 * PACE]);
  });

  test('Regions have nothing to do with each other', async () => {
    const queue = new Queue();
    const places = await Promise.all(['us-east-1', 'us-west-2', 'constructor'].map(region => queue.limiter().draw(region)));
    expect(dueTimes(places)).toEqual([queue.now, queue.now, queue.now]);
  });
});

describe('many at the same moment', () => {
  test('400 after an idle hour are sent 4 a second, in the order in which they came, for one anchor', async () => {
    const queue = new Queue();
    await queue.drawn(3);
    queue.pass(HOUR);
    queue.requests = [];
    const places = await queue.drawn(400);
    expect(dueTimes(places)).toEqual(Array.from({ length: 400 }, (_, index) => queue.now + index * PACE));
    expect(queue.requests.filter(request => request === 'anchor')).toHaveLength(1);
  });

  test('whoever anchors first, no two are sent together, nor two in less than the distance', async () => {
    await fc.assert(fc.asyncProperty(fc.scheduler(), fc.integer({ min: 2, max: 30 }), fc.boolean(), async (scheduler, count, isIdle) => {
      const queue = new Queue();
      if (isIdle) {
        await queue.drawn(7);
        queue.pass(HOUR);
      }
      const { draw, readLimiter, anchor } = queue.table;
      const table = {
        // The answer may be late too: two that drew may want to anchor in any order.
        draw: async (region: string, now: number) => scheduler.schedule(draw(region, now), 'drawn'),
        readLimiter,
        anchor: scheduler.scheduleFunction(anchor),
      };
      const asked = Array.from({ length: count }, () => rateLimiter(table, () => queue.now).draw(REGION));
      const places = await scheduler.waitFor(Promise.all(asked));
      const times = dueTimes(places);
      expect(Math.min(...times)).toBe(queue.now);
      expect(smallestDistance(times)).toBeGreaterThanOrEqual(PACE);
      // No time is lost either, but for the tickets that were drawn in vain.
      expect(Math.max(...times)).toBeLessThanOrEqual(queue.now + (queue.item!.drawn - 1) * PACE);
    }), { numRuns: 300 });
  });

  test('a table that takes its time lets those be sent together who waited for it, and no others', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.nat(3_000), { minLength: 2, maxLength: 60 }), fc.nat(), async (arrivals, seed) => {
      const queue = new Queue();
      const source = bytes(seed);
      queue.latency = () => 1 + source(1)[0] * 200 / 256;
      const sent: number[] = [];
      for (const arrival of arrivals) {
        queue.timeline.in(arrival / 1000, async () => {
          const { dueAt } = await queue.limiter().draw(REGION);
          sent.push(Math.max(dueAt, queue.now));
        });
      }
      while (await queue.timeline.next());
      expect(sent).toHaveLength(arrivals.length);
      // A ticket, and perhaps an anchor, of 402 ms each: so many tickets may be due when the answer comes.
      expect(mostInOneSecond(sent)).toBeLessThanOrEqual(1000 / PACE + 1 + Math.ceil(804 / PACE));
    }), { numRuns: 200 });
  });
});

describe('a slow table', () => {
  test('does not make everybody who waits for it the first after an idle time', async () => {
    const queue = new Queue();
    queue.latency = () => 150;
    const sent: number[] = [];
    for (let request = 0; request < 40; request += 1) {
      queue.timeline.in(0, async () => {
        const { dueAt } = await queue.limiter().draw(REGION);
        sent.push(Math.max(dueAt, queue.now));
      });
    }
    while (await queue.timeline.next());
    expect(sent).toHaveLength(40);
    // A ticket and an anchor take 600 ms.
    expect(mostInOneSecond(sent)).toBeLessThanOrEqual(1000 / PACE + 1 + Math.ceil(600 / PACE));
  });
});

describe('whoever runs it', () => {
  test('a ticket keeps its time, whichever function asks, and a read is all it takes', async () => {
    const queue = new Queue();
    const drawn = await queue.drawn(100);
    queue.requests = [];
    const asked = await queue.places(drawn.slice(10).map(({ ticket }) => ticket));
    expect(dueTimes(asked)).toEqual(dueTimes(drawn.slice(10)));
    expect(new Set(queue.requests)).toEqual(new Set(['readLimiter']));
  });

  test('it is asked again when it is due, since at the full pace nothing can bring it forward', async () => {
    const queue = new Queue();
    for (const { dueAt, askAgainAt } of await queue.drawn(20)) { expect(askAgainAt).toBe(dueAt); }
  });

  test('requests are sent in the order of their tickets, although functions die and others go on with their tickets', async () => {
    await fc.assert(fc.asyncProperty(
      fc.array(fc.record({ arrival: fc.integer({ min: 0, max: 5_000 }), dies: fc.integer({ min: 0, max: 3 }) }), { minLength: 1, maxLength: 40 }),
      async clients => {
        const queue = new Queue();
        const sent: number[] = [];
        for (const { arrival, dies } of clients) {
          queue.timeline.in(arrival / 1000, async () => {
            const first = await queue.limiter().draw(REGION);
            // Each function that dies leaves the ticket to the next one, which asks somewhat before it is due.
            for (let place = first, lives = 0; ; lives += 1) {
              const sleep = lives < dies ? (place.dueAt - queue.now) / 2 : place.dueAt - queue.now;
              if (sleep > 0) { await queue.timeline.sleep(sleep / 1000); }
              if (lives >= dies) { return sent.push(place.ticket.number); }
              if (first.dueAt > queue.now) { place = await queue.limiter().place(place.ticket); }
            }
          });
        }
        while (await queue.timeline.next());
        expect(sent).toEqual([...sent].sort((a, b) => a - b));
        expect(sent).toHaveLength(clients.length);
      }), { numRuns: 200 });
  });
});
