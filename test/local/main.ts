/** The user's own app on this machine, from a checkout of this project. */
import * as fs from 'node:fs';
import * as path from 'node:path';
import { local } from './local';
import { devDependencies } from '../../package.json';
import { AWS_CLI, pythonEnvironment } from '../python/environment';

/** By a look: the AWS CLI takes as long to start as the stage. */
const isOnPath = (program: string): boolean => (process.env.PATH ?? '').split(path.delimiter).some(folder => fs.existsSync(path.join(folder, program)));

void local(process.argv.slice(2), {
  command: 'npm run local --',
  programs: { aws: isOnPath('aws') ? 'aws' : AWS_CLI, cdk: devDependencies['aws-cdk'] },
  python: async signal => (await pythonEnvironment(signal)).python,
});
