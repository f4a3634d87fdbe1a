/** The program of the package: the emulator alone, or, with `local` as its first word, the stage for a user's own app. */
import * as path from 'node:path';
import { devDependencies } from '../../../package.json';
import { local } from '../../local/local';
import { installed, PythonPlace } from '../../python/environment';

/** Inside of the package: what it has installed goes when the package goes. */
const PLACE: PythonPlace = {
  folder: path.join(__dirname, '.venv'),
  requirements: path.join(__dirname, 'requirements.txt'),
  programs: ['python'],
  what: 'MiniStack, the local AWS engine, about 100 MB,',
};

const [, , first, ...rest] = process.argv;

if (first === 'local') {
  void local(rest, {
    command: `${process.env.EMULATOR_COMMAND} local`,
    programs: { aws: 'aws', cdk: devDependencies['aws-cdk'] },
    python: async signal => installed(PLACE, signal),
  });
} else {
  // It begins when it is loaded.
  // eslint-disable-next-line @typescript-eslint/no-require-imports
  require('../main');
}
