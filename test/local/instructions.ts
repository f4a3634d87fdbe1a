/** What a user does once the stage is there. */
import { exportCommands } from './environment';
import { Stage } from './stage';

export interface Programs {
  /** How the AWS CLI is called. */
  readonly aws: string;
  /** The release of the CDK CLI that is tested. */
  readonly cdk: string;
}

export function instructions(stage: Stage, { aws, cdk }: Programs): string {
  const { emulator, engine, regions } = stage;
  return [
    `Account ${engine.account}: an app names this one, or none. Regions: ${regions.join(', ')}.`,
    '',
    'Paste into another terminal, in the folder of your app:',
    '',
    exportCommands(stage),
    '',
    `Deploy there (an app that has no CDK CLI of its own: npx --yes aws-cdk@${cdk} in the place of npx cdk):`,
    '',
    'npx cdk deploy --all --require-approval never',
    '',
    'Look there:',
    '',
    `${aws} payment-cryptography list-keys --region ${regions[0]}`,
    '',
    `Keys, replication and requests, live, in a browser:  ${emulator.url}/`,
    `What your functions log:                             ${engine.scratch}/functions.log`,
    '',
    'Ctrl-C ends everything, and nothing is kept.',
  ].join('\n');
}
