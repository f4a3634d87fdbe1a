import { PRIMARY, Session } from './session';
import { getAlias } from '../../demo/aws-cli';
import { clientEnvironment, commandFor, shell } from '../../emulator/conformance/clients';
import { pythonEnvironment } from '../../python/environment';

/** What a person asks of the service, with the AWS CLI. */
export async function byHand(session: Session, operation: string, input: object = {}, region = PRIMARY): Promise<any> {
  const command = commandFor({ operation, input, region });
  const { code, output, errors } = await shell(command, await pythonEnvironment(), clientEnvironment(session.server.url));
  if (code !== 0) { throw new Error(errors); }
  return output && JSON.parse(output);
}

/** The ARN of the key to which the alias belongs, or the name of the error. */
export async function aliasByHand({ server: emulator }: Session, region: string, aliasName: string): Promise<string | undefined> {
  return getAlias({ emulator, python: await pythonEnvironment() }, region, aliasName);
}
