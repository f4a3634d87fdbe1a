import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';

const ROOT = path.join(__dirname, '..', '..');
const PROVIDER = 'src/provider';
const CONTRACT = `${PROVIDER}/contract`;
const HANDLER = `${PROVIDER}/handler`;

/** Data goes one way (CONTRIBUTING.md): what each room may import, files by their folder, besides Node.js itself. The inner rooms come first. */
const ROOMS: readonly (readonly [room: string, mayImport: RegExp])[] = [
  [`${HANDLER}/reconcilers`, new RegExp(`^(${CONTRACT}|${HANDLER})/`)],
  [HANDLER, new RegExp(`^((${CONTRACT}|${HANDLER})/|@aws-sdk/|@smithy/)`)],
  [CONTRACT, new RegExp(`^${CONTRACT}/`)],
  [PROVIDER, new RegExp(`^(${PROVIDER}/(?!handler/)|aws-cdk-lib/)`)],
  // The function is a bundle, of which nothing is imported.
  ['src', new RegExp('^(src/(?!provider/handler/)|aws-cdk-lib/|constructs$)')],
];

const files = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts')).map(name => path.join('src', name));
const importsOf = (file: string) => [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/ from '([^']+)'/g)]
  .map(([, name]) => name.startsWith('.') ? path.join(path.dirname(file), name) : name)
  .filter(name => /^(src\b|@|aws-cdk-lib|constructs)/.test(name));
const roomOf = (file: string) => ROOMS.find(([room]) => file.startsWith(`${room}/`))!;

test.each(ROOMS)('%s imports only to the right', (room, mayImport) => {
  const imports = files.filter(file => roomOf(file)[0] === room).flatMap(file => importsOf(file).map(name => ({ file, name })));
  expect(imports.length).toBeGreaterThan(0);
  expect(imports.filter(({ name }) => !mayImport.test(name))).toEqual([]);
});
