/** The live page with 500 keys in 5 Regions. */
import * as fs from 'node:fs';
import { cellOf, idOf, openPage, OpenedPage, rowOf } from './opened-page';
import { Browser } from '../../browser/browser';
import { describeInBrowser } from '../../browser/in-browser';
import { Tab } from '../../browser/tab';
import { PRIMARY } from '../checked-emulator';
import { Key } from '../shapes';

const KEYS = 500;
const REGIONS = ['us-west-2', 'eu-west-1', 'eu-central-1', 'ap-south-1'];
const MEGABYTE = 1024 * 1024;
/** Of all that the browser keeps for the page. */
const MOST_MEMORY = 50 * MEGABYTE;
/** Of it, the heap of its script: three times what was measured. */
const MOST_HEAP = 10 * MEGABYTE;
/** Fifty keys with their cells, and the other parts; not what is in pages that are not shown. */
const MOST_NODES = 6000;

/** Memory that only the processes of pages have, in bytes; undefined where the system does not tell. */
async function memoryOfPages(browser: Browser): Promise<number | undefined> {
  const { processInfo } = await browser.send('SystemInfo.getProcessInfo');
  const renderers = (processInfo as Array<{ type: string; id: number }>).filter(({ type }) => type === 'renderer');
  const files = renderers.map(({ id }) => `/proc/${id}/smaps_rollup`);
  if (files.length === 0 || !files.every(file => fs.existsSync(file))) return undefined;
  return files.map(file => Number(/^Private_Dirty:\s+(\d+) kB$/m.exec(fs.readFileSync(file, 'utf8'))![1]) * 1024).reduce((sum, bytes) => sum + bytes);
}

describeInBrowser('the live page with 500 keys in 5 Regions', browser => {
  let page: OpenedPage;
  let empty: number | undefined;
  const keys: Key[] = [];

  beforeAll(async () => {
    const blank = await Tab.open(browser.current);
    empty = await memoryOfPages(browser.current);
    await blank.close();
    page = await openPage(browser.current, { replicationDelay: 0.2 });
    for (let count = 0; count < KEYS; count += 1) {
      const key = await page.createKey({ ReplicationRegions: REGIONS, Tags: [{ Key: 'team', Value: `team ${count}` }, { Key: 'stage', Value: 'test' }] });
      await page.call('CreateAlias', { AliasName: `alias/key-${count}`, KeyArn: key.KeyArn });
      keys.push(key);
    }
    await page.tab.until(`document.querySelector('#totals').textContent === '500 keys in 5 Regions' && ${cellOf(idOf(keys[KEYS - 1]), 'us-west-2')} === 'SYNCHRONIZED'`);
  }, 120_000);

  afterAll(async () => {
    expect(page.tab.problems).toEqual([]);
    await page.close();
  });

  /** What is in use after everything that is not needed was thrown away. */
  async function metrics(): Promise<Record<string, number>> {
    await page.tab.send('HeapProfiler.collectGarbage');
    const { metrics: list } = await page.tab.send('Performance.getMetrics');
    return Object.fromEntries((list as Array<{ name: string; value: number }>).map(({ name, value }) => [name, value]));
  }

  /** The browser gives memory back a while after it was freed: the least of some looks. */
  async function settledMemory(): Promise<number> {
    const seen: number[] = [];
    for (let look = 0; look < 8; look += 1) {
      await metrics();
      seen.push((await memoryOfPages(browser.current))!);
      await new Promise(resolve => setTimeout(resolve, 250));
    }
    return Math.min(...seen);
  }

  /** Gives each key another tag, and waits until the page has it. */
  async function changeEveryKey(round: number): Promise<void> {
    for (const { KeyArn: ResourceArn } of keys) await page.call('TagResource', { ResourceArn, Tags: [{ Key: 'round', Value: String(round) }] });
    await page.tab.until(`${cellOf(idOf(keys[KEYS - 1]), 'Tags')}.includes('round=${round}')`);
  }

  test('takes at most 50 MB of the browser, and no more after each key has changed ten times', async () => {
    const before = await metrics();
    expect(before.JSHeapTotalSize).toBeLessThan(MOST_HEAP);
    expect(before.Nodes).toBeLessThan(MOST_NODES);
    for (let round = 1; round <= 10; round += 1) await changeEveryKey(round);
    const after = await metrics();
    expect(after.JSHeapTotalSize).toBeLessThan(MOST_HEAP);
    expect(after.Nodes).toBeLessThan(MOST_NODES);
    expect(after.JSEventListeners).toBeLessThan(before.JSEventListeners * 1.5 + 50);
    if (empty !== undefined) expect(await settledMemory() - empty).toBeLessThan(MOST_MEMORY);
  }, 120_000);

  test('shows a change within a second', async () => {
    const { KeyArn: KeyIdentifier } = keys[KEYS - 10];
    for (const [operation, state] of [['DeleteKey', 'DELETE_PENDING'], ['RestoreKey', 'CREATE_COMPLETE']]) {
      const begin = Date.now();
      await page.call(operation, { KeyIdentifier });
      expect(await page.tab.until(`${cellOf(idOf(keys[KEYS - 10]), PRIMARY)} === '${state}'`) - begin).toBeLessThan(1000);
    }
  });

  test('shows fifty keys at a time, and leads to the others', async () => {
    const rows = 'document.querySelectorAll("#key-table tbody tr").length';
    const shown = "document.querySelector('#shown').textContent";
    expect(await page.tab.evaluate(rows)).toBe(50);
    for (const expected of ['51 to 100 of 500', '101 to 150 of 500']) {
      await page.tab.evaluate('document.querySelector("#later").click()');
      await page.tab.until(`${shown} === '${expected}'`);
    }
    expect(await page.tab.evaluate(`${rowOf(idOf(keys[KEYS - 101]))} !== null`)).toBe(true);
    expect(await page.tab.evaluate(rows)).toBe(50);
  });

  test('is told everything at once when it is opened anew', async () => {
    await page.tab.go(page.server.url);
    const begin = Date.now();
    expect(await page.tab.until('document.querySelector(\'#totals\').textContent === \'500 keys in 5 Regions\'') - begin).toBeLessThan(1000);
  });
});
