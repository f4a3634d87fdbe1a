import { CheckedEmulator, inRegion, PRIMARY, REPLICA } from './checked-emulator';

const statement = { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::444455556666:root' }, Action: 'payment-cryptography:GetKey', Resource: '*' };
const policy = (...statements: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement: statements });

const get = async (emulator: CheckedEmulator, arn: string): Promise<unknown> =>
  emulator.call('GetResourcePolicy', { ResourceArn: arn }, { region: arn.split(':')[3] });

test('a policy is put, replaced and deleted', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn: ResourceArn } = await emulator.createKey();
  expect(await get(emulator, ResourceArn)).toEqual({ ResourceArn, Policy: '{}' });
  for (const Policy of [policy(statement), policy({ ...statement, Resource: ResourceArn })]) {
    expect(await emulator.call('PutResourcePolicy', { ResourceArn, Policy }, { region: PRIMARY })).toEqual({ ResourceArn, Policy });
    expect(await get(emulator, ResourceArn)).toEqual({ ResourceArn, Policy });
  }
  expect(await emulator.call('DeleteResourcePolicy', { ResourceArn }, { region: PRIMARY })).toEqual({});
  expect(await get(emulator, ResourceArn)).toEqual({ ResourceArn, Policy: '{}' });
});

test.each<[string, string, string | undefined]>([
  ['no JSON', '{', 'ValidationException'],
  ['no object', 'null', 'ValidationException'],
  ['no statement', '{}', 'ValidationException'],
  ['no effect', policy({ ...statement, Effect: undefined }), 'ValidationException'],
  ['another resource', policy({ ...statement, Resource: 'arn:aws:s3:::b' }), 'ValidationException'],
  ['everybody', policy({ ...statement, Principal: '*' }), 'PublicPolicyException'],
  ['everybody, spelled out', policy({ ...statement, Principal: { AWS: ['*'] } }), 'PublicPolicyException'],
  ['everybody denied', policy({ ...statement, Principal: '*', Effect: 'Deny' }), undefined],
  ['everybody on a condition', policy({ ...statement, Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } } }), undefined],
])('%s', async (_title, Policy, expected) => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey();
  expect(await emulator.errorOf('PutResourcePolicy', { ResourceArn: KeyArn, Policy })).toBe(expected);
});

test('a replica cannot have a policy', async () => {
  const emulator = new CheckedEmulator();
  const { KeyArn } = await emulator.createKey({ ReplicationRegions: [REPLICA] });
  emulator.clock.advance(2);
  await emulator.call('PutResourcePolicy', { ResourceArn: KeyArn, Policy: policy(statement) }, { region: PRIMARY });
  const replica = inRegion(KeyArn, REPLICA);
  expect(await emulator.errorOf('PutResourcePolicy', { ResourceArn: replica, Policy: policy(statement) }, REPLICA)).toBe('ValidationException');
  expect(await get(emulator, replica)).toEqual({ ResourceArn: replica, Policy: '{}' });
});
