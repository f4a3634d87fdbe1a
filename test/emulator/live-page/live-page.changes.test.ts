/** What the live page shows, in a real browser. */
import { EventClient, eventually } from './event-client';
import { cellOf, idOf, openPage, OpenedPage, rowOf } from './opened-page';
import { MOST_STREAMS } from './publisher';
import { describeInBrowser } from '../../browser/in-browser';
import { Tab } from '../../browser/tab';
import { PRIMARY, REPLICA } from '../checked-emulator';
import { send } from '../http-client';
import { Key } from '../shapes';

describeInBrowser('the live page', browser => {
  let page: OpenedPage;

  const open = async (options: Parameters<typeof openPage>[1] = {}): Promise<OpenedPage> => page = await openPage(browser.current, options);
  const text = async (selector: string): Promise<string> => page.tab.evaluate(`document.querySelector(${JSON.stringify(selector)}).textContent`);

  afterEach(async () => {
    expect(page.tab.problems).toEqual([]);
    await page.close();
  });

  /** Milliseconds from a change until the page shows it. */
  async function shownAfter(changed: number, expression: string): Promise<number> {
    return await page.tab.until(expression) - changed;
  }

  test('each change is shown within a second: creation, replication, alias, tags, deletion', async () => {
    await open({ replicationDelay: 0.5 });
    const created = Date.now();
    const key = await page.createKey({ ReplicationRegions: [REPLICA] });
    const id = idOf(key);
    const delays = [
      await shownAfter(created, `${cellOf(id, PRIMARY)} === 'CREATE_COMPLETE' && ${cellOf(id, REPLICA)} === 'IN_PROGRESS'`),
      await shownAfter(key.CreateTimestamp * 1000 + 500, `${cellOf(id, REPLICA)} === 'SYNCHRONIZED'`),
    ];
    const changes: Array<[string, object, string]> = [
      ['CreateAlias', { AliasName: 'alias/a', KeyArn: key.KeyArn }, `${cellOf(id, 'Aliases')} === 'alias/a'`],
      ['TagResource', { ResourceArn: key.KeyArn, Tags: [{ Key: 'team', Value: 'cards' }] }, `${cellOf(id, 'Tags')} === 'team=cards'`],
      ['UntagResource', { ResourceArn: key.KeyArn, TagKeys: ['team'] }, `${cellOf(id, 'Tags')} === ''`],
      ['DeleteKey', { KeyIdentifier: key.KeyArn }, `${cellOf(id, PRIMARY)} === 'DELETE_PENDING' && ${cellOf(id, REPLICA)} === 'DELETE_IN_PROGRESS'`],
      ['RestoreKey', { KeyIdentifier: key.KeyArn }, `${cellOf(id, PRIMARY)} === 'CREATE_COMPLETE'`],
    ];
    for (const [operation, input, expression] of changes) {
      const begin = Date.now();
      await page.call(operation, input);
      delays.push(await shownAfter(begin, expression));
    }
    delays.forEach(delay => expect(delay).toBeLessThan(1000));
  });

  test('markup in tags and messages is shown as text', async () => {
    const markup = '<img src=x onerror=alert(1)><script>alert(2)</script>';
    await open({ replicationOutcomes: { [REPLICA]: { kind: 'fails', delay: 0, message: markup } } });
    const id = idOf(await page.createKey({ Tags: [{ Key: 'team', Value: markup }], ReplicationRegions: [REPLICA] }));
    page.server.emulator.note(markup);
    await expect(page.call('GetAlias', { AliasName: `alias/${markup}` })).rejects.toThrow();
    await page.tab.until(`${cellOf(id, REPLICA)} === 'FAILED'`);
    await page.tab.evaluate(`${rowOf(id)}.querySelector('button').click()`);
    expect(await page.tab.evaluate(cellOf(id, 'Tags'))).toBe(`team=${markup}`);
    expect(await text('#facts')).toContain(`FAILED: ${markup}`);
    await page.tab.until(`document.querySelector('#lanes').textContent.includes(${JSON.stringify(markup)})`);
    await page.tab.until('document.querySelector(\'#failures tbody\').textContent.includes(\'GetAlias\')');
    expect(await page.tab.evaluate('document.querySelectorAll("img").length + document.scripts.length')).toBe(1);
  });

  test('what the page itself would refuse to run is not run', async () => {
    await open();
    expect(await page.tab.evaluate<string>('(() => { try { document.body.innerHTML = \'<b>x</b>\'; return \'set\'; } catch (error) { return error.name; } })()')).toBe('TypeError');
    const violated = page.tab.evaluate<string>('new Promise(resolve => addEventListener(\'securitypolicyviolation\', event => resolve(event.effectiveDirective)))');
    await page.tab.evaluate('document.head.append(Object.assign(document.createElement(\'link\'), { rel: \'stylesheet\', href: \'/x.css\' }))');
    expect(await violated).toBe('style-src-elem');
    // Told by the browser, as it should be.
    expect(page.tab.problems.splice(0).length).toBeGreaterThan(0);
  });

  test('the timeline has a lane for each Region of a key, notes, requests and errors', async () => {
    await open({ replicationDelay: 0.4, replicationOutcomes: { 'eu-west-1': { kind: 'fails', delay: 0.2, message: 'No room.' } } });
    await send(page.server.url, '{"text": "cdk deploy Payments"}', {}, 'POST', '/_emulator/notes');
    const key = await page.createKey({ ReplicationRegions: [REPLICA, 'eu-west-1'] });
    await page.call('CreateAlias', { AliasName: 'alias/a', KeyArn: key.KeyArn });
    await expect(page.call('CreateAlias', { AliasName: 'alias/a', KeyArn: key.KeyArn })).rejects.toThrow();
    const lanes = '[...document.querySelectorAll("#lanes tbody tr")].map(row => [...row.cells].map(cell => cell.textContent).join(" | "))';
    await page.tab.until(`${lanes}.join().includes('FAILED') && ${lanes}.join().includes('SYNCHRONIZED') && ${lanes}.join().includes('ConflictException')`);
    expect(await page.tab.evaluate(lanes)).toEqual([
      expect.stringMatching(/^Notes \|  \|  \| [\d:]{8} cdk deploy Payments$/),
      expect.stringMatching(/^alias\/a \| us-east-1 \|  \| CREATE_COMPLETE [\d:]{8}; CreateKey us-west-2, eu-west-1, CreateAlias alias\/a, CreateAlias alias\/a \(ConflictException\)$/),
      expect.stringMatching(/^alias\/a \| us-west-2 \|  \| IN_PROGRESS 0.4 s → SYNCHRONIZED [\d:]{8}$/),
      expect.stringMatching(/^alias\/a \| eu-west-1 \|  \| IN_PROGRESS 0.2 s → FAILED [\d:]{8}$/),
    ]);
    const [waiting, done] = await page.tab.evaluate<number[][]>(
      '[...document.querySelectorAll("#lanes tbody tr:nth-child(3) .lane span")].map(bar => { const { left, right } = bar.getBoundingClientRect(); return [left, right]; })');
    // One bar begins where the other ends.
    expect(waiting[1]).toBeCloseTo(done[0], 0);
    expect(waiting[1] - waiting[0]).toBeGreaterThan(5);
  });

  test('requests a second stand against the quota, and throttled ones apart', async () => {
    await open({ tps: 5, burst: 5 });
    const arn = (await page.createKey()).KeyArn;
    const outcomes = await Promise.allSettled(Array.from({ length: 9 }, async () => page.call('GetKey', { KeyIdentifier: arn })));
    const throttled = outcomes.filter(({ status }) => status === 'rejected').length;
    expect(throttled).toBeGreaterThan(0);
    await page.tab.until(`document.querySelector('#plots figcaption')?.textContent.includes('${10 - throttled} answered, ${throttled} throttled')`);
    expect(await text('#quota')).toContain('the quota is 5 a second in each Region');
    await page.tab.until(`document.querySelectorAll('#failures tbody tr').length === ${throttled}`);
    // Something is painted, of both kinds: counted by colour.
    const painted = await page.tab.evaluate<number>(`(() => {
      const canvas = document.querySelector('canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      const colours = new Set();
      for (let at = 0; at < data.length; at += 4) if (data[at + 3] === 255) colours.add(data.slice(at, at + 3).join());
      return ['10,85,196', '161,18,29'].filter(colour => colours.has(colour)).length;
    })()`);
    expect(painted).toBe(2);
  });

  test('a page that lost its emulator says so, and goes on with the next one on the same port', async () => {
    await open();
    await page.createKey();
    await page.tab.until('document.querySelectorAll("#key-table tbody tr").length === 1');
    const { port } = page.server;
    await page.server.close();
    await page.tab.until("document.querySelector('#connection').textContent.startsWith('not connected')");
    await page.tab.close();
    // What the browser says of a connection that is refused is what happened.
    page.tab.problems.length = 0;
    page = await openPage(browser.current, { port });
    expect(await page.tab.evaluate('document.querySelectorAll("#key-table tbody tr").length')).toBe(0);
  });

  test('a page that is hidden is told nothing, and everything when it is seen again', async () => {
    await open();
    const setHidden = async (hidden: boolean): Promise<void> => page.tab.evaluate(
      `Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true }); document.dispatchEvent(new Event('visibilitychange'))`);
    expect(page.server.live.openStreams).toBe(1);
    await setHidden(true);
    await eventually(() => page.server.live.openStreams === 0);
    expect(await text('#connection')).toBe('paused while hidden');
    const id = idOf(await page.createKey());
    await setHidden(false);
    await page.tab.until(`${cellOf(id, PRIMARY)} === 'CREATE_COMPLETE' && document.querySelector('#connection').textContent === 'live'`);
    expect(page.server.live.openStreams).toBe(1);
  });

  test('a ninth page says that it is not served, and is when another one is closed', async () => {
    await open();
    const others = await Promise.all(Array.from({ length: MOST_STREAMS - 1 }, async () => EventClient.connect(page.server.url)));
    const ninth = await Tab.open(browser.current);
    await ninth.go(page.server.url);
    await ninth.until("document.querySelector('#connection').textContent.startsWith('not connected')");
    others.forEach(other => other.close());
    await ninth.until("document.querySelector('#connection').textContent === 'live'");
    await ninth.close();
  });

  test('a reset empties the page', async () => {
    await open();
    await page.createKey();
    await page.tab.until('document.querySelectorAll("#key-table tbody tr").length === 1 && document.querySelectorAll("#lanes tbody tr").length === 1');
    page.server.emulator.reset();
    await page.tab.until('document.querySelectorAll("tbody tr").length === 0 && !document.getElementById("no-keys").hidden');
  });

  test('the filter chooses keys and lanes, by every word', async () => {
    await open();
    const keys: Key[] = [];
    for (const team of ['cards', 'pins']) keys.push(await page.createKey({ Tags: [{ Key: 'team', Value: team }] }));
    await page.call('CreateAlias', { AliasName: 'alias/pins', KeyArn: keys[1].KeyArn });
    await page.tab.until(`${cellOf(idOf(keys[1]), 'Aliases')} === 'alias/pins'`);
    const filter = async (words: string): Promise<void> => page.tab.evaluate(
      `(() => { const filter = document.getElementById('filter'); filter.value = ${JSON.stringify(words)}; filter.dispatchEvent(new Event('input')); })()`);
    await filter('ALIAS/pins create_complete');
    await page.tab.until('document.querySelectorAll("#key-table tbody tr").length === 1 && document.querySelectorAll("#lanes tbody tr").length === 1');
    expect(await text('#key-table tbody')).toContain(idOf(keys[1]));
    await filter('alias/pins failed');
    await page.tab.until('document.querySelectorAll("#key-table tbody tr").length === 0');
    expect(await text('#shown')).toBe('none');
  });
});
