import { HttpRequest } from '@smithy/protocol-http';
import { HOUR, MemorySweepTable } from './watched-stack';
import { MULTI_REGION_PAYMENT_KEY } from '../../../src/provider/contract/multi-region-payment-key';
import { paymentCryptography } from '../../../src/provider/handler/aws/payment-cryptography';
import { sweep } from '../../../src/provider/handler/watch/sweep';
import { Account } from '../../bench/quota/account';
import { Deployment } from '../../bench/quota/deployer';
import { OurProvider } from '../../bench/quota/our-provider';
import { accountOf, resultOf } from '../../bench/quota/simulation';
import { REGION } from '../../lifecycle/world';

/*
 * A deployment of a stack beside a watch of the same stack, in virtual time, under the service's quota and with another client in
 * the account. The figures of the deployment are the same with a watch and without.
 */

const WATCH_ACCESS_KEY = 'AKIAWATCH';
const THERE_BEFORE = 20;
const DEPLOYED = 40;
const AFTERWARDS_SECONDS = 600;

interface Figures {
  readonly deployment: unknown;
  /** When the watch made a look in the primary's Region: seconds since the deployment began. */
  readonly looks: readonly number[];
  readonly throttledLooks: number;
  readonly lines: readonly any[];
  readonly deployedFor: number;
}

async function deploy(isWatched: boolean): Promise<Figures> {
  const account = accountOf({ regions: 2, replicationSeconds: 10 });
  const provider = new OurProvider(account, account.replicaRegions, 0);
  const first = new Deployment(THERE_BEFORE, 20, (index, ended) => provider.create(index, ended));
  await account.until(() => first.over && provider.isIdle);
  const rested = account.seconds + HOUR;
  await account.until(() => account.seconds >= rested);
  account.beginAnew();
  const second = new Deployment(DEPLOYED, 20, (index, ended) => provider.create(THERE_BEFORE + index, ended));
  const lines: any[] = [];
  if (isWatched) { account.timeline.in(0, () => watch(account, provider, lines)); }
  const { seconds, executedPerKey, throttledPerKey, failures, regions } = await resultOf(account, [second], DEPLOYED, 2);
  const ours = Object.values(regions).map(({ executed, throttled }) => [executed, throttled]);
  const deployment = { seconds, executedPerKey, throttledPerKey, failures, ours };
  const end = account.seconds + AFTERWARDS_SECONDS;
  await account.until(() => account.seconds >= end);
  const looks = account.emulator.log.entries.filter(({ accessKeyId, region }) => accessKeyId === WATCH_ACCESS_KEY && region === REGION);
  const began = account.clock.now() - account.seconds * 1000;
  return {
    deployment,
    deployedFor: seconds,
    looks: looks.map(({ time }) => (time - began) / 1000),
    throttledLooks: looks.filter(({ error }) => error === 'ThrottlingException').length,
    lines,
  };
}

async function watch(account: Account, { table }: OurProvider, lines: any[]): Promise<void> {
  const requestHandler = { handle: async (request: HttpRequest) => ({ response: await account.carry(request) }) };
  const { timeline } = account;
  await sweep({ name: 'Watch', intervalSeconds: HOUR, metricNamespace: 'PaymentKeys/payments' }, {
    looks: paymentCryptography({ requestHandler, credentials: { accessKeyId: WATCH_ACCESS_KEY, secretAccessKey: 'the-secret-access-key' } } as any),
    ledger: table,
    limiterTable: table,
    sweepTable: new MemorySweepTable(),
    now: () => new Date(timeline.now()),
    pause: seconds => timeline.sleep(seconds),
    write: line => { lines.push(line); },
    stackId: `arn:aws:cloudformation:${REGION}:111122223333:stack/payments-0/7d1a2c30-0000-11f1-8000-0123456789ab`,
    stackResources: async () => [...table.items].map(([logicalId, { living, request }]) =>
      ({ logicalId, physicalId: living?.physicalId ?? '', type: request.resourceType ?? MULTI_REGION_PAYMENT_KEY })),
    publish: async () => {},
  }, new Date(timeline.now() + 900_000));
}

describe('a deployment beside a watch', () => {
  let alone: Figures;
  let beside: Figures;
  beforeAll(async () => {
    alone = await deploy(false);
    beside = await deploy(true);
  }, 120_000);

  test('has the same figures', () => {
    expect(beside.deployment).toEqual(alone.deployment);
    expect(alone.deployedFor).toBeGreaterThan(20);
  });

  test('the watch waits for it, then makes at most one look in two seconds, and is never throttled', () => {
    const { looks } = beside;
    expect(looks.length).toBeGreaterThanOrEqual(THERE_BEFORE * 2);
    expect(looks.slice(1).filter((time, index) => time - looks[index] < 2)).toEqual([]);
    expect(beside.throttledLooks).toBe(0);
    // Between two requests of the deployment, it may be idle for as long as the watch waits.
    expect(looks.filter(time => time < beside.deployedFor).length).toBeLessThan(looks.length / 2);
  });

  test('the watch comes to its end, and finds nothing', () => {
    const { lines } = beside;
    expect(lines.filter(line => 'found' in line)).toEqual([]);
    expect(lines.at(-1)).toMatchObject({ code: 'SWEEP_COMPLETE', OutOfSync: 0, NotWatched: 0 });
  });
});
