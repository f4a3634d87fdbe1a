import { awscdk, javascript, release } from 'projen';

/** All AWS SDK clients are of one release, so that the bundled handler holds one SDK core. */
const SDK_RELEASE = '3.882.0';
/** The tagging client was not published at that release; this is the nearest one with the same core. */
const TAGGING_RELEASE = '3.895.0';

/** Their versions are decided, not upgraded by a schedule: CONTRIBUTING.md says why. */
const DECIDED = [
  `@aws-sdk/client-payment-cryptography@${SDK_RELEASE}`,
  `@aws-sdk/client-sfn@${SDK_RELEASE}`,
  `@aws-sdk/credential-provider-env@${SDK_RELEASE}`,
  `@aws-sdk/client-resource-groups-tagging-api@${TAGGING_RELEASE}`,
  `@aws-sdk/client-cloudformation@${SDK_RELEASE}`,
  `@aws-sdk/client-s3@${SDK_RELEASE}`,
  `@aws-sdk/client-ssm@${SDK_RELEASE}`,
  // What the requests to DynamoDB share with the clients: a test says that the bundle holds each once.
  `@aws-sdk/credential-provider-node@${SDK_RELEASE}`,
  '@aws-sdk/util-endpoints@3.879.0',
  '@smithy/hash-node',
  '@smithy/signature-v4',
  '@smithy/smithy-client',
  '@smithy/middleware-serde',
  '@smithy/middleware-endpoint',
  '@smithy/node-http-handler',
  '@smithy/protocol-http',
  '@smithy/types',
  'aws-cdk@2.1148.1',
  'aws-cdk-lib-newest@npm:aws-cdk-lib@2.276.0',
  '@cloud-copilot/iam-simulate@0.1.173',
  '@aws-cdk/integ-tests-alpha@2.245.0-alpha.0',
  'awslint@2.262.2-alpha.0',
];

const project = new awscdk.AwsCdkConstructLibrary({
  name: 'cdk-multi-region-payment-keys',
  description: 'AWS CDK constructs for AWS Payment Cryptography keys that are usable in every Region they name when cdk deploy returns',
  author: 'The authors of cdk-multi-region-payment-keys',
  authorAddress: 'cdk-multi-region-payment-keys@example.com',
  authorOrganization: true,
  repositoryUrl: 'https://github.com/cdk-multi-region-payment-keys/cdk-multi-region-payment-keys.git',
  license: 'Apache-2.0',
  copyrightOwner: 'The authors of cdk-multi-region-payment-keys',
  keywords: ['payment-cryptography', 'multi-region', 'keys', 'replication', 'payments', 'tr-31'],
  defaultReleaseBranch: 'main',

  cdkVersion: '2.257.0',
  constructsVersion: '10.5.1',
  jsiiVersion: '~6.0.0',
  typescriptVersion: '~6.0.0',
  minNodeVersion: '20.0.0',
  packageManager: javascript.NodePackageManager.NPM,

  publishToPypi: { trustedPublishing: true, distName: 'cdk-multi-region-payment-keys', module: 'cdk_multi_region_payment_keys' },
  publishToMaven: {
    javaPackage: 'io.github.cdkmultiregionpaymentkeys',
    mavenGroupId: 'io.github.cdkmultiregionpaymentkeys',
    mavenArtifactId: 'cdk-multi-region-payment-keys',
  },
  publishToNuget: { trustedPublishing: true, dotNetNamespace: 'CdkMultiRegionPaymentKeys', packageId: 'CdkMultiRegionPaymentKeys' },
  publishToGo: { moduleName: 'github.com/cdk-multi-region-payment-keys/cdk-multi-region-payment-keys-go' },

  projenrcTs: true,
  projenrcTsOptions: { projenCodeDir: '.projen' },
  disableTsconfig: true,
  tsconfigDev: {
    include: ['.projenrc.ts', 'src/**/*.ts', 'test/**/*.ts'],
    compilerOptions: {
      resolveJsonModule: true,
      esModuleInterop: true,
      types: ['node', 'jest'],
      paths: { 'cdk-multi-region-payment-keys': ['./src'] },
    },
  },
  eslintOptions: { dirs: ['src'], devdirs: ['test'], projectService: false, tsconfigPath: './tsconfig.dev.json', commandOptions: { fix: false } },
  typecheckTests: true,
  jestOptions: {
    updateSnapshot: javascript.UpdateSnapshot.NEVER,
    // Not for a single test: what it leaves out is no lack.
    extraCliOptions: ['--coverage'],
    jestConfig: {
      collectCoverage: false,
      collectCoverageFrom: ['src/**/*.ts'],
      // A point below what was measured. What runs in other processes, as in the end-to-end tests, does not count.
      coverageThreshold: { lines: 95, statements: 95, functions: 97, branches: 96 },
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      globalSetup: '<rootDir>/test/jest-bundle.ts',
      setupFiles: ['<rootDir>/test/jest-setup.ts'],
      modulePathIgnorePatterns: ['<rootDir>/.tools/', '<rootDir>/test/consumers/'],
      testTimeout: 30_000,
      maxWorkers: 2,
    },
  },
  excludeTypescript: [
    'src/provider/handler/**',
    'src/inventory/handler/**',
  ],
  lambdaAutoDiscover: false,
  bundlerOptions: { assetsDir: 'lib/assets', esbuildVersion: '^0.28.2' },
  githubOptions: { mergify: false, pullRequestLint: false },
  pullRequestTemplate: false,
  sampleCode: false,
  buildWorkflowOptions: { mutableBuild: false },
  workflowNodeVersion: '24',

  // CONTRIBUTING.md says how a release is made.
  release: true,
  releaseTrigger: release.ReleaseTrigger.workflowDispatch(),
  releaseEnvironment: 'release',
  nextVersionCommand: "grep -m1 '^## ' CHANGELOG.md | grep -oE '[0-9]+[.][0-9]+[.][0-9]+$'",
  bumpPackage: 'commit-and-tag-version@13.2.1',
  jsiiReleaseVersion: '0.2.1061',
  npmTrustedPublishing: true,
  postBuildSteps: [
    { name: 'API against the last release', run: 'npx projen compat' },
    { name: 'Demo', run: 'npm run demo' },
  ],

  depsUpgradeOptions: {
    exclude: ['aws-cdk-lib', 'constructs', ...DECIDED.map(dependency => /^@?[^@]+/.exec(dependency)![0])],
    workflowOptions: { schedule: javascript.UpgradeDependenciesSchedule.MONTHLY },
  },

  devDeps: [
    ...DECIDED,
    'fast-check@^4.10.2',
    '@stryker-mutator/core@^9',
    '@stryker-mutator/jest-runner@^9',
    'ajv@^8.18.0',
    'cdk-nag@^3.0.2',
    '@aws-cdk/integ-runner@^2.197.10',
    'fflate@^0.8.3',
    'tsx@^4.23.0',
    '@types/aws-lambda',
  ],

  gitignore: ['.venv/', '.tools/', 'cdk.out/', 'cdk-integ.out.*/', '.jsii-docs/', '.jsii.tabl.json'],
});

['.venv/', '.tools/', 'cdk.out/', '.jsii-docs/', '.jsii.tabl.json', '.projen/', '.ci/', 'images/', 'docs/', 'CONTRIBUTING.md', 'lib/provider/handler/', 'lib/inventory/handler/'].forEach(pattern => project.addPackageIgnore(pattern));
// The version stands in CHANGELOG.md: what proposes one from commit messages has no place in everybody's installation.
project.deps.removeDependency('commit-and-tag-version');
project.npmrc.addConfig('omit-lockfile-registry-resolved', 'true');
project.eslint?.allowDevDeps('src/provider/handler/**');
project.eslint?.allowDevDeps('src/inventory/handler/**');
// An app imports the package by its name, which is no dependency of the package.
project.eslint?.addOverride({ files: ['test/consumers/**'], rules: { 'import/no-extraneous-dependencies': 'off' } });
project.package.addPackageResolutions('unrs-resolver@1.12.2');
// The tagging client brings a second SDK core of its own release otherwise: 15 KB more in the zipped handler.
project.package.addPackageResolutions(
  '@aws-sdk/core@3.882.0', '@aws-sdk/nested-clients@3.882.0', '@aws-sdk/credential-provider-node@3.882.0',
  '@aws-sdk/credential-provider-env@3.882.0', '@aws-sdk/credential-provider-http@3.882.0', '@aws-sdk/credential-provider-ini@3.882.0',
  '@aws-sdk/credential-provider-process@3.882.0', '@aws-sdk/credential-provider-sso@3.882.0',
  '@aws-sdk/credential-provider-web-identity@3.882.0', '@aws-sdk/middleware-host-header@3.873.0', '@aws-sdk/middleware-logger@3.876.0',
  '@aws-sdk/middleware-recursion-detection@3.873.0', '@aws-sdk/middleware-user-agent@3.882.0', '@aws-sdk/region-config-resolver@3.873.0',
  '@aws-sdk/util-endpoints@3.879.0', '@aws-sdk/util-user-agent-node@3.882.0', '@aws-sdk/client-sso@3.882.0', '@aws-sdk/token-providers@3.882.0',
);

// The handlers ship prebuilt, with the SDK inside: users of any language need no Node toolchain,
// and the SDK that a Lambda runtime happens to carry lacks the replication operations.
const FUNCTION_BUNDLE = {
  platform: 'node',
  target: 'node20',
  externals: [],
  minify: true,
  mainFields: ['module', 'main'],
  // 32 KB less in the zipped handler, and no client of STS in it.
  esbuildArgs: { '--alias:@aws-sdk/credential-provider-node': './src/provider/handler/aws/lambda-credentials.ts' },
  // esbuild reads tsconfig.json otherwise, which jsii writes only after the first bundle: the second one would differ.
  tsconfigPath: 'tsconfig.dev.json',
  watchTask: false,
};
// The functions of the provider, of a watch and of an inventory.
for (const entrypoint of ['src/provider/handler/index.ts', 'src/provider/handler/watch.ts', 'src/inventory/handler/index.ts']) {
  project.bundler.addBundle(entrypoint, FUNCTION_BUNDLE);
}

// What the build makes everywhere; projen would have it differ by whether CI is set. Of the other languages: package:all.
project.packageTask.reset();
project.packageTask.spawn(project.tasks.tryFind('package:js')!);

project.addTask('emulator', {
  description: 'Start the AWS Payment Cryptography emulator alone (--help lists its options)',
  exec: 'tsx test/emulator/main.ts',
  receiveArgs: true,
});
// Of npm, its shell and projen, none passes SIGINT on to the program below it. With exec the program takes the shell's place.
project.package.setScript('emulator', 'exec tsx test/emulator/main.ts');
project.addTask('local', {
  description: 'Deploy your own app on this machine, with no AWS account: the emulator and a local AWS engine, until Ctrl-C (--help lists the options)',
  exec: 'tsx test/local/main.ts',
  receiveArgs: true,
});
project.package.setScript('local', 'exec tsx test/local/main.ts');
project.addTask('package:emulator', {
  description: 'The emulator as an npm package of its own: one bundled file with a command, and its tarball',
  exec: 'tsx test/emulator/package/build.ts',
  receiveArgs: true,
});
project.addTask('emulator:fuzz', {
  description: 'Random requests to both planes of the emulator: --requests N --seed S',
  exec: 'tsx test/emulator/fuzz/main.ts',
  receiveArgs: true,
});
project.addTask('demo', {
  description: 'Declare, deploy, replicate, look and destroy, with no AWS account',
  exec: 'tsx test/demo/main.ts',
});

// Node 20 is supported here as long as it is named in the README; the tools say otherwise on every run.
project.tasks.addEnvironment('JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION', '20');

project.addTask('bench', {
  description: 'Benchmarks beside the floor and the peers, as tables and as coverage/bench.json: [quota] [inventory] [synth] [template] [handler] [deployment] [emulator] [--quick | --long]',
  exec: 'tsx test/bench/main.ts',
  receiveArgs: true,
});
project.addTask('bench:answer-delay', {
  description: 'How long after SYNCHRONIZED the answer comes, in real time: a table',
  exec: 'tsx test/e2e/answer-delay.ts',
  receiveArgs: true,
});
project.addTask('lifecycle', {
  description: 'The model-based lifecycle tests, longer: --runs N --seed S',
  exec: 'tsx test/lifecycle/main.ts',
  receiveArgs: true,
});

project.addTask('lifecycle:bugs', {
  description: 'Whether the lifecycle tests catch each of the bugs that are put into a copy of the sources: minutes',
  exec: 'tsx test/lifecycle/seeded-bugs.ts',
});
project.addTask('mutation', {
  description: 'Whether the handler tests notice changes of the reconcilers, the contract and the rest of the handler: half an hour',
  exec: 'stryker run test/mutation/stryker.config.mjs',
});

const languages = project.addTask('package:check', {
  description: 'API.md, the npm and Python packages, built and used, and the generated code of the other languages',
  steps: [
    { spawn: 'pre-compile' },
    { spawn: 'compile' },
    { exec: 'tsx test/api/awslint.ts' },
    { exec: 'jsii-docgen -o .jsii-docs/API.md && tsx test/api/errors.ts >> .jsii-docs/API.md' },
    { exec: 'diff .jsii-docs/API.md API.md || (echo "API.md is out of date: run npx projen docgen" && exit 1)' },
    // The examples of the README.
    { exec: 'jsii-rosetta extract --strict' },
    { exec: 'tsx test/packages/main.ts --languages typescript,python --quick-start typescript --out .jsii-docs/packages' },
  ],
});
// jsii-docgen leaves out what is thrown.
project.tasks.tryFind('docgen')!.exec('tsx test/api/errors.ts >> API.md');
project.addTask('awslint', {
  description: 'Whether the API obeys the rules for constructs of the CDK, and is documented, but for what has a waiver',
  steps: [{ spawn: 'compile' }, { exec: 'tsx test/api/awslint.ts' }],
});
project.addTask('package:all', {
  description: 'The packages of all languages: built, opened, installed and used to synthesize the same app (--help lists the options)',
  steps: [
    { spawn: 'pre-compile' },
    { spawn: 'compile' },
    { exec: 'tsx test/packages/main.ts', receiveArgs: true },
  ],
});
project.testTask.spawn(project.addTask('test:newest', {
  description: 'The constructs against the newest aws-cdk-lib, with its validation of templates on',
  exec: 'tsx test/matrix/main.ts --node this --aws-cdk-lib newest',
}));
project.addTask('test:matrix', {
  description: 'The constructs on Node.js 20, 22 and 24, each with the oldest and the newest aws-cdk-lib (--help lists the options)',
  exec: 'tsx test/matrix/main.ts',
  receiveArgs: true,
});
project.testTask.spawn(languages);

const bundle = { spawn: 'bundle' };
project.addTask('integ', {
  description: 'Integration tests on an AWS account, where they make keys: --account ID [--region R] [TEST..] (--help lists the options)',
  steps: [bundle, { exec: 'tsx test/integ/main.ts run', receiveArgs: true }],
});
project.addTask('integ:update', {
  description: 'The snapshots of the integration tests, made anew where templates changed, without an account',
  steps: [bundle, { exec: 'tsx test/integ/main.ts update' }],
});
project.addTask('integ:exit-paths', {
  description: 'The ways between this library and the native key, walked on an AWS account: --account ID --region R (--help lists the options)',
  steps: [bundle, { exec: 'tsx test/integ/exit-paths.ts', receiveArgs: true }],
});
project.testTask.spawn(project.addTask('integ:verify', {
  description: 'Whether the integration tests make the templates of their snapshots, without an account',
  steps: [bundle, { exec: 'tsx test/integ/main.ts verify' }],
}));

// The pattern tsconfig.json, which stands for what jsii writes at the top level, hides these two: the task `default` compiles
// .projenrc.ts with the first, and the second belongs to a consumer.
project.gitignore.include('/.projen/tsconfig.json', '/test/consumers/typescript/tsconfig.json');

// The registry is the one that its publisher knows.
project.tryFindObjectFile('.github/workflows/release.yml')!.addDeletionOverride('jobs.release_npm.steps.9.env.NPM_REGISTRY');

project.synth();
