/** The live page for people who use a keyboard, a screen reader, or other colours. */
import { textsOfLowContrast } from './contrast';
import { cellOf, idOf, openPage, OpenedPage, rowOf } from './opened-page';
import { describeInBrowser } from '../../browser/in-browser';
import { PRIMARY, REPLICA } from '../checked-emulator';

interface Named {
  readonly role: string;
  readonly name: string;
}

describeInBrowser('the live page', browser => {
  let page: OpenedPage;
  let id: string;

  /** A page with something in each of its parts. */
  beforeEach(async () => {
    page = await openPage(browser.current, { replicationDelay: 0, replicationOutcomes: { 'eu-west-1': { kind: 'fails', delay: 0 }, 'eu-west-2': { kind: 'stays in progress' } } });
    const key = await page.createKey({ ReplicationRegions: [REPLICA, 'eu-west-1', 'eu-west-2'], Tags: [{ Key: 'team', Value: 'cards' }] });
    await page.call('CreateAlias', { AliasName: 'alias/a', KeyArn: key.KeyArn });
    await page.call('CreateAlias', { AliasName: 'alias/free' });
    await page.call('DeleteKey', { KeyIdentifier: (await page.createKey()).KeyArn });
    await expect(page.call('GetAlias', { AliasName: 'alias/none' })).rejects.toThrow();
    page.server.emulator.note('begin');
    id = idOf(key);
    await page.tab.until(`${cellOf(id, REPLICA)} === 'SYNCHRONIZED' && document.querySelector('#failures tbody tr') && document.querySelector('figcaption')`);
  });

  afterEach(async () => {
    expect(page.tab.problems).toEqual([]);
    await page.close();
  });

  const openDetails = async (): Promise<void> => {
    await page.tab.evaluate(`${rowOf(id)}.querySelector('button').click()`);
    await page.tab.until('document.querySelector(\'#commands code\')');
  };

  async function tree(): Promise<Named[]> {
    const { nodes } = await page.tab.send('Accessibility.getFullAXTree');
    return (nodes as any[]).filter(({ ignored }) => !ignored).map(({ role, name }) => ({ role: role.value, name: name?.value ?? '' }));
  }

  test('tables, plots, details and controls have roles and names', async () => {
    await openDetails();
    const named = await tree();
    const wanted: Named[] = [
      { role: 'heading', name: 'AWS Payment Cryptography emulator' },
      { role: 'status', name: '' },
      { role: 'searchbox', name: 'Filter' },
      { role: 'region', name: 'Keys' },
      { role: 'table', name: 'Each key with its state in each Region, the newest key first. A key opens its details.' },
      { role: 'columnheader', name: REPLICA },
      { role: 'rowheader', name: id },
      { role: 'button', name: id },
      { role: 'table', name: 'What became of keys in their Regions, the last active key first. Times are UTC.' },
      { role: 'columnheader', name: 'Course' },
      { role: 'table', name: 'The last 50 requests that failed, the newest first. Times are UTC.' },
      { role: 'complementary', name: 'alias/a' },
      { role: 'combobox', name: 'Seen from' },
      { role: 'button', name: 'Copy the command get-key' },
      { role: 'list', name: 'What happened to it' },
    ];
    expect(wanted.filter(({ role, name }) => !named.some(each => each.role === role && each.name === name))).toEqual([]);
    expect(named.find(({ role, name }) => role === 'image' && /^us-east-1: \d+ requests? in the last second/.test(name))).toBeDefined();
    const unnamed = named.filter(({ role, name }) => ['button', 'link', 'searchbox', 'combobox', 'image', 'region', 'table', 'columnheader', 'complementary'].includes(role) && name === '');
    expect(unnamed).toEqual([]);
  });

  test('what is important is said, and only that', async () => {
    const said = "document.querySelector('#announcement').textContent";
    await page.tab.until(`${said} !== ''`);
    await page.tab.evaluate("document.querySelector('#announcement').textContent = ''");
    const key = await page.createKey({ ReplicationRegions: [REPLICA] });
    await page.call('DeleteKey', { KeyIdentifier: key.KeyArn });
    await page.tab.until(`${said} !== ''`);
    expect(await page.tab.evaluate(said)).toBe(`${idOf(key)} is DELETE_PENDING in ${PRIMARY}.`);
    expect(await page.tab.evaluate("document.querySelector('#announcement').getAttribute('aria-live')")).toBe('polite');
  });

  test('the keyboard reaches everything, in the order of the page, and focus is seen', async () => {
    const seen: string[] = [];
    const focused = `(() => {
      const at = document.activeElement;
      if (at === document.body) return;
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      return [at.id || at.getAttribute('aria-label') || at.textContent, outlineStyle, parseFloat(outlineWidth)];
    })()`;
    for (;;) {
      await page.tab.press('Tab');
      const at = await page.tab.evaluate<[string, string, number] | undefined>(focused);
      // Behind the last element the focus leaves the page.
      if (at === undefined) break;
      const [name, style, width] = at;
      expect([name, style]).toEqual([name, 'solid']);
      expect(width).toBeGreaterThanOrEqual(2);
      seen.push(name);
    }
    const other = (await page.tab.evaluate<string[]>("[...document.querySelectorAll('#key-table tbody button')].map(button => button.textContent)"))[0];
    expect(seen.slice(0, 8)).toEqual(['Skip to the keys', 'filter', 'Table of keys, scrollable', other, id, 'since', 'Timeline, scrollable', 'Last errors, scrollable']);
  });

  test('Enter opens the details of a key and goes there; Escape closes them and goes back', async () => {
    const active = 'document.activeElement.id || document.activeElement.textContent';
    await page.tab.evaluate(`${rowOf(id)}.querySelector('button').focus()`);
    await page.tab.press('Enter');
    expect(await page.tab.evaluate(active)).toBe('details-title');
    expect(await page.tab.evaluate('document.querySelector(\'#facts\').textContent')).toContain(`key/${id}`);
    await page.tab.press('Tab');
    expect(await page.tab.evaluate(active)).toBe('close-details');
    await page.tab.press('Escape');
    expect(await page.tab.evaluate(active)).toBe(id);
    expect(await page.tab.evaluate("document.querySelector('#details').hidden")).toBe(true);
  });

  test('focus stays where it is while rows change and come', async () => {
    await page.tab.evaluate(`${rowOf(id)}.querySelector('button').focus()`);
    const key = await page.createKey();
    await page.tab.until(`${cellOf(idOf(key), PRIMARY)} === 'CREATE_COMPLETE'`);
    expect(await page.tab.evaluate('document.activeElement.textContent')).toBe(id);
    expect(await page.tab.evaluate('document.querySelectorAll("#key-table tbody tr").length')).toBe(3);
  });

  test.each(['light', 'dark'] as const)('every text has enough contrast in the %s colours', async scheme => {
    await page.tab.setScheme(scheme);
    await openDetails();
    expect(await page.tab.evaluate('getComputedStyle(document.body).backgroundColor')).toBe(scheme === 'light' ? 'rgb(245, 246, 248)' : 'rgb(18, 21, 25)');
    expect(await page.tab.evaluate(textsOfLowContrast())).toEqual([]);
    // The measure finds something when more is asked for.
    expect(await page.tab.evaluate<string[]>(textsOfLowContrast(10))).not.toEqual([]);
  });

  test('nothing moves for people who asked for less motion', async () => {
    const animation = '(() => { const badge = document.querySelector(\'.state\'); badge.classList.add(\'changed\'); return getComputedStyle(badge).animationName; })()';
    expect(await page.tab.evaluate(animation)).toBe('changed');
    await page.tab.send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-reduced-motion', value: 'reduce' }] });
    expect(await page.tab.evaluate(animation)).toBe('none');
  });
});
