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
  ['no statements in the list', policy(), 'ValidationException'],
  ['a list as a statement', JSON.stringify({ Statement: [[statement]] }), 'ValidationException'],
  ['no principal', policy({ ...statement, Principal: undefined }), 'ValidationException'],
  ['an empty principal', policy({ ...statement, Principal: {} }), 'ValidationException'],
  ['an empty list of principals', policy({ ...statement, Principal: { AWS: [] } }), 'ValidationException'],
  ['a principal without its type', policy({ ...statement, Principal: 'arn:aws:iam::444455556666:root' }), 'ValidationException'],
  ['a principal of no type', policy({ ...statement, Principal: { Aws: '*' } }), 'ValidationException'],
  ['a principal and its negation', policy({ ...statement, NotPrincipal: statement.Principal }), 'ValidationException'],
  ['no action', policy({ ...statement, Action: undefined }), 'ValidationException'],
  ['an empty list of actions', policy({ ...statement, Action: [] }), 'ValidationException'],
  ['an action without its service', policy({ ...statement, Action: 'GetKey' }), 'ValidationException'],
  ['an action and its negation', policy({ ...statement, NotAction: 'payment-cryptography:GetKey' }), 'ValidationException'],
  ['no resource', policy({ ...statement, Resource: undefined }), 'ValidationException'],
  ['an empty list of resources', policy({ ...statement, Resource: [] }), 'ValidationException'],
  ['one bad statement among good ones', policy(statement, { ...statement, Action: undefined }), 'ValidationException'],
  ['no effect', policy({ ...statement, Effect: undefined }), 'ValidationException'],
  ['another resource', policy({ ...statement, Resource: 'arn:aws:s3:::b' }), 'ValidationException'],
  ['everybody', policy({ ...statement, Principal: '*' }), 'PublicPolicyException'],
  ['everybody, spelled out', policy({ ...statement, Principal: { AWS: ['*'] } }), 'PublicPolicyException'],
  ['everybody on no condition', policy({ ...statement, Principal: '*', Condition: {} }), 'PublicPolicyException'],
  ['everybody on a condition without keys', policy({ ...statement, Principal: '*', Condition: { StringEquals: {} } }), 'PublicPolicyException'],
  ['everybody on a condition without values', policy({ ...statement, Principal: '*', Condition: { StringEquals: { 'aws:PrincipalOrgID': [] } } }), 'PublicPolicyException'],
  ['everybody on any value', policy({ ...statement, Principal: '*', Condition: { StringLike: { 'aws:PrincipalOrgID': '*' } } }), 'PublicPolicyException'],
  ['everybody but one', policy({ ...statement, Principal: undefined, NotPrincipal: statement.Principal }), 'PublicPolicyException'],
  ['everybody but one denied', policy({ ...statement, Principal: undefined, NotPrincipal: statement.Principal, Effect: 'Deny' }), undefined],
  ['every action of the service', policy({ ...statement, Action: ['payment-cryptography:*', 'payment-cryptography:Get*'] }), undefined],
  ['every action but one', policy({ ...statement, Action: undefined, NotAction: 'payment-cryptography:DeleteKey' }), undefined],
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
