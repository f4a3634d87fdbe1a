import * as fs from 'fs';
import * as path from 'path';
import * as cdk from 'aws-cdk-lib';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { ManagedPolicy, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { ModuleKind, transpileModule } from 'typescript';
import * as library from '../src';
import { Partner } from './emulator/exchange-fixtures';

const ROOT = path.join(__dirname, '..');
const EXAMPLES = path.join(__dirname, 'examples');

/** An example, and the file or the heading where it stands. */
export interface Example {
  readonly name: string;
  readonly code: string;
}

export const readmeExamples = (): Example[] => examplesIn('README.md');

/** The examples of a document, by the heading that they stand under. */
export function examplesIn(document: string): Example[] {
  return fs.readFileSync(path.join(ROOT, document), 'utf8').split(/^(?=#+ )/m).flatMap(section =>
    [...section.matchAll(/^ *```ts\n([^]*?)^ *```$/gm)].map(([, code]) => ({ name: /^#+ (.*)/.exec(section)![1], code })));
}

export function exampleFiles(): Example[] {
  const files = fs.readdirSync(EXAMPLES).filter(name => name.endsWith('.ts') && !name.endsWith('.test.ts')).map(name => path.join(EXAMPLES, name));
  return [...files, path.join(__dirname, 'consumers', 'typescript', 'app.ts')]
    .map(file => ({ name: path.relative(ROOT, file), code: fs.readFileSync(file, 'utf8') }));
}

/** Runs an example in this process, with what it takes for given, and makes the templates of its apps. That its types are right, jsii-rosetta sees. */
export function synthesizedApps({ code }: Example): cdk.App[] {
  const apps: cdk.App[] = [];
  class App extends cdk.App {
    constructor(props?: cdk.AppProps) {
      super(props);
      apps.push(this);
    }
  }
  const given = givenIn(new App());
  const declared = [...code.matchAll(/^ *declare const (\w+):/gm)].map(([, name]) => name);
  const modules: Record<string, unknown> = { 'aws-cdk-lib': { ...cdk, App }, 'cdk-multi-region-payment-keys': library, '../../src': library, 'fs': { ...fs, readFileSync: readFile } };
  const { outputText } = transpileModule(code, { compilerOptions: { module: ModuleKind.CommonJS } });
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, no-new-func
  new Function('require', 'exports', ...declared, outputText)(
    // eslint-disable-next-line @typescript-eslint/no-require-imports
    (name: string) => modules[name] ?? require(name), {}, ...declared.map(name => given[name]()));
  const used = apps.filter(app => app.node.children.length > 0);
  used.forEach(app => app.synth());
  return used;
}

/** The certificates of a partner that examples read from files beside them: of the authority, but for the one to agree on keys with. */
let partner: Partner | undefined;
function readFile(name: string, encoding: 'utf8'): string {
  if (!name.endsWith('.pem')) { return fs.readFileSync(name, encoding); }
  partner ??= new Partner({ authority: 'RSA_3072', leaf: 'ECC_NIST_P256', now: Date.now() });
  return name === 'partner-agreement.pem' ? partner.pem : partner.authorityPem;
}

/** What the examples take for given. */
function givenIn(app: cdk.App): Record<string, () => unknown> {
  const stack = () => (app.node.tryFindChild('Payments') ?? new cdk.Stack(app, 'Payments', { env: { account: '111122223333', region: 'us-east-1' } })) as cdk.Stack;
  const role = (id: string) => () => new Role(stack(), id, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  return {
    app: () => app,
    stack,
    cvk: () => new library.MultiRegionPaymentKey(stack(), 'Given', { spec: library.PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] }),
    issuer: role('Issuer'),
    authorizer: role('Authorizer'),
    terminals: role('Terminals'),
    bdk: () => new CfnKey(stack(), 'Bdk', {
      exportable: true,
      keyAttributes: {
        keyUsage: 'TR31_B0_BASE_DERIVATION_KEY', keyClass: 'SYMMETRIC_KEY', keyAlgorithm: 'AES_128', keyModesOfUse: { deriveKey: true },
      },
    }),
    bucket: () => new Bucket(stack(), 'Bucket'),
    code: () => Code.fromInline('exports.handler = () => {}'),
    security: () => new Topic(stack(), 'Security'),
    vpc: () => new Vpc(stack(), 'Vpc'),
    boundary: () => ManagedPolicy.fromAwsManagedPolicyName('PowerUserAccess'),
  };
}
