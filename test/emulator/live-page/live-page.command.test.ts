/** The command that the details of a key offer, copied as a person does, shows in the AWS CLI what the page shows. */
import { execFile } from 'node:child_process';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { idOf, openPage, OpenedPage, rowOf } from './opened-page';
import { describeInBrowser } from '../../browser/in-browser';
import { loopbackEnvironment, pythonEnvironment } from '../../python/environment';
import { REPLICA } from '../checked-emulator';
import { Key } from '../shapes';

describeInBrowser('the commands of the details', browser => {
  let page: OpenedPage;
  let key: Key;
  let programs: string;

  beforeAll(async () => {
    programs = path.dirname((await pythonEnvironment()).aws);
    page = await openPage(browser.current, { replicationDelay: 0 });
    key = await page.createKey({ ReplicationRegions: [REPLICA], Tags: [{ Key: 'team', Value: 'cards' }] });
    await page.call('CreateAlias', { AliasName: 'alias/a', KeyArn: key.KeyArn });
    await page.tab.until(`${rowOf(idOf(key))} !== null`);
    await page.tab.evaluate(`${rowOf(idOf(key))}.querySelector('button').click()`);
  }, 15 * 60_000);

  afterAll(async () => {
    expect(page.tab.problems).toEqual([]);
    await page.close();
  });

  /** What the shell prints of what the button copied. */
  async function copiedAndRun(operation: string): Promise<Record<string, any>> {
    await page.tab.send('Browser.grantPermissions', { origin: page.server.url, permissions: ['clipboardReadWrite', 'clipboardSanitizedWrite'] });
    await page.tab.evaluate('document.querySelector(\'#announcement\').textContent = \'\'');
    await page.tab.evaluate(`document.querySelector('button[aria-label="Copy the command ${operation}"]').focus()`);
    await page.tab.press('Enter');
    await page.tab.until('document.querySelector(\'#announcement\').textContent === \'Copied.\'');
    const command = await page.tab.evaluate<string>('navigator.clipboard.readText()');
    const env = loopbackEnvironment({
      PATH: `${programs}:${process.env.PATH}`,
      AWS_CONFIG_FILE: '/dev/null',
      AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
      AWS_PAGER: '',
      AWS_ACCESS_KEY_ID: undefined,
      AWS_SECRET_ACCESS_KEY: undefined,
      AWS_EC2_METADATA_DISABLED: 'true',
    });
    const { stdout } = await promisify(execFile)('/bin/sh', ['-c', command], { env });
    return JSON.parse(stdout) as Record<string, unknown>;
  }

  const facts = async (): Promise<string> => page.tab.evaluate("document.querySelector('#facts').textContent");

  test('in the primary Region: the key, its aliases and its tags', async () => {
    const { Key: shown } = await copiedAndRun('get-key');
    expect(shown).toMatchObject({ KeyArn: key.KeyArn, KeyCheckValue: key.KeyCheckValue, MultiRegionKeyType: 'PRIMARY' });
    for (const value of [key.KeyArn, key.KeyCheckValue, 'primary', shown.KeyState, shown.KeyAttributes.KeyUsage]) expect(await facts()).toContain(value);
    expect(await copiedAndRun('list-aliases')).toMatchObject({ Aliases: [{ AliasName: 'alias/a' }] });
    expect(await copiedAndRun('list-tags-for-resource')).toEqual({ Tags: [{ Key: 'team', Value: 'cards' }] });
  }, 60_000);

  test('seen from a replica Region', async () => {
    await page.tab.evaluate(`(() => { const select = document.querySelector('#details-region'); select.value = '${REPLICA}'; select.dispatchEvent(new Event('change')); })()`);
    const arn = key.KeyArn.replace('us-east-1', REPLICA);
    await page.tab.until(`document.querySelector('#facts').textContent.includes('${arn}')`);
    expect(await copiedAndRun('get-key')).toMatchObject({ Key: { KeyArn: arn, MultiRegionKeyType: 'REPLICA' } });
    expect(await facts()).toContain('replica of us-east-1');
  }, 60_000);
});
