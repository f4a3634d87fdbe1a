import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');
const WORKFLOWS = path.join(ROOT, '.github', 'workflows');
const workflow = (name: string) => readFileSync(path.join(WORKFLOWS, name), 'utf8');
const { tasks } = JSON.parse(readFileSync(path.join(ROOT, '.projen', 'tasks.json'), 'utf8'));
const spawned = (task: string): string[] => tasks[task].steps.flatMap(({ spawn }: { spawn?: string }) => spawn ?? []);

/** The jobs of a workflow, by name, as text. */
const jobs = (text: string): Record<string, string> => {
  const [, ...parts] = text.slice(text.indexOf('\njobs:\n')).split(/^ {2}(?=\w+:$)/m);
  return Object.fromEntries(parts.map(part => [part.slice(0, part.indexOf(':')), part]));
};

test('what is released has passed the tests, and was compared with the last release', () => {
  const { release, ...others } = jobs(workflow('release.yml'));
  expect(release.indexOf('npx projen release')).toBeGreaterThan(0);
  expect(release.indexOf('npx projen compat')).toBeGreaterThan(release.indexOf('npx projen release'));
  expect(release.indexOf('npm run demo')).toBeGreaterThan(release.indexOf('npx projen release'));
  expect(release).not.toMatch(/publib/);
  expect(spawned('release')).toContain('build');
  expect(spawned('build')).toContain('test');

  const publishing = Object.values(others).filter(job => job.includes('publib'));
  expect(publishing).toHaveLength(5);
  expect(Object.values(others).filter(job => !/^ {4}needs:( release$|\n {6}- release$)/m.test(job) || !job.includes('environment: release'))).toEqual([]);
});

test('a release is made by a person, with provenance where the registry has it', () => {
  const text = workflow('release.yml');
  expect(text).toMatch(/^on:\n {2}workflow_dispatch:/m);
  const { release_npm: npm, release_pypi: pypi, release_nuget: nuget } = jobs(text);
  expect(npm).toMatch(/NPM_CONFIG_PROVENANCE: "true"[^]*NPM_TRUSTED_PUBLISHER: "true"/);
  expect(pypi).toContain('PYPI_TRUSTED_PUBLISHER: "true"');
  expect(nuget).toContain('NUGET_TRUSTED_PUBLISHER: "true"');
  expect([npm, pypi, nuget].filter(job => !job.includes('id-token: write'))).toEqual([]);
});

test.each(readdirSync(WORKFLOWS))('%s names no registry', name => {
  expect(workflow(name)).not.toMatch(/NPM_REGISTRY|https?:/);
});
