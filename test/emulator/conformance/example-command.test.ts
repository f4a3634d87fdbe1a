import { pythonEnvironment } from '../../python/environment';
import { runProgram } from '../run-program';
import { clientEnvironment, CommandResult, shell } from './clients';

test('the command that the program prints as an example works as it stands', async () => {
  const python = await pythonEnvironment();
  let example: Promise<CommandResult> | undefined;
  const { code, output } = await runProgram(['--port', '0', '--log'], (printed, stop) => {
    const command = /Try:\n([^]*\}'\n)/.exec(printed)?.[1];
    if (command === undefined || example !== undefined) return;
    example = shell(command, python, clientEnvironment('http://unset.invalid'));
    void example.finally(stop);
  });
  const result = await example;
  expect(result).toMatchObject({ code: 0, errors: '' });
  expect(JSON.parse(result!.output)).toMatchObject({ Key: { ReplicationStatus: { 'us-west-2': { Status: 'IN_PROGRESS' } } } });
  expect(output).toMatch(/us-east-1 payment-cryptography CreateKey 200 \d+ms/);
  expect(code).toBe(0);
}, 15 * 60_000);
