/** awslint's rules for the API of constructs, and some of our own, on what the compiler wrote: each finding is mended or has its waiver. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import * as path from 'node:path';
import type * as jsii from '@jsii/spec';
import { documentedErrors, thrownErrors } from './errors';
import { WAIVERS } from './waivers';
import { ROOT } from '../packages/places';

const HELP = `awslint's rules for the API of constructs on .jsii, which 'npx projen compile' writes. It takes no options.
Each finding is mended, or gets its reason in test/api/waivers.ts.
`;

interface Finding {
  readonly rule: string;
  readonly scope: string;
  readonly message: string;
}

const ASSEMBLY = path.join(ROOT, '.jsii');
const { name: NAME } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));

async function main(): Promise<number> {
  if (process.argv.length > 2) {
    process.stdout.write(HELP);
    return process.argv.includes('--help') ? 0 : 1;
  }
  if (!existsSync(ASSEMBLY)) { throw new Error('The library is not compiled yet: npx projen compile'); }
  const findings = [...await awslint(), ...ownRules(JSON.parse(readFileSync(ASSEMBLY, 'utf8'))), ...undocumentedErrors(), ...lostErrors(JSON.parse(readFileSync(ASSEMBLY, 'utf8')))];
  const waived = WAIVERS.flatMap(({ rule, scopes }) => scopes.map(scope => `${rule} ${scope}`));
  const found = findings.map(({ rule, scope }) => `${rule} ${scope}`);
  const open = findings.filter((_, index) => !waived.includes(found[index]));
  const stale = waived.filter(one => !found.includes(one));

  open.forEach(({ rule, scope, message }) => process.stdout.write(`${rule} ${scope}: ${message.trim()}\n`));
  stale.forEach(one => process.stdout.write(`${one}: this is not found any more. Take it out of test/api/waivers.ts\n`));
  process.stdout.write(`awslint: ${open.length} findings without a waiver, ${found.length - open.length} with one, ${stale.length} waivers that are not needed\n`);
  return open.length + stale.length > 0 ? 1 : 0;
}

/** Not its command line, which does not start beside newer versions of what it depends on. */
async function awslint(): Promise<Finding[]> {
  const its = createRequire(require.resolve('awslint/package.json'));
  const { TypeSystem } = its('jsii-reflect');
  const { ALL_RULES_LINTER, DiagnosticLevel, RuleFilterSet } = its('./lib');
  const types = new TypeSystem();
  await types.load(ROOT, { validate: false, supportedFeatures: ['intersection-types', 'class-covariant-overrides'] });
  types.lock();
  const diagnostics: { level: number; rule: { code: string }; scope: string; message: string }[] =
    ALL_RULES_LINTER.eval(types.roots[0], { includeRules: new RuleFilterSet(['*']), excludeRules: new RuleFilterSet([]) });
  if (ALL_RULES_LINTER.rules.length < 30) { throw new Error('awslint has fewer rules than it had'); }
  // It also follows types into aws-cdk-lib.
  return diagnostics.filter(({ level, scope }) => level >= DiagnosticLevel.Warning && scope.startsWith(`${NAME}.`))
    .map(({ rule, scope, message }) => ({ rule: rule.code, scope: scope.slice(NAME.length + 1), message }));
}

/** What awslint leaves out. */
function ownRules({ types = {} }: jsii.Assembly): Finding[] {
  return Object.values(types).flatMap(type => [...undocumented(type), ...notInjectable(type)]);
}

/** awslint asks for types and members. Of what implements an interface, parameters are described there. */
function undocumented(type: jsii.Type): Finding[] {
  const { initializer, methods = [] } = type as jsii.ClassType;
  const lacks = (scope: string, { docs }: jsii.Documentable) =>
    docs?.summary ? [] : [{ rule: 'docs-public-apis', scope, message: 'must have a docstring' }];
  const parameters = (scope: string, { parameters: all = [] }: jsii.Callable) => all.flatMap(one => lacks(`${scope}.${one.name}`, one));
  return [
    ...initializer ? [...lacks(`${type.name}.<initializer>`, initializer), ...parameters(`${type.name}.<initializer>`, initializer)] : [],
    ...methods.filter(({ overrides }) => !overrides).flatMap(method => parameters(`${type.name}.${method.name}`, method)),
  ];
}

function undocumentedErrors(): Finding[] {
  const documented = documentedErrors().map(({ error }) => error);
  return thrownErrors().filter(error => !documented.includes(error))
    .map(scope => ({ rule: 'errors-documented', scope, message: 'must stand in the list after Throws: where it is thrown' }));
}

/** What the sources say of errors must be in the assembly, from which the documentation of every other language is made. */
function lostErrors({ types = {} }: jsii.Assembly): Finding[] {
  return documentedErrors().filter(({ error, by }) => {
    const [name, member] = by.split('.');
    const { initializer, methods = [], properties = [] } = types[`${NAME}.${name}`] as jsii.ClassType;
    const documented: jsii.Documentable | undefined = member === undefined
      ? initializer
      : [...methods, ...properties].find(one => one.name === member);
    return !documented?.docs?.remarks?.includes(`\`${error}\``);
  }).map(({ error, by }) => ({ rule: 'errors-in-docs', scope: `${by} ${error}`, message: 'must be in the docstring that jsii hands to other languages' }));
}

/** Guidelines of the CDK since 2025; the id is what blueprints of an organization name. */
function notInjectable(type: jsii.Type): Finding[] {
  const { docs, properties = [] } = type as jsii.ClassType;
  const isResource = docs?.custom?.resource !== undefined;
  return !isResource || properties.some(({ name }) => name === 'PROPERTY_INJECTION_ID') ? []
    : [{ rule: 'property-injection', scope: type.name, message: 'must have a PROPERTY_INJECTION_ID and be propertyInjectable' }];
}

main().then(code => { process.exitCode = code; }, error => {
  process.exitCode = 1;
  process.stderr.write(`\n${(error as Error).message}\n`);
});
