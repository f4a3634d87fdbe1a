/** What makes the CDK, the AWS CLI and every SDK find the stage: environment variables. */
import { Stage } from './stage';
import { emulatedEndpoints } from '../emulator/endpoints';

/** Profiles and sessions of real accounts, and settings that would lead a client past the stage. */
const UNSET = [
  'AWS_PROFILE', 'AWS_DEFAULT_PROFILE', 'AWS_SESSION_TOKEN', 'AWS_IGNORE_CONFIGURED_ENDPOINT_URLS',
  // The emulator has these two as well, but here the function reads secrets and parameters where the stack has its own: in the engine.
  'AWS_ENDPOINT_URL_SECRETS_MANAGER', 'AWS_ENDPOINT_URL_SSM',
];

/** For the terminal of a user. */
export function stageEnvironment({ emulator, engine, regions: [region] }: Stage): Record<string, string> {
  return {
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    // For every service: when a deployment fails, the CDK asks more of them than it does otherwise.
    AWS_ENDPOINT_URL: engine.url,
    ...emulatedEndpoints(emulator.url),
    AWS_EC2_METADATA_DISABLED: 'true',
    CDK_DEFAULT_ACCOUNT: engine.account,
    CDK_DEFAULT_REGION: region,
    // What the CDK would ask of servers elsewhere.
    CDK_DISABLE_CLI_TELEMETRY: 'true',
    CDK_NOTICES: 'false',
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
  };
}

/** A whole environment, for a program that is started here. */
export function environmentOnStage(stage: Stage): NodeJS.ProcessEnv {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !UNSET.includes(name)));
  return { ...inherited, ...stageEnvironment(stage) };
}

/** The same for a shell, to be pasted. No value needs quotes. */
export function exportCommands(stage: Stage): string {
  const assignments = Object.entries(stageEnvironment(stage)).map(([name, value]) => `${name}=${value}`);
  return [`unset ${UNSET.join(' ')}`, ...assignments.map(each => `export ${each}`)].join('\n');
}
