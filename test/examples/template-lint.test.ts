import { mkdtempSync, readdirSync, rmSync } from 'fs';
import { tmpdir } from 'os';
import * as path from 'path';
import { CONSUMERS } from '../packages/places';
import { run } from '../packages/programs';
import { synthesizeWithSources } from '../packages/synthesis';
import { pythonEnvironment } from '../python/environment';

const apps = [
  ...readdirSync(__dirname).filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts')).map(name => path.join(__dirname, name)),
  path.join(CONSUMERS, 'typescript', 'app.ts'),
];

/** What is accepted of cfn-lint's findings, and why. */
const ACCEPTED = [
  {
    rule: 'W3005',
    path: /^Resources\/((PaymentKeyProvider|Inventory)(Function|StateMachine)|Translator|WatchFunction)[0-9A-F]{8}\/DependsOn\/\d$/,
    reason: 'aws-cdk-lib lets functions and state machines depend on their role together with its policies; naming the role too does no harm',
  },
];

interface Finding {
  readonly Filename: string;
  readonly Location: { readonly Path: readonly (string | number)[] };
  readonly Message: string;
  readonly Rule: { readonly Id: string };
}

const accepts = ({ Rule, Location }: Finding) => (accepted: typeof ACCEPTED[number]) =>
  accepted.rule === Rule.Id && accepted.path.test(Location.Path.join('/'));

let scratch: string;
beforeAll(() => { scratch = mkdtempSync(path.join(tmpdir(), 'template-lint-')); });
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test('cfn-lint finds nothing in the templates of the examples but what is accepted here', async () => {
  const { python } = await pythonEnvironment();
  const cfnLint = path.join(path.dirname(python), 'cfn-lint');
  const templates = (await Promise.all(apps.map(async (app, index) => {
    const assembly = path.join(scratch, `${index}`);
    await synthesizeWithSources(app, assembly);
    return readdirSync(assembly).filter(name => name.endsWith('.template.json')).map(name => path.join(assembly, name));
  }))).flat();
  const findings: Finding[] = JSON.parse(await run(cfnLint, ['--format', 'json', '--non-zero-exit-code', 'none', '--template', ...templates], { cwd: scratch }));

  expect(templates.length).toBeGreaterThan(apps.length);
  expect(findings.filter(finding => !ACCEPTED.some(accepts(finding))).map(({ Message, Location }) => `${Location.Path.join('/')}: ${Message}`)).toEqual([]);
  expect(ACCEPTED.filter(accepted => !findings.some(finding => accepts(finding)(accepted)))).toEqual([]);
}, 120_000);
