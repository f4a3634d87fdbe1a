import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Over the project's own settings; `null`, since `undefined` does not survive the way to the workers. */
const jest = {
  testMatch: ['<rootDir>/test/mutation/all-tests.ts'],
  testEnvironment: fileURLToPath(new URL('first-failure-environment.cjs', import.meta.url)),
  // No mutant gets into the bundle, so none is made.
  globalSetup: null,
  testTimeout: 5_000,
  transform: { '^.+\\.ts$': ['ts-jest', { tsconfig: 'tsconfig.dev.json', diagnostics: false }] },
};

const handler = [
  'admission', 'answer', 'ending', 'last-resort', 'order', 'physical-id', 'request', 'setback', 'start', 'step', 'superseding',
];

export default {
  packageManager: 'npm',
  testRunner: 'jest',
  jest: { projectType: 'custom', config: jest, enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  tsconfigFile: 'tsconfig.dev.json',
  mutate: [
    'src/provider/handler/reconcilers/**/*.ts',
    'src/provider/contract/**/*.ts',
    ...handler.map(name => `src/provider/handler/${name}.ts`),
  ],
  ignorePatterns: ['.*', 'lib', 'coverage', 'cdk.out', 'dist', 'test-reports', 'test/demo', 'test/e2e'],
  concurrency: 2,
  timeoutMS: 8_000,
  tempDirName: path.join(os.tmpdir(), 'stryker-payment-keys'),
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'coverage/mutation/report.json' },
  htmlReporter: { fileName: 'coverage/mutation/report.html' },
  thresholds: { high: 95, low: 85, break: 85 },
};
