import { execFileSync } from 'child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');
const { tasks } = JSON.parse(readFileSync(path.join(ROOT, '.projen', 'tasks.json'), 'utf8'));

/** Asset hashes, and so templates, follow from these bytes. */
test.each(['provider', 'inventory'])('the handler of the %s is bundled to the same bytes before and after jsii wrote its tsconfig.json', name => {
  const [{ execArgs: [program, ...args] }] = tasks[`bundle:${name}/handler/index`].steps;
  const clone = mkdtempSync(path.join(tmpdir(), 'bundle-reproducible-'));
  const bundle = (): string => {
    execFileSync(path.join(ROOT, 'node_modules', '.bin', program), args, { cwd: clone, stdio: 'pipe' });
    return readFileSync(path.join(clone, 'lib', 'assets', name, 'handler', 'index', 'index.js'), 'utf8');
  };
  try {
    cpSync(path.join(ROOT, 'src'), path.join(clone, 'src'), { recursive: true });
    cpSync(path.join(ROOT, 'tsconfig.dev.json'), path.join(clone, 'tsconfig.dev.json'));
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(clone, 'node_modules'));
    const onFreshClone = bundle();
    writeFileSync(path.join(clone, 'tsconfig.json'), JSON.stringify({ compilerOptions: { strict: true, alwaysStrict: true, target: 'ES2022' } }));
    // Not compared by expect, which would print both.
    expect(bundle() === onFreshClone).toBe(true);
    expect(onFreshClone.length).toBeGreaterThan(10_000);
  } finally {
    rmSync(clone, { recursive: true, force: true });
  }
});
