/** Deploys what a test updates: `node --import tsx deploy-before.ts <name>`, before integ-runner deploys the test itself. */
import { spawnSync } from 'node:child_process';
import * as path from 'node:path';
import recommended from '@aws-cdk/integ-runner/lib/recommended-feature-flags.json';
import { BEFORE } from './account-test';
import { projectProgram, ROOT } from '../packages/places';

const [,, name] = process.argv;

const { status } = spawnSync(projectProgram('cdk'), [
  'deploy', name, '--exclusively', '--require-approval', 'never', '--no-notices', '--no-version-reporting',
  '--app', `node --import tsx ${path.join('test', 'integ', `${name.replace('integ-', 'integ.')}.ts`)}`, '--output', path.join('cdk.out', name),
  // As integ-runner does: nothing but what the test is about may change. Lists cannot be given so.
  ...Object.entries(recommended).filter(([, value]) => !Array.isArray(value)).flatMap(([flag, value]) => ['--context', `${flag}=${value}`]),
], { cwd: ROOT, stdio: 'inherit', env: { ...process.env, [BEFORE]: 'true', CDK_DISABLE_CLI_TELEMETRY: 'true' } });
process.exitCode = status ?? 1;
