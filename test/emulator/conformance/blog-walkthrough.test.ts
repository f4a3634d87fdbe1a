import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { PythonEnvironment, pythonEnvironment } from '../../python/environment';
import { VirtualClock } from '../clock';
import { responseProblems } from '../response-schema';
import { EmulatorServer, startEmulatorServer } from '../server';
import { clientEnvironment, shell } from './clients';

/** The key of the article on Multi-Region keys in the AWS Security Blog, with its id, dates and key check value. */
const ARTICLE_KEY_ID = 'qs6643jl4ohibtqk';

const DETAILS = {
  KeyAttributes: {
    KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY',
    KeyClass: 'SYMMETRIC_KEY',
    KeyAlgorithm: 'TDES_2KEY',
    KeyModesOfUse: {
      Encrypt: false,
      Decrypt: false,
      Wrap: false,
      Unwrap: false,
      Generate: true,
      Sign: false,
      Verify: true,
      DeriveKey: false,
      NoRestrictions: false,
    },
  },
  KeyCheckValue: 'CC5EE2',
  KeyCheckValueAlgorithm: 'ANSI_X9_24',
  Enabled: true,
  Exportable: true,
  KeyState: 'CREATE_COMPLETE',
  KeyOrigin: 'AWS_PAYMENT_CRYPTOGRAPHY',
  CreateTimestamp: '2025-08-21T15:25:54.475000-03:00',
  UsageStartTimestamp: '2025-08-21T15:25:54.287000-03:00',
};

const primary = (status: string): object => ({
  Key: {
    KeyArn: `arn:aws:payment-cryptography:us-east-1:111122223333:key/${ARTICLE_KEY_ID}`,
    ...DETAILS,
    MultiRegionKeyType: 'PRIMARY',
    ReplicationStatus: { 'us-west-2': { Status: status } },
    UsingDefaultReplicationRegions: false,
  },
});

const REPLICA = {
  Key: {
    KeyArn: `arn:aws:payment-cryptography:us-west-2:111122223333:key/${ARTICLE_KEY_ID}`,
    ...DETAILS,
    MultiRegionKeyType: 'REPLICA',
    PrimaryRegion: 'us-east-1',
  },
};

const CREATE = `aws payment-cryptography create-key \\
--exportable \\
--key-attributes KeyAlgorithm=TDES_2KEY,\\
KeyUsage=TR31_C0_CARD_VERIFICATION_KEY,\\
KeyClass=SYMMETRIC_KEY,KeyModesOfUse='{Generate=true,Verify=true}' \\
--region us-east-1 \\
--replication-regions us-west-2`;

const getKey = (region: string): string => `aws payment-cryptography get-key \\
--key-identifier arn:aws:payment-cryptography:${region}:111122223333:key/${ARTICLE_KEY_ID} \\
--region ${region}`;

/** Text of an answer with everything that differs from key to key made the same. The order of members counts. */
function comparable(output: string): string {
  return JSON.stringify(JSON.parse(output), null, 2)
    .replace(/key\/[a-z2-7]{16}"/g, 'key/ID"')
    .replace(/"\d{4}-\d\d-\d\dT[\d:.]+[-+]\d\d:\d\d"/g, '"DATE"')
    .replace(/"KeyCheckValue": "[0-9A-F]{6}"/, '"KeyCheckValue": "VALUE"');
}

let python: PythonEnvironment;
let server: EmulatorServer;
let folder: string;
const clock = new VirtualClock();
const problems: string[] = [];

beforeAll(async () => {
  python = await pythonEnvironment();
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'walkthrough-'));
  // Dates as in the article: version 1 of the AWS CLI prints numbers by default.
  fs.writeFileSync(path.join(folder, 'config'), '[default]\ncli_timestamp_format = iso8601\n');
  server = await startEmulatorServer({ clock });
  server.emulator.log.listen(entry => problems.push(...responseProblems(entry)));
}, 15 * 60_000);

afterAll(async () => {
  await server.close();
  fs.rmSync(folder, { recursive: true });
  expect(problems).toEqual([]);
});

async function type(command: string): Promise<string> {
  const { code, output, errors } = await shell(command, python, clientEnvironment(server.url, { AWS_CONFIG_FILE: path.join(folder, 'config') }));
  expect({ code, errors }).toEqual({ code: 0, errors: '' });
  return output;
}

test('the commands of the article print what the article shows', async () => {
  const created = await type(CREATE);
  expect(comparable(created)).toBe(comparable(JSON.stringify(primary('IN_PROGRESS'))));
  const keyId = /key\/(\w{16})/.exec(created)![1];
  const about = (command: string): string => command.replace(ARTICLE_KEY_ID, keyId);

  clock.advance(2);
  const synchronized = await type(about(getKey('us-east-1')));
  expect(comparable(synchronized)).toBe(comparable(JSON.stringify(primary('SYNCHRONIZED'))));
  const replica = await type(about(getKey('us-west-2')));
  expect(comparable(replica)).toBe(comparable(JSON.stringify(REPLICA)));
  const checkValue = /"KeyCheckValue": "(\w+)"/;
  expect(checkValue.exec(replica)![1]).toBe(checkValue.exec(created)![1]);
});

test('the defaults of the account, as the article describes them', async () => {
  const enable = 'aws payment-cryptography enable-default-key-replication-regions --replication-regions us-west-2 --region us-east-1';
  expect(JSON.parse(await type(enable))).toEqual({ EnabledReplicationRegions: ['us-west-2'] });
  const byDefault = CREATE.replace(/ \\\n--replication-regions us-west-2$/, '');
  expect(JSON.parse(await type(byDefault))).toMatchObject({ Key: { ReplicationStatus: { 'us-west-2': {} }, UsingDefaultReplicationRegions: true } });
  expect(JSON.parse(await type(enable.replace('enable', 'disable')))).toEqual({ EnabledReplicationRegions: [] });
});
