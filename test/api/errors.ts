/** The errors that the sources document, by name: the reference that jsii-docgen makes leaves them out. */
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';
import * as ts from 'typescript';
import { ROOT } from '../packages/places';

interface Documented {
  readonly error: string;
  readonly by: string;
  readonly when: string;
}

type Declaration = ts.ClassDeclaration | ts.InterfaceDeclaration;

/** Longer lists of members are counted. */
const MOST_MEMBERS = 9;

/** The handlers document their errors elsewhere: they stand in the events of a stack, and in logs. */
const SOURCES = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
  .filter(name => name.endsWith('.ts') && !/^(provider|inventory)\/handler\//.test(name.split(path.sep).join('/')))
  .map(name => ts.createSourceFile(name, readFileSync(path.join(ROOT, 'src', name), 'utf8'), ts.ScriptTarget.Latest, true));

const isDeclaration = (node: ts.Node): node is Declaration => ts.isClassDeclaration(node) || ts.isInterfaceDeclaration(node);
const TYPES = SOURCES.flatMap(({ statements }) => statements.filter(isDeclaration));

/** What is inherited of an internal class has the names of its heirs. */
function publicNames(type: Declaration): string[] {
  if (!isInternal(type)) { return [type.name!.text]; }
  const extendsIt = ({ heritageClauses = [] }: { heritageClauses?: Iterable<ts.HeritageClause> }) =>
    [...heritageClauses].some(({ types: its }) => its.some(({ expression }) => expression.getText() === type.name!.text));
  return TYPES.filter(extendsIt).flatMap(publicNames);
}

/** What the lists after `Throws:` say of public members. */
export function documentedErrors(): Documented[] {
  return TYPES.flatMap(type => publicNames(type).flatMap(name =>
    [...type.members].filter(member => !isInternal(member)).flatMap(member => throwsOf(`${name}${nameOf(member)}`, member))));
}

/** The names of the errors that the sources throw, or have the validation of constructs report. */
export function thrownErrors(): string[] {
  const text = SOURCES.map(({ text: its }) => its).join('\n');
  const thrown = [...text.matchAll(/PaymentKeyError\(\s*'(\w+)'/g), ...text.matchAll(/`([A-Z][A-Za-z]+): \$\{[\w.]*path\}/g), ...text.matchAll(/name: '(\w+)',\s+message/g)];
  return [...new Set(thrown.map(([, name]) => name))].sort();
}

/** The items of the list after `Throws:`. No tags, of which jsii hands only the last of a kind to the other languages. */
function throwsOf(by: string, member: ts.Node): Documented[] {
  const [, list = ''] = /Throws:\s*([^]*)$/.exec(ts.getJSDocCommentsAndTags(member).filter(ts.isJSDoc).map(({ comment }) => ts.getTextOfJSDocComment(comment) ?? '').join('\n')) ?? [];
  return [...list.matchAll(/^- `(\w+)` ([^]*?)(?=\n- `|\n\n|$(?![^]))/gm)].map(([, error, when]) => ({ error, by, when: when.replace(/\s+/g, ' ').trim() }));
}

function isInternal(node: ts.Node): boolean {
  return ts.getJSDocTags(node).some(tag => tag.tagName.text === 'internal')
    || (ts.canHaveModifiers(node) && !!ts.getModifiers(node)?.some(({ kind }) => kind === ts.SyntaxKind.PrivateKeyword));
}

const nameOf = (member: ts.ClassElement | ts.TypeElement) => ts.isConstructorDeclaration(member) ? '' : `.${member.name!.getText()}`;

function members(all: readonly string[]): string {
  const [type] = all[0].split('.');
  return all.length > MOST_MEMBERS && all.every(one => one.startsWith(`${type}.`)) ? `\`${type}\`: ${all.length} methods` : all.map(one => `\`${one}\``).join(', ');
}

function section(): string {
  const errors = documentedErrors();
  const names = [...new Set(errors.map(({ error }) => error))].sort();
  const row = (name: string) => {
    const reasons = [...new Set(errors.filter(({ error }) => error === name).map(({ when }) => when))];
    return reasons.map(when =>
      `| \`${name}\` | ${when} | ${members(errors.filter(one => one.error === name && one.when === when).map(({ by }) => by))} |`);
  };
  return ['', '## Errors <a name="Errors" id="Errors"></a>', '', 'Their names are stable: programs may branch on them.', '',
    '| name | when | of |', '| --- | --- | --- |', ...names.flatMap(row), ''].join('\n');
}

if (require.main === module) { process.stdout.write(section()); }
