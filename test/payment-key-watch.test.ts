import { Template } from 'aws-cdk-lib/assertions';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { CfnKey } from 'aws-cdk-lib/aws-paymentcryptography';
import { App, Duration, Lazy, NestedStack, Stack } from 'aws-cdk-lib/core';
import { Construct, IConstruct } from 'constructs';
import {
  AccountDefaultReplication, KeyReplication, MultiRegionPaymentKey, PaymentKeySpec, PaymentKeyWatch, PaymentKeyWatchProps,
  RegionalAlias, RegionalTags,
} from '../src';

const FOREIGN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/kwapwa6qaifllw2h';
const newStack = () => new Stack(new App(), 'Payments', { env: { account: '111122223333', region: 'us-east-1' } });
const key = (scope: Construct, id = 'Cvk') => new MultiRegionPaymentKey(scope, id, { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] });
const foreign = (stack: Stack) => MultiRegionPaymentKey.fromKeyArn(stack, 'Foreign', FOREIGN);
const secondForeign = (stack: Stack) =>
  stack.node.tryFindChild('Other') as any ?? MultiRegionPaymentKey.fromKeyArn(stack, 'Other', FOREIGN.replace(/.$/, 'j'));
const NATIVE = { keyUsage: 'TR31_C0_CARD_VERIFICATION_KEY', keyClass: 'SYMMETRIC_KEY', keyAlgorithm: 'TDES_2KEY', keyModesOfUse: { generate: true, verify: true } };

/** A stack with a key and a watch of all of it. */
function watched(props?: PaymentKeyWatchProps) {
  const stack = newStack();
  key(stack);
  const watch = new PaymentKeyWatch(stack, 'Watch', props);
  return { stack, watch };
}

/** What stands in the template of each resource of a type under the watch, or under what else has this id. */
const ofType = (stack: Stack, type: string, id = 'Watch') => Object.entries(Template.fromStack(stack).findResources(type)).filter(([logicalId]) => logicalId.startsWith(id))
  .map(([, resource]) => resource);
const only = <T>(all: readonly T[]): T => {
  expect(all).toHaveLength(1);
  return all[0];
};
const functionOf = (stack: Stack, id = 'Watch') => only(ofType(stack, 'AWS::Lambda::Function', id)).Properties;
const scheduleOf = (stack: Stack, id = 'Watch') => only(ofType(stack, 'AWS::Events::Rule', id).filter(({ Properties }) => Properties.ScheduleExpression !== undefined)).Properties;
const inputOf = (stack: Stack, id?: string) => {
  const { Input } = scheduleOf(stack, id).Targets[0];
  return Input === undefined ? undefined : JSON.parse(Input);
};
const logicalIdOf = (construct: IConstruct) => Stack.of(construct).resolve((construct.node.defaultChild as any).logicalId);

/** Released: who renamed them would have the watch made anew, and its alarms look at a metric that ends. */
const LOGICAL_IDS = {
  WatchRoleDDF31036: 'AWS::IAM::Role',
  WatchFunctionE77E8A53: 'AWS::Lambda::Function',
  WatchSchedule61B8702D: 'AWS::Events::Rule',
  WatchScheduleAllowEventRulePaymentsWatchFunction1F46EE699862AC40: 'AWS::Lambda::Permission',
};

describe('what a watch adds to a stack', () => {
  const resources = (isWatched: boolean) => {
    const stack = newStack();
    key(stack);
    if (isWatched) { new PaymentKeyWatch(stack, 'Watch'); }
    return Template.fromStack(stack).toJSON().Resources as Record<string, any>;
  };
  const [without, withWatch] = [resources(false), resources(true)];

  test('these four resources, and nothing else changes', () => {
    const added = Object.entries(withWatch).filter(([id]) => !(id in without));
    expect(Object.fromEntries(added.map(([id, { Type }]) => [id, Type]))).toEqual(LOGICAL_IDS);
    expect(Object.fromEntries(Object.entries(withWatch).filter(([id]) => id in without))).toEqual(without);
  });

  test('nothing runs by a schedule in a stack without one', () => {
    const scheduled = (all: Record<string, any>) => Object.values(all).filter(({ Properties }) => Properties.ScheduleExpression !== undefined);
    expect(scheduled(without)).toEqual([]);
    expect(scheduled(withWatch)).toHaveLength(1);
  });
});

describe('the function', () => {
  test('runs for 15 minutes at most, and knows its stack, its table, its watch and its bus', () => {
    const { stack } = watched();
    expect(functionOf(stack)).toMatchObject({
      Timeout: 900,
      MemorySize: 256,
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': ['WatchRoleDDF31036', 'Arn'] },
      LoggingConfig: { LogGroup: { Ref: 'PaymentKeyProviderLogGroup8CBDE8D2' } },
      Environment: {
        Variables: {
          STACK_ID: { Ref: 'AWS::StackId' },
          TABLE_NAME: { Ref: 'PaymentKeyProviderTableBAE535BE' },
          WATCH_NAME: 'Watch',
          WATCH_INTERVAL_SECONDS: '3600',
          METRIC_NAMESPACE: 'PaymentKeys/Payments',
          EVENT_BUS_ARN: { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:us-east-1:111122223333:event-bus/default']] },
        },
      },
    });
  });

  test('is called by the rule alone', () => {
    const { stack } = watched();
    expect(only(ofType(stack, 'AWS::Lambda::Permission')).Properties).toEqual({
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': ['WatchFunctionE77E8A53', 'Arn'] },
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': ['WatchSchedule61B8702D', 'Arn'] },
    });
  });

  test('is other code than that of the provider', () => {
    const { stack } = watched();
    expect(functionOf(stack).Code.S3Key).not.toEqual(functionOf(stack, 'PaymentKeyProvider').Code.S3Key);
  });

  test('bears a name that CloudWatch takes, whatever the path of the watch is, and no two of a stack the same', () => {
    const nameOf = (...ids: string[]) => {
      const stack = newStack();
      key(stack);
      const scope = ids.slice(0, -1).reduce((parent: Construct, id) => new Construct(parent, id), stack);
      new PaymentKeyWatch(scope, ids[ids.length - 1]);
      return only(Object.values(Template.fromStack(stack).findResources('AWS::Lambda::Function')).map(({ Properties }) => Properties.Environment.Variables.WATCH_NAME)
        .filter(name => name !== undefined));
    };
    expect(nameOf('Teams', 'Cards', 'Watch')).toBe('Teams/Cards/Watch');
    const others = [nameOf('Überwachung'), nameOf('Oberwachung'), nameOf('-berwachung'), nameOf('"'), nameOf('a'.repeat(150), 'b'.repeat(150)), nameOf('a'.repeat(150), 'b'.repeat(151))];
    expect(new Set(others).size).toBe(others.length);
    others.forEach(name => expect(name).toMatch(/^[\w/.-]{1,255}$/));
    expect(others[0]).toMatch(/^-berwachung-[0-9a-f]{8}$/);
  });
});

describe('the interval', () => {
  test.each([
    [undefined, 'rate(15 minutes)', '3600'],
    [Duration.minutes(5), 'rate(5 minutes)', '300'],
    [Duration.minutes(7), 'rate(7 minutes)', '420'],
    [Duration.seconds(900), 'rate(15 minutes)', '900'],
    [Duration.minutes(45), 'rate(15 minutes)', '2700'],
    [Duration.days(1), 'rate(15 minutes)', '86400'],
  ])('%s wakes the function at a %s', (interval, rate, seconds) => {
    const { stack, watch } = watched({ interval });
    expect(scheduleOf(stack)).toMatchObject({ ScheduleExpression: rate, State: 'ENABLED' });
    expect(functionOf(stack).Environment.Variables.WATCH_INTERVAL_SECONDS).toBe(seconds);
    expect(watch.metricOutOfSync().period.toSeconds()).toBe(Number(seconds));
  });

  test.each([
    [Duration.minutes(4), '5 to 1440 whole minutes, but is 4 minutes'],
    [Duration.minutes(0), '5 to 1440 whole minutes'],
    [Duration.minutes(16), '5 to 15 minutes, or a multiple of 15 minutes up to a day, but is 16 minutes'],
    [Duration.minutes(50), 'but is 50 minutes'],
    [Duration.seconds(330), '5 to 1440 whole minutes, but is 5 minutes 30 seconds'],
    [Duration.hours(25), '5 to 1440 whole minutes, but is 1 day 1 hour'],
    [Duration.minutes(Lazy.number({ produce: () => 15 })), 'must be known when the template is made'],
  ])('%s is refused', (interval, says) => {
    expect(() => watched({ interval })).toThrow(expect.objectContaining({ name: 'InvalidInterval', message: expect.stringContaining(says) }));
  });
});

describe('what is watched', () => {
  const inStack = (declare: (stack: Stack) => IConstruct[]) => {
    const stack = newStack();
    new PaymentKeyWatch(stack, 'Watch', { resources: declare(stack) });
    return stack;
  };

  test('without a list, all: the rule names nothing, so that later resources are watched without a new watch', () => {
    expect(scheduleOf(watched().stack).Targets).toEqual([{ Arn: { 'Fn::GetAtt': ['WatchFunctionE77E8A53', 'Arn'] }, Id: 'Target0' }]);
  });

  test('a construct of each kind', () => {
    let expected: string[] = [];
    const stack = inStack(its => {
      const constructs = [
        key(its), MultiRegionPaymentKey.adopt(its, 'Adopted', { key: foreign(its) }), new AccountDefaultReplication(its, 'Defaults', { regions: ['us-west-2'] }),
        new KeyReplication(its, 'Replication', { key: MultiRegionPaymentKey.fromKeyArn(its, 'Second', FOREIGN.replace(/.$/, 'i')), replicationRegions: ['us-west-2'] }),
        new RegionalAlias(its, 'Alias', { key: secondForeign(its), aliasName: 'alias/other' }), new RegionalTags(its, 'Tags', { key: secondForeign(its), tags: { team: 'cards' } }),
      ];
      expected = constructs.map(logicalIdOf);
      return constructs;
    });
    expect(inputOf(stack)).toEqual({ logicalIds: [...expected].sort() });
    expect(expected).toHaveLength(6);
  });

  test('what a construct holds, nested, once, and also what it comes to hold', () => {
    const ids: string[] = [];
    const stack = inStack(its => {
      const team = new Construct(its, 'Team');
      const cvk = key(new Construct(team, 'Inner'), 'Cvk');
      ids.push(logicalIdOf(cvk));
      key(its, 'NotWatched');
      return [team, cvk];
    });
    const team = stack.node.findChild('Team') as Construct;
    ids.push(logicalIdOf((team.node.findChild('Inner').node.findChild('Cvk') as MultiRegionPaymentKey).addAlias('alias/later')), logicalIdOf(key(team, 'Later')));
    expect(inputOf(stack)).toEqual({ logicalIds: [...ids].sort() });
    expect(ids).toHaveLength(3);
  });

  test('logical ids that were overridden, also by what is only known later', () => {
    const stack = inStack(its => {
      const [one, two] = [key(its, 'One'), key(its, 'Two')];
      (one.node.defaultChild as any).overrideLogicalId('CvkOfBefore');
      (two.node.defaultChild as any).overrideLogicalId(Lazy.uncachedString({ produce: () => 'PekOfBefore' }));
      return [one, two];
    });
    expect(inputOf(stack)).toEqual({ logicalIds: ['CvkOfBefore', 'PekOfBefore'] });
  });

  test('a replica by what is declared on it', () => {
    const stack = inStack(its => {
      const replica = key(its).replica('us-west-2');
      replica.addAlias('alias/west');
      return [replica as unknown as IConstruct];
    });
    expect(inputOf(stack).logicalIds).toEqual([expect.stringMatching(/^Cvk.*Alias/i)]);
  });

  test('not what is in a nested stack, which has a watch of its own', () => {
    const stack = newStack();
    const team = new Construct(stack, 'Team');
    const own = key(team);
    const nested = new NestedStack(team, 'Nested');
    const inner = key(nested);
    new PaymentKeyWatch(stack, 'Watch', { resources: [team] });
    new PaymentKeyWatch(nested, 'Watch', { resources: [inner] });
    expect(inputOf(stack)).toEqual({ logicalIds: [logicalIdOf(own)] });
    expect(inputOf(nested)).toEqual({ logicalIds: [logicalIdOf(inner)] });
    expect(functionOf(nested).Environment.Variables).toMatchObject({ STACK_ID: { Ref: 'AWS::StackId' }, WATCH_NAME: 'Team/Nested/Watch' });
  });

  test.each<[string, (stack: Stack) => IConstruct[], string]>([
    ['an empty list', () => [], 'resources names none'],
    ['a key of others', stack => [foreign(stack)], 'Payments/Foreign holds nothing that this library makes'],
    ['another resource beside a key', stack => [key(stack), new LogGroup(stack, 'Log')], 'Payments/Log holds nothing that this library makes'],
    ['a native key', stack => [new CfnKey(stack, 'Native', { exportable: true, keyAttributes: NATIVE })], 'Payments/Native holds nothing that this library makes'],
  ])('never nothing: %s', (_, resources, says) => {
    expect(() => inStack(resources)).toThrow(expect.objectContaining({
      name: 'NothingToWatch',
      message: `NothingToWatch: Payments/Watch: ${says}. List keys, aliases, tags, replications or account defaults of this library, or leave resources out to watch all of the stack`,
    }));
  });

  test.each<[string, (stack: Stack) => IConstruct, string]>([
    ['another stack', stack => key(new Stack(stack.node.root, 'Other'), 'Cvk'), 'Other/Cvk is not in the stack Payments'],
    ['a nested stack', stack => key(new NestedStack(stack, 'Nested'), 'Cvk'), 'Payments/Nested/Cvk is not in the stack Payments'],
    ['no stack', stack => stack.node.root, 'the app is not in the stack Payments'],
  ])('never what is in %s', (_, other, says) => {
    const stack = newStack();
    const there = other(stack);
    expect(() => new PaymentKeyWatch(stack, 'Watch', { resources: [there] }))
      .toThrow(expect.objectContaining({ name: 'WatchedInOtherStack', message: `WatchedInOtherStack: Payments/Watch: ${says}. Declare a watch in each stack, for what is in it` }));
  });

  test('the whole stack by its name', () => {
    const stack = inStack(its => { key(its, 'One'); return [its]; });
    key(stack, 'Two');
    expect(inputOf(stack).logicalIds).toHaveLength(2);
  });

  test('something, at the latest when the template is made; a nested stack does not count', () => {
    const stack = newStack();
    const watch = new PaymentKeyWatch(stack, 'Watch');
    key(new NestedStack(stack, 'Nested'));
    expect(watch.node.validate()).toEqual(['NothingToWatch: Payments/Watch: the stack has nothing that this library makes. Declare the watch in the stack of the keys']);
    key(stack);
    expect(watch.node.validate()).toEqual([]);
  });

  test('no more than a rule can name', () => {
    // 8,192 characters, of which {"logicalIds":[]} takes 17, a name of 61 letters with quotes and comma 64, the last one 63.
    const stack = newStack();
    const team = new Construct(stack, 'Team');
    const declare = (index: number) => {
      const { node: { defaultChild } } = key(team, `Key${index}`);
      (defaultChild as any).overrideLogicalId(`Key${String(index).padStart(3, '0')}`.padEnd(61, 'x'));
    };
    Array.from({ length: 127 }, (_, index) => declare(index));
    const watch = new PaymentKeyWatch(stack, 'Watch', { resources: [team] });
    expect(watch.node.validate()).toEqual([]);
    expect(JSON.stringify(inputOf(stack)).length).toBeLessThanOrEqual(8_192);
    declare(127);
    expect(watch.node.validate()).toEqual([expect.stringMatching(/^TooManyWatched: Payments\/Watch: the names of resources take 8208 characters, but at most 8192 are allowed\. Divide them/)]);
  });
});
