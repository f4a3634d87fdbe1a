import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { scripts } from '../../package.json';
import { readmeExamples, synthesizedApps } from '../example-apps';

const ROOT = path.join(__dirname, '..', '..');
const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'];

/** As GitHub makes them of headings. */
const anchors = (text: string): string[] => [...text.matchAll(/^#+ (.*)$/gm)]
  .map(([, heading]) => heading.toLowerCase().replace(/[^a-z0-9 _-]/g, '').replace(/ /g, '-'));

describe.each(DOCUMENTS)('%s', name => {
  const text = read(name);

  test('links to what is there', () => {
    const broken = [...text.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => target).filter(target => !/^https?:/.test(target)).filter(target => {
      const [file, anchor] = target.split('#');
      if (file !== '' && !existsSync(path.join(ROOT, file))) { return true; }
      return anchor !== undefined && !anchors(file === '' ? text : read(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test('names commands that exist', () => {
    const named = [...text.matchAll(/\b(?:npm run|npx projen) ([a-z][\w:-]*)/g)].map(([, command]) => command);
    expect(named.filter(command => !(command in scripts))).toEqual([]);
  });

  test('names files that exist', () => {
    const named = [...text.matchAll(/`((?:src|test|images|\.ci)\/[\w./-]*)`/g)].map(([, file]) => file);
    expect(named.filter(file => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });
});

test('the texts of errors that the README explains stand in the sources', () => {
  const [, table] = /## Troubleshooting([^]*?)\n## /.exec(read('README.md'))!;
  const explained = [...table.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell]) => cell.split('`, `')).flatMap(cell => cell.replace(/`/g, '').split('…'));
  const fragments = explained.map(fragment => fragment.trim()).filter(fragment => /\w/.test(fragment));
  expect(fragments.length).toBeGreaterThan(20);
  expect(fragments.filter(fragment => !SOURCES.includes(fragment))).toEqual([]);
});

describe('the example of the README', () => {
  test.each(readmeExamples().map(example => [example.name, example] as const))('under "%s" makes a template', (_, example) => {
    expect(synthesizedApps(example).flatMap(app => app.synth().stacks).length).toBeGreaterThan(0);
  });
});

/** With the parts of sentences put together that stand on several lines. */
const SOURCES = sourceFiles('src').map(read).join('\n').replace(/['"`]\s*\+\s*['"`]/g, '').replace(/\\'/g, '\'');

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? sourceFiles(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]);
}
