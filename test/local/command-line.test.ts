import { helpText, parseCommandLine } from './command-line';
import { UsageError } from '../emulator/flags';
import { PAYMENT_CRYPTOGRAPHY_REGIONS } from '../emulator/regions';

test('without options the defaults hold: the account and the Region of the README', () => {
  expect(parseCommandLine([])).toEqual({
    help: false, account: '111122223333', port: 4566, emulatorPort: 4700, regions: PAYMENT_CRYPTOGRAPHY_REGIONS, exec: undefined,
  });
  expect(PAYMENT_CRYPTOGRAPHY_REGIONS[0]).toBe('us-east-1');
});

test('every option arrives', () => {
  const args = ['--account', '444455556666', '--port', '0', '--emulator-port', '4701', '--regions', 'eu-west-1, us-west-1,eu-west-1', '--exec', 'cdk ls', '--help'];
  expect(parseCommandLine(args)).toEqual({
    help: true, account: '444455556666', port: 0, emulatorPort: 4701, regions: ['eu-west-1', 'us-west-1'], exec: 'cdk ls',
  });
});

test.each([
  [['--account', '1'], /--account must be twelve digits, not "1"/],
  [['--port', 'x'], /--port must be a whole number from 0 to 65535, not "x"/],
  [['--emulator-port', '70000'], /--emulator-port must be a whole number from 0 to 65535/],
  [['--regions', 'Oregon'], /--regions needs the name of a Region, not "Oregon"/],
  [['--regions', 'us-east-1,'], /--regions needs the name of a Region, not ""/],
  [['--exec', ' '], /--exec needs a command, for example --exec "npx cdk deploy/],
  [['--nothing'], /nothing/],
  [['npx', 'cdk', 'deploy'], /npx/],
])('%j is an error that says why', (args, message) => {
  expect(() => parseCommandLine(args)).toThrow(UsageError);
  expect(() => parseCommandLine(args)).toThrow(message);
});

test('help is about the command that the user called', () => {
  expect(helpText('npm run local --')).toContain('Usage: npm run local -- [options]');
  expect(helpText('npx x local')).toContain('npx x local --exec "npx cdk deploy --all');
});
