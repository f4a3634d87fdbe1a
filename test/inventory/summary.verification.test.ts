import { execFileSync } from 'child_process';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { InventoryAccount } from './account';

const ROOT = path.join(__dirname, '..', '..');
/** What docs/audit.md tells an assessor to run. */
const COMMAND = /^ *```sh\n( *cd "\$FOLDER"\n[^]*?)^ *```$/m.exec(readFileSync(path.join(ROOT, 'docs', 'audit.md'), 'utf8'))![1];

let folder: string;
beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'inventory-'));
  const account = new InventoryAccount();
  await account.createKey({ tags: { owner: 'Zürich' } });
  await account.take();
  for (const [name, text] of Object.entries(account.published())) { writeFileSync(path.join(folder, name), text); }
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const verify = () => execFileSync('bash', ['-c', `set -o pipefail\n${COMMAND}`], { env: { PATH: process.env.PATH, FOLDER: folder }, stdio: 'pipe' }).toString();

test('files that are as they were published are OK', () => {
  expect(verify()).toBe('keys.csv: OK\nkeys.jsonl: OK\n');
});

test.each(['keys.csv', 'keys.jsonl'])('%s that was changed is not', name => {
  appendFileSync(path.join(folder, name), ' ');
  expect(verify).toThrow(/1 computed checksum did NOT match/);
});

test('a folder without a summary is not', () => {
  rmSync(path.join(folder, 'summary.json'));
  expect(verify).toThrow(/No such file/);
});
