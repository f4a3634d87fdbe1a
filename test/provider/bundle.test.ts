import { execFileSync } from 'child_process';
import { mkdtempSync, readFileSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { gzipSync } from 'zlib';

const ROOT = path.join(__dirname, '..', '..');
const BUNDLE = path.join(ROOT, 'lib', 'assets', 'provider', 'handler', 'index', 'index.js');

/** Lowered with each saving. It was 79.6 KB when imports came, which may take 12 KB, and 3.5 KB less when requests to Step Functions were typed by hand. Deflate is what a zip uses too. */
const MOST_COMPRESSED_BYTES = 84 * 1024;

describe('the bundled handler', () => {
  test(`is at most ${MOST_COMPRESSED_BYTES} bytes compressed`, () => {
    expect(gzipSync(readFileSync(BUNDLE), { level: 9 }).length).toBeLessThanOrEqual(MOST_COMPRESSED_BYTES);
  });

  test.each<[string, RegExp]>([
    ['provider', /^$/],
    // Checksums of Amazon S3 bring their own copies of what makes bytes of texts, which are no core.
    ['inventory', /@smithy\/(util-utf8|util-buffer-from|is-array-buffer)\/[^/]+\/[^/]+$/],
  ])('holds one SDK core: all clients are of one release (%s)', (name, harmless) => {
    const scratch = mkdtempSync(path.join(tmpdir(), 'bundle-'));
    try {
      const [{ execArgs }] = JSON.parse(readFileSync(path.join(ROOT, '.projen', 'tasks.json'), 'utf8')).tasks[`bundle:${name}/handler/index`].steps;
      const metafile = path.join(scratch, 'meta.json');
      const [esbuild, ...args]: string[] = execArgs;
      execFileSync(path.join(ROOT, 'node_modules', '.bin', esbuild), [
        ...args.filter(arg => !arg.startsWith('--outfile')), `--outfile=${path.join(scratch, 'index.js')}`, `--metafile=${metafile}`,
      ], { cwd: ROOT, stdio: 'pipe' });
      const inputs = Object.keys(JSON.parse(readFileSync(metafile, 'utf8')).inputs);
      expect(inputs.filter(input => /@(aws-sdk|smithy)\/core\//.test(input)).length).toBeGreaterThan(0);
      // Type packages may be there twice, since they leave nothing behind.
      expect(inputs.filter(input => /node_modules\/.*\/node_modules\/@(aws-sdk|smithy)\/(?!types\/)/.test(input) && !harmless.test(input))).toEqual([]);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  });

  test('says what it is, when called by something else than CloudFormation', async () => {
    const { handler } = jest.requireActual(BUNDLE);
    await expect(handler({})).rejects.toThrow('this is not an event of CloudFormation');
  });
});
