import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import * as ts from 'typescript';
import { devDependencies, repository, scripts } from '../../package.json';
import { As2805KeyVariant, KeyMaterial, PaymentKeyAlgorithm, PaymentKeyModesOfUse, PaymentKeySpec } from '../../src';
import { INVENTORY_LOG_CODES } from '../../src/inventory/contract/log-codes';
import { COLUMNS } from '../../src/inventory/handler/columns';
import { MEANINGS } from '../../src/inventory/handler/ownership';
import { operation, OPERATION_NAMES } from '../../src/private/grant-operations';
import { ruleOf } from '../../src/private/key-combinations';
import { SERVICE_REGIONS } from '../../src/private/regions';
import { FINDING_CODES } from '../../src/provider/contract/finding-codes';
import { LOG_CODES } from '../../src/provider/contract/log-codes';
import { WATCH_LOG_CODES } from '../../src/provider/contract/watch';
import { documentedErrors, thrownErrors } from '../api/errors';
import { Example, examplesIn, synthesizedApps } from '../example-apps';
import { LANGUAGES } from '../packages/languages';
import { instructions } from '../packages/quick-start';

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

/** Their sections in docs/quick-start.md, which `npm run package:all -- --quick-start typescript,python,java,go` follows to the letter. */
const QUICK_STARTS = Object.values(LANGUAGES).map(({ quickStart: { heading } }) => ({ heading, ...instructions(heading) }));

/** The cells of the table below a heading, row by row. */
const rowsBelow = (document: string, heading: string): string[][] =>
  [...sectionOf(document, heading).matchAll(/^\|( .*)\|$/gm)].slice(1).map(([, row]) => row.split('|').map(cell => cell.trim()));
const sectionOf = (document: string, heading: string) => read(document).split(/^(?=#+ )/m).find(one => one.startsWith(`${heading}\n`))!;
const inBackticks = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name);

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
    const written = name === 'docs/quick-start.md' ? QUICK_STARTS.flatMap(({ files }) => [...files.keys()]) : [];
    expect(named.filter(file => !written.includes(file) && !existsSync(path.join(ROOT, file)))).toEqual([]);
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

describe('the quick start', () => {
  test.each(QUICK_STARTS.map(one => [one.heading, one] as const))('in %s is whole, and has the versions that are tested', (_, one) => {
    const { files, commands } = one;
    expect(files.has('cdk.json')).toBe(true);
    expect(commands).toContain(`aws-cdk@${devDependencies['aws-cdk']}`);
    expect(commands).toMatch(/\bcdk(@[\d.]+)? synth\n$/);
    const text = [commands, ...files.values()].join('\n');
    expect(text).toMatch(/\$(CHECKOUT|\{env\.CHECKOUT\})/);
    expect(text).toContain(devDependencies['aws-cdk-lib']);
  });

  test('in TypeScript is the one of the README', () => {
    const { files, commands } = QUICK_STARTS.find(({ heading }) => heading === 'TypeScript')!;
    const readme = read('README.md');
    expect(commands.split('\n').filter(command => command !== '' && !readme.includes(command))).toEqual([]);
    expect([...files.values()].filter(text => !readme.includes(text.trim()))).toEqual([]);
  });

  test('in each language is what the README links to', () => {
    expect(QUICK_STARTS.filter(({ heading }) => !read('README.md').includes(`/docs/quick-start.md#${heading.toLowerCase()})`))).toEqual([]);
  });
});

describe('docs/presets.md', () => {
  const rows = rowsBelow('docs/presets.md', '# Presets of PaymentKeySpec');
  const modeNames = new Map(Object.entries(PaymentKeyModesOfUse).map(([name, set]) => [String(set), name]));
  const algorithms = Object.values(PaymentKeyAlgorithm).filter(one => one instanceof PaymentKeyAlgorithm).map(({ value }) => value);
  /** An algorithm, or all of a family. */
  const named = (name: string): string[] => algorithms.includes(name) ? [name] : algorithms.filter(one => one.startsWith(`${name}_`));

  test('has a row for each preset', () => expect(rows.map(([preset]) => inBackticks(preset)[0]).sort()).toEqual(
    Object.getOwnPropertyNames(PaymentKeySpec).filter(name => typeof (PaymentKeySpec as any)[name] === 'function' && name !== 'of').sort()));

  test.each(rows.map(row => [inBackticks(row[0])[0], row] as const))('says of %s what the code does', (preset, row) => {
    const [, , usage, algorithmCell, modes] = row;
    const spec: PaymentKeySpec = (PaymentKeySpec as any)[preset]();
    const rule = ruleOf(spec.usage.value)!;
    const entries = algorithmCell.split(/[;,] /).map(entry => entry.replace(/ \(.*\)/, ''));
    const warned = entries.filter(entry => / draws? a warning$/.test(entry)).map(entry => entry.split(' ')[0]);
    const plain = entries.filter(entry => !entry.endsWith(' a warning'));
    const told = {
      usage: inBackticks(usage)[0],
      algorithm: named(plain[0].replace(' ¹', ''))[0],
      algorithms: plain.flatMap(entry => named(entry.replace(' ¹', ''))).sort(),
      idle: plain.filter(entry => entry.endsWith(' ¹')).flatMap(entry => named(entry.replace(' ¹', ''))).sort(),
      unpublished: warned.filter(name => name !== 'others').flatMap(named).sort(),
      isOpen: warned.includes('others'),
      modes: modes.split(', ')[0],
      setsOfModes: modes.split(', ').sort(),
    };
    expect(told).toEqual({
      usage: spec.usage.value,
      algorithm: spec.algorithm.value,
      algorithms: [...rule.algorithms].sort(),
      idle: [...rule.idle ?? []].sort(),
      unpublished: [...rule.unpublished ?? []].sort(),
      isOpen: rule.open ?? false,
      modes: modeNames.get(String(spec.modesOfUse)),
      setsOfModes: rule.modesOfUse.map(set => modeNames.get(String(set))).sort(),
    });
  });
});

test('docs/networks.md has the Regions that this version knows', () => {
  const cells = rowsBelow('docs/networks.md', '## Regions of the service').flatMap(([one, place, other, itsPlace]) => [[one, place], [other, itsPlace]]);
  const rows = cells.filter(([region]) => inBackticks(region).length > 0).map(([region, place]) => [inBackticks(region)[0], place] as const);
  expect(rows.length).toBe(SERVICE_REGIONS.size);
  expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(SERVICE_REGIONS));
});

test('docs/grants.md has each grant, with the operations that it allows', () => {
  const rows = rowsBelow('docs/grants.md', '## Grants').map(([grants, operations]) => [inBackticks(grants), operations] as const).filter(([grants]) => grants.length > 0);
  const told = rows.flatMap(([grants, text]) => {
    const [operations, ...more] = text.split('; ');
    const primaryOnly = more.join().includes('on the primary only');
    const each = operations.split(', ');
    return grants.map((grant, index) => [grant, { actions: grants.length === 1 ? each : each.slice(index, index + 1), primaryOnly }] as const);
  }).filter(([grant]) => grant !== 'actions');
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(OPERATION_NAMES.map(name => {
    const { actions, primaryOnly = false }: { actions: readonly string[]; primaryOnly?: boolean } = operation(name);
    return [name, { actions, primaryOnly }];
  })));
});

test('CONTRIBUTING.md states each rule that a comment cites', () => {
  const stated = rowsBelow('CONTRIBUTING.md', '### Rules of the ledger').map(([rule]) => /^L\d+/.exec(rule)?.[0]).filter(rule => rule !== undefined);
  const cited = sourceFiles('src/provider/handler').flatMap(file => [...read(file).matchAll(/\bL\d+\b/g)].map(([rule]) => rule));
  expect(new Set(stated).size).toBe(12);
  expect([...new Set(cited)].filter(rule => !stated.includes(rule))).toEqual([]);
});

describe('docs/audit.md', () => {
  test('has the columns of the table, in their order', () => {
    const told = rowsBelow('docs/audit.md', '### Columns of keys.csv').map(([name]) => inBackticks(name)[0]);
    expect(told).toEqual(COLUMNS.map(({ heading }) => heading));
  });

  test('has each kind of ownership, and whether nobody declares such a key', () => {
    const rows = rowsBelow('docs/audit.md', '### Who declares a key').map(([kind, nobody]) => [inBackticks(kind)[0], nobody]);
    const meant = Object.entries(MEANINGS).map(([kind, { declaredByNobody }]) => [kind, declaredByNobody]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(meant));
  });
});

describe('docs/import.md', () => {
  const examples = examplesIn('docs/import.md').map(({ code }) => code);
  const material = sourceFiles('src/provider/handler/reconcilers/key/material').map(read).join('\n');

  test.each(Object.getOwnPropertyNames(KeyMaterial).filter(name => typeof (KeyMaterial as any)[name] === 'function'))('has an example of KeyMaterial.%s', method => {
    expect(examples.filter(code => code.includes(`KeyMaterial.${method}(`))).not.toEqual([]);
  });

  test('stores the members that the function reads', () => {
    const objects = [...read('docs/import.md').matchAll(/^ *```json\n([^]*?)^ *```$/gm)].map(([, json]) => Object.keys(JSON.parse(json)));
    expect(objects).toHaveLength(2);
    expect(objects.flat().filter(member => !material.includes(`'${member}'`))).toEqual([]);
  });

  test('quotes what the function says', () => {
    const quoted = rowsBelow('docs/import.md', '## When an import fails').flatMap(([text]) => inBackticks(text)).filter(text => text !== '');
    expect(quoted.length).toBeGreaterThan(8);
    // Which letter it is follows from the block.
    expect(quoted.filter(text => !SOURCES.includes(text.replace('the S that', 'the ${prefix} that')))).toEqual([]);
  });

  test('names the usage of each variant', () => {
    const section = sectionOf('docs/import.md', '## AS2805').replace(/\s+/g, ' ');
    const told = [...section.matchAll(/\b([A-Z_]+_VARIANT_\d\d) is ([A-Z]\d)/g)].map(([, variant, usage]) => [variant, usage]);
    expect(Object.fromEntries(told)).toEqual(Object.fromEntries(
      Object.values(As2805KeyVariant).map(({ value, _usage }: As2805KeyVariant) => [value, /^TR31_(..)_/.exec(_usage!.value)![1]])));
  });

  test('has commands that the services know', () => {
    const MODELS: Record<string, string> = { 'payment-cryptography': 'payment-cryptography', 'secretsmanager': 'secrets-manager', 'ssm': 'parameter-store' };
    const pascal = (text: string) => text.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    const commands = [...read('docs/import.md').matchAll(/^ *aws ([\w-]+) ([\w-]+) (.*)$/gm)];
    expect(commands.length).toBeGreaterThan(6);
    for (const [, service, name, options] of commands) {
      const { operations, shapes } = JSON.parse(read(`test/emulator/${MODELS[service]}.model.json`));
      const { members } = shapes[operations[pascal(name)].input.shape];
      // The Region is an option of every command.
      [...options.matchAll(/--(?!region )([\w-]+)/g)].forEach(([, option]) => expect(Object.keys(members)).toContain(pascal(option)));
    }
  });
});

describe('docs/watch.md', () => {
  const rows = rowsBelow('docs/watch.md', '## What it finds').filter(([code]) => inBackticks(code).length > 0).map(([code, says, act]) => [inBackticks(code)[0], says, act]);

  test('has each code of findings, with what it says, and what to do', () => {
    expect(rows.map(([code, says]) => [code, says])).toEqual(Object.entries(FINDING_CODES));
    expect(rows.filter(([, , act]) => act.length < 5)).toEqual([]);
  });

  test('never advises what could cost a key', () => {
    expect(rows.filter(([, , act]) => /\b(delete|stop)-?\w*key|schedule|DESTROY/i.test(act))).toEqual([]);
  });

  test('shows an event whose members the function writes', () => {
    const [, json] = /^```json\n([^]*?)^```$/m.exec(sectionOf('docs/watch.md', '## Events'))!;
    const { source, 'detail-type': detailType, detail, resources } = JSON.parse(json);
    const text = sourceFiles('src/provider').map(read).join('\n');
    expect([source, detailType].filter(one => !text.includes(`'${one}'`))).toEqual([]);
    expect(Object.keys(FINDING_CODES)).toContain(detail.code);
    expect(resources).toEqual([detail.keyArn]);
    const members = [...read('src/provider/handler/watch/finding.ts').matchAll(/readonly (\w+)\??:/g), ...read('src/provider/handler/watch/ports.ts')
      .split('interface FindingSource')[1].matchAll(/readonly (\w+)\??:/g)].map(([, member]) => member);
    expect(Object.keys(detail).sort()).toEqual(members.filter(member => member !== 'subject' && member !== 'message').sort());
  });
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
    expect(Object.fromEntries(rows)).toEqual({ ...LOG_CODES, ...WATCH_LOG_CODES });
  });

  test('each code of log lines of an inventory, with what it says', () => {
    const rows = [...section('Lines of the log of an inventory').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(([, code, says]) => [code, says]);
    expect(Object.fromEntries(rows)).toEqual(INVENTORY_LOG_CODES);
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
