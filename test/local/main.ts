/** The user's own app on this machine, from a checkout of this project. */
import { spawnSync } from 'node:child_process';
import { local } from './local';
import { devDependencies } from '../../package.json';
import { AWS_CLI, pythonEnvironment } from '../python/environment';

const isOnPath = (program: string): boolean => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0;

void local(process.argv.slice(2), {
  command: 'npm run local --',
  programs: { aws: isOnPath('aws') ? 'aws' : AWS_CLI, cdk: devDependencies['aws-cdk'] },
  python: async signal => (await pythonEnvironment(signal)).python,
});
