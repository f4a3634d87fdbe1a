/**
 * The pictures of README and docs. They are made when there are none, or when the environment variable PICTURES is set; otherwise this
 * only sees that the page can still be brought to what they show.
 *
 * Time, key ids and port are fixed, so that the same page gives the same picture on the same machine; fonts differ elsewhere.
 */
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { cellOf, idOf, rowOf } from './opened-page';
import { describeInBrowser } from '../../browser/in-browser';
import { Tab } from '../../browser/tab';
import { ROOT } from '../../packages/places';
import { PRIMARY } from '../checked-emulator';
import { VirtualClock } from '../clock';
import { RandomBytes } from '../key-material';
import { EmulatorServer, startEmulatorServer } from '../server';
import { Key } from '../shapes';

const IMAGES = path.join(ROOT, 'images');
const BEGIN = Date.UTC(2026, 10, 28, 9, 0, 0);
const CONTROL_PLANE_TPS = 5;

/** The same bytes in every run. */
function repeatableBytes(): RandomBytes {
  let count = 0;
  return size => {
    count += 1;
    return Buffer.concat(Array.from({ length: Math.ceil(size / 32) }, (_, block) => createHash('sha256').update(`${count} ${block}`).digest())).subarray(0, size);
  };
}

interface Declared {
  readonly usage: string;
  readonly algorithm: string;
  readonly modes: Readonly<Record<string, boolean>>;
  readonly alias: string;
  readonly regions: readonly string[];
}

const VERIFIES = { Generate: true, Verify: true };
const ENCRYPTS = { Encrypt: true, Decrypt: true, Wrap: true, Unwrap: true };
const DERIVES = { DeriveKey: true };
const USUAL = ['us-west-2', 'eu-west-1'];
/** A payments team's keys. */
const KEYS: readonly Declared[] = [
  { usage: 'TR31_C0_CARD_VERIFICATION_KEY', algorithm: 'TDES_2KEY', modes: VERIFIES, alias: 'alias/cvk', regions: USUAL },
  { usage: 'TR31_P0_PIN_ENCRYPTION_KEY', algorithm: 'TDES_3KEY', modes: ENCRYPTS, alias: 'alias/pek', regions: USUAL },
  { usage: 'TR31_V2_VISA_PIN_VERIFICATION_KEY', algorithm: 'TDES_2KEY', modes: VERIFIES, alias: 'alias/pvk', regions: USUAL },
  { usage: 'TR31_B0_BASE_DERIVATION_KEY', algorithm: 'AES_128', modes: DERIVES, alias: 'alias/bdk', regions: ['us-west-2', 'ap-south-1'] },
  { usage: 'TR31_E0_EMV_MKEY_APP_CRYPTOGRAMS', algorithm: 'TDES_2KEY', modes: DERIVES, alias: 'alias/emv', regions: USUAL },
];

describeInBrowser('the pictures', browser => {
  let server: EmulatorServer;
  let clock: VirtualClock;
  const keys: Key[] = [];

  const call = async (operation: string, input: object, region: string = PRIMARY): Promise<Record<string, any>> =>
    server.emulator.call(operation, input, { region });

  /** A deployment in virtual time: each key is created and looked at until it is everywhere, and one Region fails. */
  async function deploy(): Promise<void> {
    server.emulator.note('cdk deploy Payments');
    for (const { usage, algorithm, modes, alias, regions } of KEYS) {
      clock.advance(0.4);
      const attributes = { KeyUsage: usage, KeyClass: 'SYMMETRIC_KEY', KeyAlgorithm: algorithm, KeyModesOfUse: modes };
      const { Key: key } = await call('CreateKey', { KeyAttributes: attributes, Exportable: true, ReplicationRegions: regions, Tags: [{ Key: 'team', Value: 'cards' }] });
      keys.push(key as Key);
      await call('CreateAlias', { AliasName: alias, KeyArn: (key as Key).KeyArn });
    }
    for (let second = 0; second < 6; second += 1) {
      clock.advance(1);
      // More than the quota lets through.
      await Promise.allSettled(keys.map(async ({ KeyArn }) => call('GetKey', { KeyIdentifier: KeyArn })));
      await Promise.allSettled(keys.slice(second).map(async ({ KeyArn }) => call('GetKey', { KeyIdentifier: KeyArn })));
    }
    clock.advance(1);
    for (const region of ['us-west-2', 'eu-west-1']) {
      clock.advance(0.5);
      await call('CreateAlias', { AliasName: 'alias/cvk', KeyArn: keys[0].KeyArn.replace(PRIMARY, region) }, region);
    }
  }

  beforeAll(async () => {
    clock = new VirtualClock(BEGIN);
    server = await startEmulatorServer({
      port: process.env.PICTURES ? 4700 : 0,
      clock,
      random: repeatableBytes(),
      tps: CONTROL_PLANE_TPS,
      replicationDelay: 4,
      replicationOutcomes: {
        'eu-west-1': { kind: 'synchronizes', delay: 3 },
        'ap-south-1': { kind: 'fails', delay: 5, message: 'The Region is not enabled for this account.' },
      },
    });
    await deploy();
  });
  afterAll(async () => server.close());

  async function opened(scheme: 'light' | 'dark', height: number): Promise<Tab> {
    const tab = await Tab.open(browser.current, { width: 1440, height, scheme });
    // The clock of the page stands still, as the emulator's does.
    await tab.send('Page.addScriptToEvaluateOnNewDocument', { source: `Date.now = () => ${BEGIN};` });
    const features = [{ name: 'prefers-color-scheme', value: scheme }, { name: 'prefers-reduced-motion', value: 'reduce' }];
    await tab.send('Emulation.setEmulatedMedia', { features });
    await tab.go(server.url);
    await tab.until(`${cellOf(idOf(keys[3]), 'ap-south-1')} === 'FAILED' && document.querySelectorAll('figcaption').length === 3`);
    return tab;
  }

  /** What the tab shows, once it has been drawn. */
  async function keepPicture(tab: Tab, name: string): Promise<void> {
    await tab.evaluate('new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
    const picture = await tab.screenshot();
    expect(picture.length).toBeGreaterThan(20_000);
    const file = path.join(IMAGES, name);
    if (process.env.PICTURES || !fs.existsSync(file)) fs.writeFileSync(file, picture);
    expect(tab.problems).toEqual([]);
    await tab.close();
  }

  test('the whole page, in light colours', async () => {
    await keepPicture(await opened('light', 1212), 'live-page.png');
  });

  test('the details of a key, in dark colours', async () => {
    const tab = await opened('dark', 860);
    await tab.evaluate(`${rowOf(idOf(keys[3]))}.querySelector('button').click()`);
    await tab.until('document.querySelector(\'#facts\').textContent.includes(\'ap-south-1FAILED\')');
    await keepPicture(tab, 'live-page-details.png');
  });
});
