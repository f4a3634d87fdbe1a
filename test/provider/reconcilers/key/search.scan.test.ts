import { REQUEST_ID_TAG } from '../../../../src/provider/contract/ownership-tags';
import { ServiceFault } from '../../../../src/provider/handler/control-plane/fault';
import { KeySummary, KeyTraits, Looks } from '../../../../src/provider/handler/control-plane/port';
import { CreationCheckpoint } from '../../../../src/provider/handler/reconcilers/key/checkpoint';
import { searchByRequest } from '../../../../src/provider/handler/reconcilers/key/search';

const TRAITS: KeyTraits = { usage: 'C0', keyClass: 'SYMMETRIC_KEY', algorithm: 'TDES_2KEY', modesOfUse: ['Generate', 'Verify'], exportable: true };
const SINCE = new Date('2026-01-01T00:00:00Z');
const arn = (name: string) => `arn:aws:payment-cryptography:us-east-1:111122223333:key/${name}`;
const summary = (name: string, differences: Partial<KeySummary> = {}): KeySummary => ({ ...TRAITS, keyArn: arn(name), state: 'CREATE_COMPLETE', ...differences });
const notFound = () => new ServiceFault('notFound', 'payment-cryptography', 'ListTagsForResource', 'us-east-1', 'ResourceNotFoundException', '');

/** The search for the key of request `r`, to its end, among keys of which `mine` are that request's; what it asked, by second. */
async function search(service: { index?: string[]; pages?: KeySummary[][]; mine?: string[]; gone?: string[]; minesAppearAt?: number }) {
  const { index = [], pages = [[]], mine = [], gone = [], minesAppearAt = 0 } = service;
  const asked: string[] = [];
  let second = 0;
  const plane: Partial<Looks> = {
    findKeysByTags: async (region, tags) => {
      expect([region, [...tags]]).toEqual(['us-east-1', [[REQUEST_ID_TAG, 'r']]]);
      asked.push(`${second} index`);
      return index.map(arn);
    },
    listKeys: async (region, nextToken = '0') => {
      asked.push(`${second} list ${region} ${nextToken}`);
      const page = Number(nextToken);
      return { keys: pages[page], ...page + 1 < pages.length ? { nextToken: String(page + 1) } : {} };
    },
    listTags: async keyArn => {
      const name = keyArn.split('/')[1];
      asked.push(`${second} tags ${name}`);
      if (gone.includes(name)) { throw notFound(); }
      return new Map([[REQUEST_ID_TAG, mine.includes(name) && second >= minesAppearAt ? 'r' : 'other']]);
    },
  };
  let checkpoint: CreationCheckpoint = { phase: 'creating' };
  let changes = 0;
  for (let turn = 0; turn < 100; turn += 1) {
    const now = new Date(SINCE.getTime() + second * 1000);
    const outcome = await searchByRequest('us-east-1', { since: SINCE, requestId: 'r' }, TRAITS, checkpoint, plane as Looks, now);
    if (outcome.kind !== 'notYet') { return { outcome, asked, second, changes }; }
    if (JSON.stringify(outcome.checkpoint) !== JSON.stringify(checkpoint)) { changes += 1; }
    checkpoint = JSON.parse(JSON.stringify(outcome.checkpoint));
    second += outcome.inSeconds;
  }
  throw new Error('the search does not end');
}

describe('the search for the key of a request', () => {
  test('asks the tag index ever more rarely, looks at every key after a minute and after five, and ends', async () => {
    const { outcome, asked, second, changes } = await search({});
    expect(outcome).toEqual({ kind: 'exhausted' });
    expect(asked.filter(entry => entry.includes('list'))).toEqual(['60 list us-east-1 0', '300 list us-east-1 0']);
    expect(asked.filter(entry => entry.endsWith('index')).map(entry => Number(entry.split(' ')[0])).filter(at => at < 60)).toEqual([0, 2, 4, 6, 9, 13, 19, 28, 42]);
    expect(second).toBe(300);
    // Two scans; looks at the index write nothing.
    expect(changes).toBe(6);
  });

  test('ends with what the index knows', async () => {
    expect(await search({ index: ['a', 'b'], mine: ['b'] })).toMatchObject({ outcome: { kind: 'found', keyArn: arn('b') }, asked: ['0 index', '0 tags a', '0 tags b'] });
  });

  test('takes the index for a hint only: the key\'s own tags decide, also those of a key that is gone', async () => {
    expect(await search({ index: ['stale', 'gone'], gone: ['gone'] })).toMatchObject({ outcome: { kind: 'exhausted' } });
  });

  test('finds what the service made only minutes later', async () => {
    const late = await search({ pages: [[summary('a')]], mine: ['a'], minesAppearAt: 280 });
    expect(late).toMatchObject({ outcome: { kind: 'found', keyArn: arn('a') }, second: 300 });
  });

  test('reads tags of no key that cannot be the one', async () => {
    const { outcome, asked } = await search({
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
    expect(outcome).toEqual({ kind: 'exhausted' });
    expect(asked.filter(entry => entry.includes('tags'))).toEqual([]);
  });

  test('takes modes of use for the same in any order, and a key that is still being made for one', async () => {
    expect((await search({ mine: ['a'], pages: [[summary('a', { modesOfUse: ['Verify', 'Generate'], state: 'CREATE_IN_PROGRESS' })]] })).outcome).toMatchObject({ keyArn: arn('a') });
  });

  test('asks for every page and key once in a scan', async () => {
    const { asked } = await search({ pages: [['a', 'b', 'c'].map(name => summary(name)), [summary('d')], []] });
    expect(asked.filter(entry => /^60 (list|tags)/.test(entry))).toEqual([
      '60 list us-east-1 0', '60 tags a', '60 tags b', '60 tags c', '60 list us-east-1 1', '60 tags d', '60 list us-east-1 2',
    ]);
  });

  test('ends at the key, wherever it is listed', async () => {
    const pages = [['a', 'b', 'c'], ['d', 'e']].map(page => page.map(name => summary(name)));
    for (const name of ['a', 'c', 'd', 'e']) { expect((await search({ pages, mine: [name] })).outcome).toMatchObject({ keyArn: arn(name) }); }
  });

  test('goes on without the index when that cannot be asked, but not past a bug', async () => {
    const asking = (error: Error) => searchByRequest('us-east-1', { since: SINCE, requestId: 'r' }, TRAITS, { phase: 'creating' },
      { findKeysByTags: async () => { throw error; } } as Partial<Looks> as Looks, SINCE);
    const denied = new ServiceFault('accessDenied', 'tagging', 'GetResources', 'us-east-1', 'AccessDeniedException', '');
    expect(await asking(denied)).toEqual({ kind: 'notYet', checkpoint: { phase: 'creating' }, inSeconds: 2 });
    await expect(asking(new TypeError('x'))).rejects.toThrow(TypeError);
  });
});
