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

/** The rooms whose decisions are mutated, or those that MUTATION_ROOMS names, with commas between them. */
const rooms = process.env.MUTATION_ROOMS?.split(',') ?? ['ledger', 'quota', 'request', 'reconcilers'];

export default {
  packageManager: 'npm',
  testRunner: 'jest',
  jest: { projectType: 'custom', config: jest, enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  tsconfigFile: 'tsconfig.dev.json',
  mutate: rooms.map(room => `src/provider/handler/${room}/**/*.ts`),
  ignorePatterns: ['.*', 'lib', 'coverage', 'cdk.out', 'dist', 'test-reports', 'test/demo', 'test/e2e'],
  concurrency: 2,
  timeoutMS: 8_000,
  tempDirName: path.join(os.tmpdir(), 'stryker-payment-keys'),
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: 'coverage/mutation/report.json' },
  htmlReporter: { fileName: 'coverage/mutation/report.html' },
  thresholds: { high: 95, low: 90, break: 90 },
};
