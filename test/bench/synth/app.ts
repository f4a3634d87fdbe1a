/**
 * One synth of so many keys, as a process of its own: `app.js <kind> <keys> <name of aws-cdk-lib>`. Nothing is loaded that
 * its kind does not use, so that each pays for itself alone.
 */
const [kind, count, library] = process.argv.slice(2);

const REPLICATION_REGIONS = ['us-west-2', 'eu-west-1'];

/* eslint-disable @typescript-eslint/no-require-imports */
if (library !== 'aws-cdk-lib') {
  const Module = require('module');
  const resolve = Module._resolveFilename;
  Module._resolveFilename = (request: string, ...rest: unknown[]) =>
    resolve.call(Module, request.replace(/^aws-cdk-lib(?=$|\/)/, library), ...rest);
}

type Scope = import('constructs').Construct;
const { App, Stack } = require('aws-cdk-lib/core') as typeof import('aws-cdk-lib/core');

function nativeKey(scope: Scope, id: string): void {
  const { CfnKey } = require('aws-cdk-lib/aws-paymentcryptography') as typeof import('aws-cdk-lib/aws-paymentcryptography');
  new CfnKey(scope, id, {
    exportable: true,
    keyAttributes: {
      keyUsage: 'TR31_C0_CARD_VERIFICATION_KEY',
      keyClass: 'SYMMETRIC_KEY',
      keyAlgorithm: 'TDES_2KEY',
      keyModesOfUse: { generate: true, verify: true },
    },
    replicationRegions: REPLICATION_REGIONS,
  });
}

let hasFunction = false;

/** What any stack takes that has a function of its own files beside native keys. */
function nativeKeyBesideFunction(scope: Scope, id: string): void {
  const { Code, Function: LambdaFunction, Runtime } = require('aws-cdk-lib/aws-lambda') as typeof import('aws-cdk-lib/aws-lambda');
  if (!hasFunction) {
    new LambdaFunction(scope, 'Function', { runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code: Code.fromAsset(process.env.BENCH_ASSET!) });
    hasFunction = true;
  }
  nativeKey(scope, id);
}

function ourKey(scope: Scope, id: string): void {
  const { MultiRegionPaymentKey, PaymentKeySpec } = require(process.env.BENCH_LIBRARY!) as typeof import('../../../src');
  new MultiRegionPaymentKey(scope, id, { spec: PaymentKeySpec.cardVerification(), replicationRegions: REPLICATION_REGIONS });
}

function ourKeyWithAlias(scope: Scope, id: string): void {
  const { MultiRegionPaymentKey, PaymentKeySpec } = require(process.env.BENCH_LIBRARY!) as typeof import('../../../src');
  new MultiRegionPaymentKey(scope, id, { spec: PaymentKeySpec.cardVerification(), replicationRegions: REPLICATION_REGIONS }).addAlias(`alias/${id}`);
}

let serviceToken: string | undefined;

/** The plainest use: two functions, their policy, and the framework around them. */
function frameworkKey(scope: Scope, id: string): void {
  const { CustomResource, Duration } = require('aws-cdk-lib/core') as typeof import('aws-cdk-lib/core');
  const { Code, Function: LambdaFunction, Runtime } = require('aws-cdk-lib/aws-lambda') as typeof import('aws-cdk-lib/aws-lambda');
  const { PolicyStatement } = require('aws-cdk-lib/aws-iam') as typeof import('aws-cdk-lib/aws-iam');
  const { Provider } = require('aws-cdk-lib/custom-resources') as typeof import('aws-cdk-lib/custom-resources');
  if (serviceToken === undefined) {
    const handler = (name: string) => {
      const made = new LambdaFunction(scope, name, {
        runtime: Runtime.NODEJS_22_X, handler: `index.${name}`, code: Code.fromInline('exports.a = 1;'),
      });
      made.addToRolePolicy(new PolicyStatement({ actions: ['payment-cryptography:*'], resources: ['*'] }));
      return made;
    };
    serviceToken = new Provider(scope, 'Provider', {
      onEventHandler: handler('onEvent'),
      isCompleteHandler: handler('isComplete'),
      queryInterval: Duration.seconds(5),
      totalTimeout: Duration.minutes(30),
    }).serviceToken;
  }
  new CustomResource(scope, id, {
    serviceToken,
    properties: {
      KeyUsage: 'TR31_C0_CARD_VERIFICATION_KEY',
      KeyClass: 'SYMMETRIC_KEY',
      KeyAlgorithm: 'TDES_2KEY',
      KeyModesOfUse: ['Generate', 'Verify'],
      ReplicationRegions: REPLICATION_REGIONS,
    },
  });
}

const KINDS: Record<string, (scope: Scope, id: string) => void> = {
  'CfnKey': nativeKey,
  'CfnKey beside a function': nativeKeyBesideFunction,
  'this library': ourKey,
  'this library, with an alias each': ourKeyWithAlias,
  'Provider framework': frameworkKey,
};

const app = new App({ analyticsReporting: false });
const stack = new Stack(app, 'Payments', { env: { account: '111122223333', region: 'us-east-1' } });
for (let index = 0; index < Number(count); index += 1) { KINDS[kind](stack, `Key${index}`); }
app.synth();
