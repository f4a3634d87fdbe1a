import { Template } from 'aws-cdk-lib/assertions';
import { App, NestedStack, RemovalPolicy, Stack, Token } from 'aws-cdk-lib/core';
import { AccountDefaultReplication, AccountDefaultReplicationProps } from '../src';

const TYPE = 'Custom::PaymentAccountDefaultReplication';
const stackIn = (region?: string) => new Stack(new App(), 'Payments', { env: { account: '111122223333', region } });
function declare(props: Partial<AccountDefaultReplicationProps> = {}, region: string | undefined = 'us-east-1') {
  const stack = stackIn(region);
  return { stack, defaults: new AccountDefaultReplication(stack, 'Defaults', { regions: ['us-west-2'], ...props }) };
}
const nameOf = (act: () => unknown): string => {
  try { act(); } catch (error) { return (error as Error).name; }
  return 'nothing was thrown';
};

test('the resource says what is declared, and goes with its stack', () => {
  const { stack, defaults } = declare({ regions: ['us-west-2', 'eu-west-1'] });
  expect(defaults.regions).toEqual(['us-west-2', 'eu-west-1']);
  const [{ Properties, DeletionPolicy, UpdateReplacePolicy }] = Object.values(Template.fromStack(stack).findResources(TYPE));
  expect({ DeletionPolicy, UpdateReplacePolicy }).toEqual({ DeletionPolicy: 'Delete', UpdateReplacePolicy: 'Delete' });
  expect(Properties).toEqual({
    ServiceToken: expect.anything(),
    ServiceTimeout: '900',
    StateMachineArn: expect.anything(),
    Regions: ['us-west-2', 'eu-west-1'],
  });
  Template.fromStack(stack).resourceCountIs(TYPE, 1);
});

test('it may be retained', () => {
  Template.fromStack(declare({ removalPolicy: RemovalPolicy.RETAIN }).stack).hasResource(TYPE, { DeletionPolicy: 'Retain' });
});

test.each<[string, Partial<AccountDefaultReplicationProps>]>([
  ['RegionCannotBeToken', { regions: [Token.asString({ Ref: 'Region' })] }],
  ['RegionCannotBeToken', { regions: Token.asList({ Ref: 'Regions' }) }],
  ['InvalidRegion', { regions: [''] }],
  ['OwnRegionInReplicationRegions', { regions: ['us-east-1'] }],
  ['DuplicateReplicationRegion', { regions: ['eu-west-1', 'eu-west-1'] }],
  ['RemovalPolicyNotSupported', { removalPolicy: RemovalPolicy.SNAPSHOT }],
])('%s is thrown for %j', (name, props) => {
  expect(nameOf(() => declare(props))).toBe(name);
});

test('a second one in the stack is refused, and told where the first one is; a nested stack is another', () => {
  const { stack } = declare();
  const second = () => new AccountDefaultReplication(stack, 'Again', { regions: ['eu-west-1'] });
  expect(second).toThrow(/^\w+: Payments\/Again: Payments\/Defaults declares/);
  expect(nameOf(() => new AccountDefaultReplication(stack, 'OnceMore', { regions: ['eu-west-1'] }))).toBe('AccountDefaultReplicationExists');
  new AccountDefaultReplication(new NestedStack(stack, 'Nested'), 'Defaults', { regions: ['eu-west-1'] });
});
