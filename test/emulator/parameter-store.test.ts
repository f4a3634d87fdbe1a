import { CheckedEmulator, PRIMARY, REPLICA } from './checked-emulator';

const request = async (emulator: CheckedEmulator, operation: string, input: object, region: string = PRIMARY): Promise<any> =>
  JSON.parse((await emulator.handle({ target: `AmazonSSM.${operation}`, region, body: JSON.stringify(input) })).body);

test('a parameter is made, read, overwritten, and remembers what it was, in its Region', async () => {
  const emulator = new CheckedEmulator();
  emulator.setParameter(PRIMARY, 'p', 'a');
  expect(await request(emulator, 'GetParameter', { Name: 'p' })).toMatchObject({ Parameter: { Name: 'p', Type: 'String', Value: 'a', Version: 1 } });
  expect(await request(emulator, 'PutParameter', { Name: 'p', Value: 'b', Overwrite: true })).toEqual({ Tier: 'Standard', Version: 2 });
  expect(emulator.parameter(PRIMARY, 'p')).toBe('b');
  expect(emulator.parameter(REPLICA, 'p')).toBeUndefined();
  expect((await request(emulator, 'GetParameter', { Name: 'p' }, REPLICA)).__type).toBe('ParameterNotFound');
  for (let count = 0; count < 60; count += 1) { await request(emulator, 'PutParameter', { Name: 'p', Value: `${count}`, Overwrite: true }); }
  const first = await request(emulator, 'GetParameterHistory', { Name: 'p' });
  const second = await request(emulator, 'GetParameterHistory', { Name: 'p', NextToken: first.NextToken });
  expect([...first.Parameters, ...second.Parameters].map(({ Value }) => Value).slice(0, 3)).toEqual(['a', 'b', '0']);
  expect([first.Parameters.length, second.Parameters.length, second.NextToken]).toEqual([50, 12, undefined]);
  emulator.setParameter(PRIMARY, 'p', undefined);
  expect((await request(emulator, 'GetParameterHistory', { Name: 'p' })).__type).toBe('ParameterNotFound');
});

test.each([
  [{ Name: 'p', Value: 'b' }], [{ Name: 'p', Value: '', Overwrite: true }], [{ Name: 'p', Value: 'b'.repeat(4097), Overwrite: true }], [{ Value: 'b' }],
  [{ Name: 'new', Value: 'b', Overwrite: true }],
])('%j is refused', async input => {
  const emulator = new CheckedEmulator();
  emulator.setParameter(PRIMARY, 'p', 'a');
  expect((await request(emulator, 'PutParameter', input)).__type).toMatch(/ValidationException$/);
  expect(emulator.parameter(PRIMARY, 'p')).toBe('a');
});

test('it does not count against the quota of the control plane', async () => {
  const emulator = new CheckedEmulator({ tps: 1 });
  for (let count = 0; count < 5; count += 1) { expect((await request(emulator, 'GetParameter', { Name: 'p' })).__type).toBe('ParameterNotFound'); }
  expect(await emulator.errorOf('ListKeys', {})).toBeUndefined();
});
