/** Apps that know nothing of the stage, deployed by the real `cdk deploy` through `npm run local -- --exec`. */
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { readmeExamples } from '../example-apps';
import { readOutputs } from './engine/cdk-cli';
import { Ended, FREE_PORTS, ROOT, startLocal } from '../local/start';
import { pythonEnvironment } from '../python/environment';

const APPS = path.join(ROOT, 'test', 'local', 'apps');
const DEPLOY = 'node_modules/.bin/cdk deploy --all --require-approval never --outputs-file outputs.json';
const DESTROY = 'node_modules/.bin/cdk destroy --all --force';

const app = (name: string): string => fs.readFileSync(path.join(APPS, name), 'utf8');

let folder: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'own-app-'));
  fs.symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
});
afterEach(() => fs.rmSync(folder, { recursive: true }));

/** Runs the commands in the folder of an app, where the name of the library stands for its sources. */
async function onStage(code: string, commands: readonly string[], args: readonly string[] = []): Promise<Ended> {
  fs.writeFileSync(path.join(folder, 'app.ts'), code);
  const command = `node_modules/.bin/tsx --tsconfig ${path.join(ROOT, 'tsconfig.dev.json')} app.ts`;
  fs.writeFileSync(path.join(folder, 'cdk.json'), JSON.stringify({ app: command }));
  const { aws } = await pythonEnvironment();
  return startLocal([...FREE_PORTS, ...args, '--exec', ['set -e', ...commands].join('\n')], {
    // As npm tells it.
    INIT_CWD: folder,
    AWS: aws,
    CDK_HOME: path.join(folder, 'cdk-home'),
  }).ended;
}

const outputs = (stack: string): Record<string, string> => readOutputs(path.join(folder, 'outputs.json'), stack);

/** The output, which says more of a failure than the code. */
const succeeded = ({ code, output, errors }: Ended): string => {
  if (code !== 0) throw new Error(`It ended with ${code}:\n${output}\n${errors}`);
  return output;
};

test('the example of the README, as it stands there', async () => {
  const [{ code }] = readmeExamples();
  const look = '"$AWS" payment-cryptography list-keys --region eu-west-1 --query "Keys[].[KeyArn,KeyState,Enabled]" --output text';
  const output = succeeded(await onStage(code, [DEPLOY, look]));
  expect(output).toMatch(/^arn:aws:payment-cryptography:eu-west-1:111122223333:key\/\w{16}\tCREATE_COMPLETE\tTrue$/m);
}, 120_000);

test('two stacks in two Regions, by a person who runs cdk bootstrap first', async () => {
  const replica = '"$AWS" payment-cryptography get-alias --alias-name alias/cvk --region eu-west-1 --query Alias.KeyArn --output text';
  const invoke = '"$AWS" lambda invoke --region eu-west-1 --function-name authorize answer.json; echo "answer: $(cat answer.json)"';
  const output = succeeded(await onStage(app('two-regions.ts'), ['node_modules/.bin/cdk bootstrap', DEPLOY, replica, invoke, DESTROY],
    ['--account', '444455556666', '--regions', 'us-east-1,eu-west-1']));
  expect(output).toContain('answer: 200\n');
  const [keys, ireland] = [outputs('Keys'), outputs('Ireland')];
  expect(keys.KeyArn).toMatch(/^arn:aws:payment-cryptography:us-east-1:444455556666:key\//);
  expect(ireland.KeyArn).toMatch(/^arn:aws:payment-cryptography:eu-west-1:444455556666:key\//);
  expect(output).toContain(`\n${keys.KeyArn.replace('us-east-1', 'eu-west-1')}\n`);
}, 180_000);

test('keys from a secret and from a SecureString that the AWS CLI stored on the stage', async () => {
  fs.copyFileSync(path.join(APPS, 'custody.sh'), path.join(folder, 'custody.sh'));
  const look = '"$AWS" payment-cryptography list-keys --region us-west-2 --query "Keys[].KeyCheckValue" --output text';
  const output = succeeded(await onStage(app('import.ts'), ['told=$(sh custody.sh)', `${DEPLOY} $told`, 'echo "$told"', look]));
  const [, checkValue, imported] = /checkValue=(\w+)\n([^]*)$/.exec(output)!;
  expect(imported.trim().split('\t')).toEqual([checkValue, checkValue]);
  expect(Object.keys(outputs('Imports')).sort()).toEqual(['FromParameterArn', 'FromSecretArn']);
}, 180_000);

test('native keys and their aliases, changed and destroyed, with a replication of this library', async () => {
  const look = '"$AWS" payment-cryptography get-alias --alias-name alias/bdk --query Alias.KeyArn --output text';
  const replicas = (region: string): string => `"$AWS" payment-cryptography list-keys --region ${region} --query "Keys[].[KeyArn,Enabled]" --output text`;
  const output = succeeded(await onStage(app('native.ts'), [
    `${DEPLOY} -c enabled=true -c team=acquiring`, `echo "made $(${look}) $(${replicas('us-west-2')}) $(${replicas('eu-west-1')})"`,
    `${DEPLOY} -c enabled=false -c team=issuing`, `echo "changed $(${replicas('us-east-1')})"`,
    // What nobody knows is refused, and the stack stays as it is.
    `! ${DEPLOY} -c enabled=false -c team=issuing -c algorithm=AES_256 2>&1`,
    `${DESTROY} -c enabled=false -c team=issuing`, '"$AWS" payment-cryptography list-keys --query "Keys[].KeyState" --output text', `! ${look} 2>&1`,
  ]));
  const { KeyArn } = outputs('Native');
  const replica = (region: string): string => KeyArn.replace('us-east-1', region);
  expect(output).toContain(`made ${KeyArn} ${replica('us-west-2')}\tTrue ${replica('eu-west-1')}\tTrue\n`);
  expect(output).toContain(`changed ${KeyArn}\tFalse\n`);
  expect(output).toContain('KeyAttributes of a key cannot change');
  expect(output).toMatch(/DELETE_PENDING\n[^]*ResourceNotFoundException/);
}, 240_000);

test('of one that fails, the CLI says why, and the command fails as the CLI does', async () => {
  const { code, output, errors } = await onStage(app('failing.ts'), [DEPLOY]);
  expect(code).toBe(1);
  expect(`${output}${errors}`).toMatch(/Failing\/Pek\/Resource +\(Custom::MultiRegionPaymentKey \w+\)\n +arn:aws:payment-cryptography:us-east-1:111122223333:key\/\w{16} has the key check value/);
  expect(`${output}${errors}`).toMatch(/but expectedKeyCheckValue is 000000/);
}, 120_000);

test('of an app that names another account, the CLI says which one', async () => {
  const [{ code }] = readmeExamples();
  const ended = await onStage(code, [DEPLOY], ['--account', '444455556666']);
  expect(ended.code).toBe(1);
  expect(`${ended.output}${ended.errors}`).toContain('/cdk-bootstrap/hnb659fds/version not found in aws://111122223333/us-east-1');
}, 120_000);
