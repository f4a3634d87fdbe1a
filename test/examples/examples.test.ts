import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { synthesizeWithSources } from '../packages/synthesis';

const ROOT = path.join(__dirname, '..', '..');
const examples = readdirSync(__dirname).filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts')).map(name => name.replace(/\.ts$/, ''));

async function synthesized(example: string): Promise<Record<string, any>> {
  const out = mkdtempSync(path.join(tmpdir(), 'example-'));
  try {
    await synthesizeWithSources(path.join(__dirname, `${example}.ts`), out);
    return JSON.parse(readFileSync(path.join(out, 'Payments.template.json'), 'utf8'));
  } finally {
    rmSync(out, { recursive: true, force: true });
  }
}

/** Without what changes with every build of the handler, and every release of the CDK or of this library. */
function golden(template: Record<string, any>): unknown {
  return JSON.parse(JSON.stringify({ Resources: template.Resources })
    .replace(/"[0-9a-f]{64}\.zip"/g, '"<hash of the handler>.zip"')
    .replace(/"nodejs\d+\.x"/g, '"<newest Node.js runtime>"')
    .replace(/"LIBRARY_VERSION":"[^"]+"/g, '"LIBRARY_VERSION":"<version of the library>"'));
}

test.each(examples)('%s makes the template it always made', async example => {
  expect(golden(await synthesized(example))).toMatchSnapshot();
});

test('the first example of the README is the one that is tested', () => {
  const code = readFileSync(path.join(__dirname, 'card-verification-key.ts'), 'utf8');
  const readme = readFileSync(path.join(ROOT, 'README.md'), 'utf8');
  expect(readme).toContain(code.replace("'../../src'", "'cdk-multi-region-payment-keys'").trim());
});
