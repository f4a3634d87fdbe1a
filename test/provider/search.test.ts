import { REQUEST_ID_TAG } from '../../src/provider/contract/ownership-tags';
import { ControlPlane, KeySummary, KeyTraits } from '../../src/provider/handler/control-plane/port';
import { Search } from '../../src/provider/handler/reconcilers/key/memory';
import { BEGIN, FIRST_WAIT, searchByRequest } from '../../src/provider/handler/reconcilers/key/search';
import { ServiceFault } from '../../src/provider/handler/service-fault';

const TRAITS: KeyTraits = { usage: 'C0', keyClass: 'SYMMETRIC_KEY', algorithm: 'TDES_2KEY', modesOfUse: ['Generate', 'Verify'], exportable: true };
const arn = (name: string) => `arn:aws:payment-cryptography:us-east-1:111122223333:key/${name}`;
const summary = (name: string, differences: Partial<KeySummary> = {}): KeySummary => ({ ...TRAITS, keyArn: arn(name), state: 'CREATE_COMPLETE', ...differences });

/** The search for the key of request `r`, to its end, among keys of which `mine` are that request's. */
async function search(service: { index?: string[]; pages?: KeySummary[][]; mine?: string[] }) {
  const { index = [], pages = [[]], mine = [] } = service;
  const waits = [FIRST_WAIT];
  const turns: string[][] = [];
  const asked = (what: string) => turns.at(-1)!.push(what);
  const plane: Partial<ControlPlane> = {
    findKeysByTags: async (region, tags) => {
      expect([region, tags]).toEqual(['us-east-1', { [REQUEST_ID_TAG]: 'r' }]);
      asked('index');
      return index.map(arn);
    },
    listKeys: async (region, nextToken = '0') => {
      asked(`list ${region} ${nextToken}`);
      const page = Number(nextToken);
      return { keys: pages[page], nextToken: page + 1 < pages.length ? String(page + 1) : undefined };
    },
    listTags: async keyArn => {
      const name = keyArn.split('/')[1];
      asked(`tags ${name}`);
      return { [REQUEST_ID_TAG]: mine.includes(name) ? 'r' : 'other' };
    },
  };
  let state: Search = BEGIN;
  for (let turn = 0; turn < 50; turn += 1) {
    turns.push([]);
    const outcome = await searchByRequest('us-east-1', 'r', TRAITS, state, plane as ControlPlane);
    if ('found' in outcome) { return { found: outcome.found, waits, turns }; }
    if (outcome.search.exhausted) { return { exhausted: true, waits, turns, inSeconds: outcome.inSeconds }; }
    waits.push(outcome.inSeconds);
    state = JSON.parse(JSON.stringify(outcome.search));
  }
  throw new Error('the search does not end');
}

describe('the search for the key of a request', () => {
  const SCAN = 7;

  test('gives the tag index two minutes, ever more rarely, before it looks at keys', async () => {
    const { waits, turns, exhausted } = await search({});
    expect(exhausted).toBe(true);
    expect(turns).toEqual([...Array(SCAN).fill(['index']), ['list us-east-1 0']]);
    expect(waits.slice(0, SCAN)).toEqual([2, 4, 8, 16, 30, 30, 30]);
    expect(waits.slice(0, SCAN).reduce((sum, seconds) => sum + seconds)).toBeGreaterThanOrEqual(120);
  });

  test('ends with what the index knows', async () => {
    expect(await search({ index: ['a', 'b'], mine: ['b'] })).toMatchObject({ found: arn('b'), turns: [['index', 'tags a', 'tags b']] });
  });

  test('takes the index for a hint only: the key\'s own tags decide', async () => {
    const { exhausted, turns } = await search({ index: ['stale'] });
    expect(exhausted).toBe(true);
    expect(turns[0]).toEqual(['index', 'tags stale']);
  });

  test('reads tags of no key that cannot be the one', async () => {
    const { exhausted, turns } = await search({
      mine: ['deleted', 'usage', 'class', 'algorithm', 'modes', 'exportable'],
      pages: [[
        summary('deleted', { state: 'DELETE_PENDING' }),
        summary('usage', { usage: 'P0' }),
        summary('class', { keyClass: 'PRIVATE_KEY' }),
        summary('algorithm', { algorithm: 'TDES_3KEY' }),
        summary('modes', { modesOfUse: ['Generate'] }),
        summary('exportable', { exportable: false }),
      ]],
    });
    expect(exhausted).toBe(true);
    expect(turns.slice(SCAN)).toEqual([['list us-east-1 0']]);
  });

  test('takes modes of use for the same in any order', async () => {
    expect((await search({ mine: ['a'], pages: [[summary('a', { modesOfUse: ['Verify', 'Generate'] })]] })).found).toBe(arn('a'));
  });

  test('makes one request a turn, and asks for every page and key once', async () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
    const { exhausted, turns, waits, inSeconds } = await search({ pages: [names.map(name => summary(name)), [summary('i')], []] });
    expect(exhausted).toBe(true);
    expect(turns.slice(SCAN)).toEqual([
      ['list us-east-1 0'], ...names.map(name => [`tags ${name}`]),
      ['list us-east-1 1'], ['tags i'],
      ['list us-east-1 2'],
    ]);
    expect(new Set(waits.slice(SCAN))).toEqual(new Set([1]));
    expect(inSeconds).toBe(0);
  });

  test('ends at the key, wherever it is listed', async () => {
    const pages = [['a', 'b', 'c', 'd', 'e', 'f'], ['g', 'h']].map(page => page.map(name => summary(name)));
    for (const name of ['a', 'd', 'f', 'g', 'h']) { expect((await search({ pages, mine: [name] })).found).toBe(arn(name)); }
  });

  test('goes on without the index when that cannot be asked, but not past a bug', async () => {
    const plane = (error: Error) => ({ findKeysByTags: async () => { throw error; } }) as Partial<ControlPlane> as ControlPlane;
    const denied = new ServiceFault('accessDenied', 'GetResources', 'us-east-1', 'AccessDeniedException', '');
    expect(await searchByRequest('us-east-1', 'r', TRAITS, BEGIN, plane(denied))).toEqual({ search: { indexLooks: 1 }, inSeconds: 4 });
    await expect(searchByRequest('us-east-1', 'r', TRAITS, BEGIN, plane(new TypeError('x')))).rejects.toThrow(TypeError);
  });
});
