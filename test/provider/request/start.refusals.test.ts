import * as fc from 'fast-check';
import { World } from '../../lifecycle/world';

describe('bad events', () => {
  let world: World;
  beforeAll(async () => { world = await World.start(); });
  afterAll(() => world.close());

  const ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/aaaaaaaaaaaaaaaa';
  const refused = async (change: object, type?: 'Update' | 'Delete') => {
    const event = { ...world.event({}, type ? { type, physicalId: ARN, old: {} } : {}), ...change };
    await world.handler(event);
    expect(world.stateMachine.executions).toEqual([]);
    const [answer] = world.answers.get(event.RequestId)!;
    expect(answer).toMatchObject({ Status: 'FAILED', PhysicalResourceId: (event as any).PhysicalResourceId ?? `nothing-created/${event.RequestId}` });
    return answer.Reason;
  };
  const properties = (change: object) => ({ ResourceProperties: { ...world.event({}).ResourceProperties, ...change } });

  test.each<[string, () => Promise<string>, string]>([
    ['an unknown resource type', () => refused({ ResourceType: 'Custom::Else' }),
      'this provider does not know the resource type Custom::Else. It knows Custom::MultiRegionPaymentKey'],
    ['a resource type that objects inherit', () => refused({ ResourceType: 'constructor' }), 'does not know the resource type constructor'],
    ['another stack\'s event', () => refused({ StackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/other/1' }),
      'not arn:aws:cloudformation:us-east-1:111122223333:stack/other/1. Each stack has its own: PaymentKeyProvider.of(stack)'],
    ['a missing property', () => refused(properties({ KeyUsage: undefined })), 'property KeyUsage must be a non-empty string, but is missing'],
    ['a string where a list belongs', () => refused(properties({ ReplicationRegions: 'us-west-2' })), 'property ReplicationRegions must be a list, but is "us-west-2"'],
    ['a number where a string belongs', () => refused(properties({ KeyModesOfUse: [1] })), 'property KeyModesOfUse[0] must be a non-empty string, but is 1'],
    ['a word where a boolean belongs', () => refused(properties({ Enabled: 'yes' })), 'property Enabled must be "true" or "false", but is "yes"'],
    ['a window out of range', () => refused(properties({ DeletionWindowInDays: '2' })), 'property DeletionWindowInDays must be a whole number from 3 to 180, but is "2"'],
    ['a tag without value', () => refused(properties({ Tags: [{ Key: 'a', Value: '' }] })), 'property Tags[0].Value must be a non-empty string, but is ""'],
    ['no properties', () => refused({ ResourceProperties: undefined }), 'property StateMachineArn must be'],
    ['properties that are a list', () => refused({ ResourceProperties: [] }), 'property ResourceProperties must be an object'],
    ['no state machine', () => refused(properties({ StateMachineArn: undefined })), 'property StateMachineArn must be'],
    ['an unknown request type', () => refused({ RequestType: 'Rename' }), 'RequestType must be Create, Update or Delete, but is "Rename"'],
    ['an update without id', () => refused({ PhysicalResourceId: undefined }, 'Update'), 'a request to Update must have a PhysicalResourceId'],
    ['an ARN of another account', () => refused({ PhysicalResourceId: ARN.replace('111122223333', '999999999999') }, 'Delete'),
      'is not of this stack\'s account 111122223333 and Region us-east-1'],
    ['an ARN of another Region', () => refused({ PhysicalResourceId: ARN.replace('us-east-1', 'us-west-2') }, 'Update'), 'is not of this stack\'s account'],
    ['the own Region among the Regions', () => refused(properties({ ReplicationRegions: ['us-east-1'] })), 'names us-east-1, the key\'s own Region'],
    ['a Region twice', () => refused(properties({ ReplicationRegions: ['us-west-2', 'us-west-2'] })), 'names us-west-2 twice'],
    ['Regions of a key that is not exportable', () => refused(properties({ Exportable: 'false' })), 'only exportable keys replicate'],
  ])('%s is refused with a sentence', async (_, refuse, sentence) => {
    expect(await refuse()).toContain(sentence);
    expect(world.takeRequests()).toEqual([]);
  });

  test.each([
    'http://cloudformation-custom-resource-response-useast1.s3.amazonaws.com/x',
    'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com.evil.example/x',
    'https://evil.example/cloudformation-custom-resource-response-useast1.s3.amazonaws.com',
    'https://cloudformation-custom-resource-response-useast1.s3.amazonaws.com:8443/x',
    'https://user@cloudformation-custom-resource-response-useast1.s3.amazonaws.com/x',
    'https://my-bucket.s3.amazonaws.com/x',
    'not a URL',
  ])('a foreign response URL gets no answer: %s', async url => {
    await expect(world.handler({ ...world.event({}), ResponseURL: url })).rejects.toThrow('is not one of CloudFormation');
    expect(world.stateMachine.executions).toEqual([]);
  });

  test('a step of which the ledger knows nothing does nothing', async () => {
    const state = { item: 'Cvk', request: 'r', overdueAt: '2026-01-01T00:00:00.000Z', turn: 0, waitSeconds: 0, next: 'step' };
    expect(await world.handler({ task: 'step', state })).toEqual({ ...state, turn: 1, next: 'end' });
    expect(world.takeRequests()).toEqual([]);
  });

  /** Bounded, so that no seed makes a value that takes minutes to make or to print. */
  const anything = fc.anything({ maxDepth: 2, maxKeys: 3, size: 'small' });

  test('whatever comes, the handler answers or throws an error that says why', async () => {
    await fc.assert(fc.asyncProperty(
      fc.record({
        change: fc.dictionary(fc.constantFrom('RequestType', 'ResourceType', 'ResourceProperties', 'OldResourceProperties', 'PhysicalResourceId', 'LogicalResourceId'), anything),
        properties: fc.dictionary(fc.constantFrom('KeyUsage', 'KeyModesOfUse', 'Tags', 'Enabled', 'ReplicationRegions', 'StateMachineArn'), anything),
        type: fc.constantFrom('Create', 'Update', 'Delete'),
      }),
      async ({ change, properties: changed, type }) => {
        const event: any = world.event({}, { type: type as any, physicalId: type === 'Create' ? undefined : 'x' });
        Object.assign(event.ResourceProperties, changed);
        Object.assign(event, change);
        try { await world.handler(event); } catch (error) {
          expect((error as Error).name).toBe('UnanswerableEvent');
          return;
        }
        expect(world.answers.has(event.RequestId) || world.stateMachine.running.length > 0).toBe(true);
        world.stateMachine.executions.length = 0;
        world.ledger.items.clear();
      },
    ), { numRuns: 300 });
  });
});
