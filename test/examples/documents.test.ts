import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import * as ts from 'typescript';
import { repository, scripts } from '../../package.json';
import { LOG_CODES } from '../../src/provider/contract/log-codes';
import { documentedErrors, thrownErrors } from '../api/errors';
import { Example, examplesIn, synthesizedApps } from '../example-apps';

const ROOT = path.join(__dirname, '..', '..');
const read = (name: string): string => readFileSync(path.join(ROOT, name), 'utf8');
const PAGES = readdirSync(path.join(ROOT, 'docs')).map(name => `docs/${name}`);
const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md', ...PAGES];
const EXAMPLES = ['README.md', ...PAGES].flatMap(document => examplesIn(document).map(example => ({ document, ...example })));

/** Links and pictures of the README also have to work on the pages of package registries, so they name the repository. */
const REPOSITORY = repository.url.replace(/\.git$/, '');
const IN_REPOSITORY = new RegExp(`^(?:${REPOSITORY}/blob|${REPOSITORY.replace('github.com', 'raw.githubusercontent.com')})/main/`);

/** Where links lead, pictures and the definitions of links among them. */
const targets = (text: string): string[] =>
  [...text.matchAll(/\]\(([^)]+)\)/g), ...text.matchAll(/^\[[\w-]+\]: (\S+)$/gm)].map(([, target]) => target);

/** As GitHub makes them of headings. */
const anchors = (text: string): string[] => [...text.matchAll(/^#+ (.*)$/gm)]
  .map(([, heading]) => heading.toLowerCase().replace(/[^a-z0-9 _-]/g, '').replace(/ /g, '-'));

describe.each(DOCUMENTS)('%s', name => {
  const text = read(name);

  test('links to what is there', () => {
    const inside = targets(text).filter(target => !/^https?:/.test(target) || IN_REPOSITORY.test(target));
    const broken = inside.filter(target => {
      const [link, anchor] = target.split('#');
      const file = IN_REPOSITORY.test(link) ? link.replace(IN_REPOSITORY, '') : path.join(path.dirname(name), link);
      if (link !== '' && !existsSync(path.join(ROOT, file))) { return true; }
      return anchor !== undefined && !anchors(link === '' ? text : read(file)).includes(anchor);
    });
    expect(broken).toEqual([]);
    const defined = [...text.matchAll(/^\[([\w-]+)\]: /gm)].map(([, label]) => label);
    const used = [...text.matchAll(/\]\[([\w-]+)\]/g)].map(([, label]) => label);
    expect([...new Set(used)].sort()).toEqual([...defined].sort());
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

test('the README is short, and its links and pictures work away from the repository', () => {
  const text = read('README.md');
  expect(text.split('\n').length - 1).toBeLessThanOrEqual(350);
  expect(targets(text).filter(target => !target.startsWith('#') && !/^https:/.test(target))).toEqual([]);
});

test('each page of docs is linked from the README, and is about one topic', () => {
  expect(PAGES.filter(page => !read('README.md').includes(`/blob/main/${page}`))).toEqual([]);
  expect(PAGES.filter(page => [...read(page).replace(/^ *```[^]*?^ *```$/gm, '').matchAll(/^# /gm)].length !== 1)).toEqual([]);
});

test.each([['README.md', '## Troubleshooting', 8], ['docs/errors.md', '## Texts in the events of a stack', 20]] as const)(
  'the texts of errors that %s explains stand in the sources', (document, heading, atLeast) => {
    const section = read(document).split(/^(?=## )/m).find(one => one.startsWith(`${heading}\n`))!;
    const explained = [...section.matchAll(/^\| (`.*?`) \|/gm)].flatMap(([, cell]) => cell.split('`, `')).flatMap(cell => cell.replace(/`/g, '').split('…'));
    const fragments = explained.map(fragment => fragment.trim()).filter(fragment => /\w/.test(fragment));
    expect(fragments.length).toBeGreaterThan(atLeast);
    expect(fragments.filter(fragment => !SOURCES.includes(fragment))).toEqual([]);
  });

describe('docs/errors.md names', () => {
  const section = (heading: string) => read('docs/errors.md').split(/^(?=## )/m).find(one => one.startsWith(`## ${heading}\n`))!;
  const names = (heading: string) => [...section(heading).matchAll(/^\| (`[^|]*`) \|/gm)]
    .flatMap(([, cell]) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name)).sort();

  test('each error at synthesis', () => expect(names('Errors at synthesis')).toEqual(
    [...new Set([...thrownErrors(), ...documentedErrors().map(({ error }) => error)])].sort()));

  test('each warning', () => {
    const warned = [/WARNING\}([\w-]+?)(?:-\$\{region\})?`/g, /_warn\('(\w+)'/g, /\bid: '(\w+)',\s+message/g].flatMap(pattern => [...SOURCES.matchAll(pattern)].map(([, id]) => id));
    expect(names('Warnings at synthesis').map(id => id.replace('-<Region>', ''))).toEqual([...new Set(warned)].sort());
  });

  test('each code of log lines, with what it says', () => {
    const rows = [...section('Lines of the log').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, code, says]) => [code, says.replace('. Level INFO', '')]);
    expect(Object.fromEntries(rows)).toEqual(LOG_CODES);
  });
});

describe('examples', () => {
  test.each(EXAMPLES.map(example => [example.document, example.name, example] as const))('%s, under "%s", makes a template', (_, __, example) => {
    expect(synthesizedApps(example).flatMap(app => app.synth().stacksRecursively).length).toBeGreaterThan(0);
  });

  test('have no errors of types', () => expect(typeErrors(EXAMPLES)).toEqual([]), 120_000);
});

/** What the compiler says of examples, as if each were a file beside this one. */
function typeErrors(examples: readonly Example[]): string[] {
  const { options } = ts.parseJsonConfigFileContent({ ...JSON.parse(read('tsconfig.dev.json').replace(/^\/\/.*$/gm, '')), include: [], files: [] }, ts.sys, ROOT);
  const files = new Map(examples.map(({ code }, index) => [path.join(__dirname, `example-${index}.ts`),
    `${code.replace(/'cdk-multi-region-payment-keys'/g, '\'../../src\'')}\nexport {};\n`]));
  const host = ts.createCompilerHost({});
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = name => files.get(name) ?? readFile(name);
  host.fileExists = name => files.has(name) || fileExists(name);
  host.getSourceFile = (name, version) => files.has(name) ? ts.createSourceFile(name, files.get(name)!, version) : getSourceFile(name, version);
  const program = ts.createProgram([...files.keys()], { ...options, noEmit: true, noUnusedLocals: false, skipLibCheck: true }, host);
  return [...files.keys()].flatMap((name, index) => {
    const file = program.getSourceFile(name)!;
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)]
      .map(({ messageText }) => `${examples[index].name}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`);
  });
}

/** With the parts of sentences put together that stand on several lines. */
const SOURCES = sourceFiles('src').map(read).join('\n').replace(/['"`]\s*\+\s*['"`]/g, '').replace(/\\'/g, '\'');

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? sourceFiles(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]);
}
