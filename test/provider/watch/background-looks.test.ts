import { ServiceFault } from '../../../src/provider/handler/control-plane/fault';
import { Looks } from '../../../src/provider/handler/control-plane/port';
import { LimiterItem } from '../../../src/provider/handler/quota/port';
import { rateLimiter } from '../../../src/provider/handler/quota/rate-limiter';
import { backgroundLooks, TimeIsOver } from '../../../src/provider/handler/watch/background-looks';
import { VirtualClock } from '../../emulator';
import { MemoryLedger } from '../ledger/memory-ledger';

const key = (region: string) => `arn:aws:payment-cryptography:${region}:111122223333:key/abcdefghijklmnop`;

class Scene {
  readonly virtual = new VirtualClock();
  readonly table = new MemoryLedger();
  readonly made: Array<readonly [region: string, second: number]> = [];
  readonly faults: ServiceFault[] = [];
  readonly clock = { now: () => new Date(this.virtual.now()), pause: async (seconds: number) => this.virtual.advance(seconds) };
  private readonly began = this.virtual.now();

  looks(seconds = 900, limiters: { readLimiter(region: string): Promise<LimiterItem | undefined> } = this.table): Looks {
    const getKey = async (keyArn: string) => {
      this.made.push([keyArn.split(':')[3], this.second]);
      const fault = this.faults.shift();
      if (fault) { throw fault; }
      return {} as any;
    };
    const looks = { getKey, findKeysByTags: async () => { this.made.push(['index', this.second]); return []; } } as unknown as Looks;
    return backgroundLooks(looks, limiters, this.clock, new Date(this.began + seconds * 1000));
  }

  get second(): number {
    return (this.virtual.now() - this.began) / 1000;
  }

  /** A deployment draws so many tickets now. */
  async deploy(region: string, tickets: number): Promise<number> {
    const limiter = rateLimiter(this.table, () => this.virtual.now());
    let last = 0;
    for (let count = 0; count < tickets; count += 1) { last = (await limiter.draw(region)).dueAt; }
    return (last - this.began) / 1000;
  }
}

const throttled = () => new ServiceFault('throttled', 'payment-cryptography', 'GetKey', 'us-east-1', 'ThrottlingException', '');

test('at most one look in two seconds in a Region, each Region for itself', async () => {
  const scene = new Scene();
  const looks = scene.looks();
  for (const region of ['us-east-1', 'us-east-1', 'us-west-2', 'us-west-2', 'us-east-1']) { await looks.getKey(key(region)); }
  expect(scene.made).toEqual([['us-east-1', 0], ['us-east-1', 2], ['us-west-2', 2], ['us-west-2', 4], ['us-east-1', 4]]);
});

test('the tag index has a quota of its own', async () => {
  const scene = new Scene();
  const looks = scene.looks();
  await looks.findKeysByTags('us-east-1', new Map());
  await looks.findKeysByTags('us-east-1', new Map());
  expect(scene.made).toEqual([['index', 0], ['index', 0]]);
});

test('none while requests of the stack are in the queue of the Region, until it was idle for a while', async () => {
  const scene = new Scene();
  const last = await scene.deploy('us-east-1', 100);
  expect(last).toBeGreaterThan(20);
  const looks = scene.looks();
  await looks.getKey(key('us-west-2'));
  await looks.getKey(key('us-east-1'));
  const [[other, at], [own, later]] = scene.made;
  expect([other, at, own]).toEqual(['us-west-2', 0, 'us-east-1']);
  expect(later).toBeGreaterThanOrEqual(last + 5);
  expect(later).toBeLessThanOrEqual(last + 11);
});

test('it takes no place in the queue: nothing is written', async () => {
  const scene = new Scene();
  await scene.looks().getKey(key('us-east-1'));
  expect(scene.table.writes).toEqual([]);
});

test('what others throttled is asked again, ever later, and then told', async () => {
  const scene = new Scene();
  scene.faults.push(throttled(), throttled());
  await scene.looks().getKey(key('us-east-1'));
  expect(scene.made.map(([, second]) => second)).toEqual([0, 15, 45]);
  scene.faults.push(throttled(), throttled(), throttled(), throttled());
  await expect(scene.looks().getKey(key('us-east-1'))).rejects.toMatchObject({ kind: 'throttled' });
});

test('a Region that never answered is asked only once by each look that follows, until it answers', async () => {
  const scene = new Scene();
  const looks = scene.looks();
  const refused = () => expect(looks.getKey(key('us-east-1'))).rejects.toMatchObject({ kind: 'throttled' });
  scene.faults.push(...Array.from({ length: 6 }, throttled));
  for (let look = 1; look <= 3; look += 1) { await refused(); }
  expect(scene.made.map(([, second]) => second)).toEqual([0, 15, 45, 90, 92, 94]);
  scene.faults.push(throttled());
  await looks.getKey(key('us-west-2'));
  await looks.getKey(key('us-east-1'));
  scene.faults.push(throttled());
  await looks.getKey(key('us-east-1'));
  expect(scene.made.slice(6)).toEqual([['us-west-2', 94], ['us-west-2', 109], ['us-east-1', 109], ['us-east-1', 111], ['us-east-1', 126]]);
});

test('other faults are told at once', async () => {
  const scene = new Scene();
  scene.faults.push(new ServiceFault('accessDenied', 'payment-cryptography', 'GetKey', 'us-east-1', 'AccessDeniedException', ''));
  await expect(scene.looks().getKey(key('us-east-1'))).rejects.toMatchObject({ kind: 'accessDenied' });
  expect(scene.made).toHaveLength(1);
});

test('a look that would come after the time of the function is not waited for', async () => {
  const scene = new Scene();
  const looks = scene.looks(3);
  await looks.getKey(key('us-east-1'));
  await looks.getKey(key('us-east-1'));
  await expect(looks.getKey(key('us-east-1'))).rejects.toBeInstanceOf(TimeIsOver);
  expect(scene.second).toBeLessThanOrEqual(3);
  await scene.deploy('us-west-2', 100);
  await expect(looks.getKey(key('us-west-2'))).rejects.toBeInstanceOf(TimeIsOver);
  scene.virtual.advance(10);
  await expect(looks.getKey(key('eu-west-1'))).rejects.toBeInstanceOf(TimeIsOver);
});

test('a table that cannot be read keeps nobody from looking', async () => {
  const scene = new Scene();
  const unreachable = new ServiceFault('unreachable', 'dynamodb', 'GetItem', 'us-east-1', 'ECONNREFUSED', '');
  await scene.looks(900, { readLimiter: async () => { throw unreachable; } }).getKey(key('us-east-1'));
  expect(scene.made).toHaveLength(1);
  await expect(scene.looks(900, { readLimiter: async () => { throw new TypeError('a defect'); } }).getKey(key('us-east-1'))).rejects.toBeInstanceOf(TypeError);
});
