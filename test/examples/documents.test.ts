import { existsSync, readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { App, Stack } from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { ModuleKind, transpileModule } from 'typescript';
import { scripts } from '../../package.json';
import { MultiRegionPaymentKey, PaymentKeySpec } from '../../src';

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
  const examples = read('README.md').split(/^(?=#+ )/m).flatMap(section => [...section.matchAll(/^ *```ts\n([^]*?)^ *```$/gm)]
    .map(([, code]) => [/^#+ (.*)/.exec(section)![1], code]));

  // That their types are right, jsii-rosetta sees.
  test.each(examples)('under "%s" makes a template', (_, code) => {
    const app = new App();
    const given = givenIn(new Stack(app, 'Payments', { env: { account: '111122223333', region: 'us-east-1' } }));
    const declared = [...code.matchAll(/^ *declare const (\w+):/gm)].map(([, name]) => name);
    const { outputText } = transpileModule(code, { compilerOptions: { module: ModuleKind.CommonJS } });
    // eslint-disable-next-line @typescript-eslint/no-implied-eval, no-new-func
    new Function('require', 'exports', ...declared, outputText)(
      // eslint-disable-next-line @typescript-eslint/no-require-imports
      (name: string) => require(name === 'cdk-multi-region-payment-keys' ? '../../src' : name), {}, ...declared.map(name => given[name]()));
    expect(app.synth().stacks.length).toBeGreaterThan(0);
  });
});

/** What the examples take for given. */
function givenIn(stack: Stack): Record<string, () => unknown> {
  const role = (id: string) => () => new Role(stack, id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  return {
    app: () => stack.node.root,
    stack: () => stack,
    cvk: () => new MultiRegionPaymentKey(stack, 'Given', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] }),
    issuer: role('Issuer'),
    authorizer: role('Authorizer'),
    terminals: role('Terminals'),
    code: () => Code.fromInline('exports.handler = () => {}'),
    security: () => new Topic(stack, 'Security'),
    vpc: () => new Vpc(stack, 'Vpc'),
    boundary: () => ManagedPolicy.fromAwsManagedPolicyName('PowerUserAccess'),
  };
}

/** With the parts of sentences put together that stand on several lines. */
const SOURCES = sourceFiles('src').map(read).join('\n').replace(/['"`]\s*\+\s*['"`]/g, '').replace(/\\'/g, '\'');

function sourceFiles(folder: string): string[] {
  return readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap(entry =>
    entry.isDirectory() ? sourceFiles(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`]);
}
