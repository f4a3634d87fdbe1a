import { PRIMARY } from './checked-emulator';
import { Emulator } from './emulator';
import { Answer, controlPlane, send } from './http-client';
import { requestPage } from './pages/requests';
import { redacted } from './redaction';
import { RequestLog, RequestLogEntry } from './request-log';
import { startEmulatorServer } from './server';

const ENTRY = { time: 0, durationMilliseconds: 0, executed: true } as const;
const MANY = { entries: 1000, bytes: 10 * 1024 * 1024 };

const logOf = (count: number, bounds = MANY, more: object = {}): RequestLog => {
  const log = new RequestLog(bounds);
  for (let index = 0; index < count; index += 1) log.add({ ...ENTRY, operation: index % 2 === 0 ? 'ListKeys' : 'GetKey', ...more });
  return log;
};

interface Page {
  requests: RequestLogEntry[];
  forgotten: number;
  next?: string;
}

const page = (log: RequestLog, query: string): Page => JSON.parse(requestPage(log, new URLSearchParams(query))) as Page;

describe('the log', () => {
  test('keeps as many requests as it may, the last ones, under the numbers that they had', () => {
    const { entries } = logOf(2500);
    expect(entries.length).toBeLessThanOrEqual(1000);
    expect(entries.length).toBeGreaterThan(800);
    expect(entries.at(-1)!.number).toBe(2500);
    expect(entries.map(({ number }) => number)).toEqual(entries.map((_, index) => entries[0].number + index));
  });

  test('keeps as many bytes as it may', () => {
    const output = { Keys: Array.from({ length: 100 }, () => ({ KeyArn: 'x'.repeat(300) })) };
    const { entries } = logOf(2000, { entries: 1e6, bytes: 1024 * 1024 }, { output });
    expect(JSON.stringify(entries).length).toBeLessThan(1.1 * 1024 * 1024);
    expect(entries.length).toBeGreaterThan(20);
  });

  test('forgets a single request that is larger than all it may keep', () => {
    const log = logOf(3, { entries: 10, bytes: 100 }, { output: { a: 'x'.repeat(1000) } });
    expect(log.entries).toEqual([]);
  });

  const deep = JSON.parse('{"a":'.repeat(5000) + '1' + '}'.repeat(5000)) as object;
  const cyclic: Record<string, unknown> = {};
  Object.assign(cyclic, { first: cyclic, second: cyclic });
  const huge = { a: 'x'.repeat(900_000) };
  const wide = { a: Array.from({ length: 100_000 }, () => 'xxxx') };
  test.each([['deep', deep], ['cyclic', cyclic], ['huge', huge], ['wide', wide]])('a %s input is replaced by a sentence', (_, input) => {
    const log = new RequestLog(MANY);
    log.add({ ...ENTRY, operation: 'ListKeys', input });
    expect(page(log, '').requests[0].input).toBe('Not kept: larger or deeper than anything of the service.');
  });

  test('is read in pages', () => {
    const log = logOf(250);
    const pages = [page(log, '')];
    while (pages.at(-1)!.next !== undefined) pages.push(page(log, pages.at(-1)!.next!.split('?')[1]));
    expect(pages.map(({ requests }) => requests.length)).toEqual([100, 100, 50]);
    expect(pages.flatMap(({ requests }) => requests).map(({ number }) => number)).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
    expect(page(log, 'after=245').requests).toHaveLength(5);
    expect(page(log, 'operation=GetKey&limit=1000').requests).toHaveLength(125);
    expect(page(log, 'error=X').requests).toEqual([]);
    expect(page(logOf(1005), '').forgotten).toBeGreaterThan(0);
  });

  test.each(['limit=0', 'limit=1001', 'limit=x', 'after=-1', 'offset=1'])('a page with %s is refused', query => {
    expect(() => page(logOf(1), query)).toThrow(/must be a whole number|Parameters/);
  });

  test('a page of large entries is cut, and leads on', () => {
    const log = logOf(100, { entries: 1000, bytes: 1e9 }, { operation: 'Other', input: { a: 'x'.repeat(200_000) } });
    const first = page(log, 'limit=1000');
    expect(first.requests.length).toBeLessThan(50);
    expect(first.next).toBe(`/_emulator/requests?limit=1000&after=${first.requests.at(-1)!.number}`);
  });

  test('what the model marks as sensitive stands on no page, nor does what it does not know', () => {
    const block = 'D0144D0AB00E0000'.repeat(9);
    const input = { KeyMaterial: { Tr31KeyBlock: { WrappedKeyBlock: block, WrapingKeyIdentifier: block } }, Tags: [{ Key: 'a', Value: 'b' }], KeyMateriall: block };
    const shown = redacted({ ...ENTRY, number: 1, service: 'payment-cryptography', operation: 'ImportKey', status: 400, input });
    expect(shown.input).toMatchObject({ Tags: [{ Key: 'a', Value: 'b' }], KeyMateriall: '***' });
    expect(JSON.stringify(shown)).not.toContain(block);
  });
});

describe('an answer is the same', () => {
  test('when a listener fails, which is said once', async () => {
    const warn = jest.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const emulator = new Emulator();
    const seen: number[] = [];
    emulator.log.listen(() => { throw new Error('no space'); });
    emulator.log.listen(({ number }) => seen.push(number));
    await emulator.call('ListKeys', {}, { region: PRIMARY });
    await emulator.call('ListKeys', {}, { region: PRIMARY });
    expect(warn.mock.calls).toEqual([['A request could not be reported, and this is said once: no space']]);
    expect(seen).toEqual([1, 2]);
    warn.mockRestore();
  });

  test('when an input is nested 5,000 deep, and the page of requests still opens', async () => {
    const server = await startEmulatorServer();
    const call = async (operation: string, body: string): Promise<Answer> => controlPlane(server.url, operation, body, PRIMARY);
    try {
      expect((await call('ListKeys', `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`)).status).toBe(200);
      const tags = `[${'['.repeat(5000)}${']'.repeat(5000)},${Array(200).fill('{"Key":"a","Value":"b"}').join(',')}]`;
      expect(await call('TagResource', `{"ResourceArn":"arn:aws:payment-cryptography:us-east-1:111122223333:key/a","Tags":${tags}}`))
        .toMatchObject({ status: 400 });
      expect((await send(server.url, '', {}, 'GET', '/_emulator/requests')).body.requests).toHaveLength(2);
    } finally {
      await server.close();
    }
  });
});
