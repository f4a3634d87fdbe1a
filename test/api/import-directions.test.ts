import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');
const PROVIDER = 'src/provider';
const CONTRACT = `${PROVIDER}/contract`;
const HANDLER = `${PROVIDER}/handler`;
const INVENTORY = 'src/inventory';
const PRIVATE = 'src/private';
/** Values that users write and every room outside the handler may read: they know no construct. */
const CATALOGUE = 'src/(payment-key-(usage|algorithm|modes-of-use|check-value-algorithm)|as2805-key-variant)$';
const CDK = '(aws-cdk-lib/|constructs$)';

/** Data goes one way (CONTRIBUTING.md): what each room may import, files by their folder, besides Node.js itself. The inner rooms come first. */
const ROOMS: readonly (readonly [room: string, mayImport: RegExp])[] = [
  handlerRoom('control-plane'),
  handlerRoom('reconcilers', 'control-plane'),
  handlerRoom('cloudformation'),
  handlerRoom('ledger', 'cloudformation', 'reconcilers', 'control-plane'),
  handlerRoom('quota', 'ledger', 'control-plane'),
  handlerRoom('request', 'cloudformation', 'ledger', 'quota', 'reconcilers', 'control-plane'),
  handlerRoom('watch', 'request', 'ledger', 'quota', 'reconcilers', 'control-plane'),
  // The only room that knows an SDK.
  [`${HANDLER}/aws`, new RegExp(`^(${CONTRACT}/|${HANDLER}/(aws|watch|request|ledger|quota|control-plane)/|@aws-sdk/|@smithy/)`)],
  [HANDLER, new RegExp(`^(${CONTRACT}|${HANDLER})/`)],
  // The function of an inventory shares with the provider's what is about the service, and knows nothing of its requests and ledger.
  [`${INVENTORY}/handler/aws`, new RegExp(`^(${INVENTORY}/handler/|${HANDLER}/(aws|control-plane)/|@aws-sdk/|@smithy/)`)],
  [`${INVENTORY}/handler`, new RegExp(`^(${INVENTORY}/(handler|contract)/|${CONTRACT}/|${HANDLER}/(control-plane/|aws/client-config$))`)],
  [`${INVENTORY}/contract`, new RegExp(`^${INVENTORY}/contract/`)],
  [INVENTORY, new RegExp(`^(${INVENTORY}/(?!handler/)|${PRIVATE}/|${CDK})`)],
  [CONTRACT, new RegExp(`^${CONTRACT}/`)],
  // The function is a bundle, of which nothing is imported.
  [PROVIDER, new RegExp(`^(${PROVIDER}/(?!handler/)|${PRIVATE}/|${CDK})`)],
  [PRIVATE, new RegExp(`^(${PRIVATE}/|${CONTRACT}/|${CATALOGUE}|${CDK})`)],
  ['src', new RegExp(`^(src/(?!(provider|inventory)/handler/)|${CDK})`)],
];

/** A room of the handler, and those to its right. */
function handlerRoom(name: string, ...others: readonly string[]): readonly [room: string, mayImport: RegExp] {
  return [`${HANDLER}/${name}`, new RegExp(`^(${CONTRACT}|${HANDLER}/(${[name, ...others].join('|')}))/`)];
}

const files = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts')).map(name => path.join('src', name));
const importsOf = (file: string) => [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/ from '([^']+)'/g)]
  .map(([, name]) => name.startsWith('.') ? path.join(path.dirname(file), name) : name)
  .filter(name => /^(src\b|@|aws-cdk-lib|constructs)/.test(name));
const roomOf = (file: string) => ROOMS.find(([room]) => file.startsWith(`${room}/`))!;

const filesOf = (room: string) => files.filter(file => roomOf(file)[0] === room);
const importing = (room: string) => filesOf(room).flatMap(file => importsOf(file).map(name => ({ file, name })));

test('every room has files, and imports are found in each', () => {
  expect(ROOMS.map(([room]) => room).filter(room => filesOf(room).length === 0)).toEqual([]);
  // Names and numbers alone, which need nothing.
  expect(ROOMS.map(([room]) => room).filter(room => importing(room).length === 0)).toEqual([`${INVENTORY}/contract`]);
});

test.each(ROOMS)('%s imports only to the right', (room, mayImport) => {
  const imports = importing(room);
  expect(imports.filter(({ name }) => !mayImport.test(name))).toEqual([]);
});

test('no file imports itself by way of others', () => {
  const graph = new Map(files.map(file => [file.replace(/\.ts$/, ''), importsOf(file)]));
  const circles = [...graph.keys()].flatMap(file => circleThrough(file, graph) ?? []);
  expect(circles).toEqual([]);
});

/** The way from a file back to it, if there is one. */
function circleThrough(file: string, graph: ReadonlyMap<string, readonly string[]>): string | undefined {
  const ways = [[file]];
  const seen = new Set<string>();
  for (let way = ways.shift(); way; way = ways.shift()) {
    for (const next of graph.get(way[way.length - 1]) ?? []) {
      if (next === file) { return [...way, file].join(' -> '); }
      if (!seen.has(next)) {
        seen.add(next);
        ways.push([...way, next]);
      }
    }
  }
  return undefined;
}
