import { Template } from 'aws-cdk-lib/assertions';
import { Dashboard, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, EventField, Match, OnEventOptions, RuleTargetInput } from 'aws-cdk-lib/aws-events';
import { SnsTopic } from 'aws-cdk-lib/aws-events-targets';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { App, Duration, Stack } from 'aws-cdk-lib/core';
import { MultiRegionPaymentKey, PaymentKeyProvider, PaymentKeySpec, PaymentKeyWatch, PaymentKeyWatchProps } from '../src';
import { ADOPTED_PAYMENT_KEY } from '../src/provider/contract/adopted-payment-key';
import { FINDING_CODES } from '../src/provider/contract/finding-codes';
import { MULTI_REGION_PAYMENT_KEY } from '../src/provider/contract/multi-region-payment-key';
import { WATCH_LOG_CODES } from '../src/provider/contract/watch';
import { Examined } from '../src/provider/handler/watch/examination';
import { Finding } from '../src/provider/handler/watch/finding';
import { logFinding, logResource, logSweep } from '../src/provider/handler/watch/report';

/*
 * How a watch tells what it found: metrics, events, a dashboard. What the constructs declare is compared with what the function
 * writes.
 */

const ENV = { account: '111122223333', region: 'us-east-1' };
const SOURCE = { stackId: 'arn:aws:cloudformation:us-east-1:111122223333:stack/Payments/1', watch: 'Watch' };
const KEY_ARN = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/kwapwa6qaifllw2h';
const FINDING: Finding = {
  code: 'REPLICA_FAILED', logicalId: 'Cvk', resourceType: MULTI_REGION_PAYMENT_KEY, keyArn: KEY_ARN, region: 'us-west-2', declared: 'SYNCHRONIZED', found: 'FAILED', command: 'aws …',
};
const EXAMINED: Examined = {
  kind: 'compared', resource: { logicalId: 'Cvk', physicalId: KEY_ARN, type: MULTI_REGION_PAYMENT_KEY }, at: new Date(), findings: [FINDING], regions: { 'us-east-1': 'CREATE_COMPLETE' },
};
const SWEPT = { kind: 'underWay', after: '', found: [], resources: 1, outOfSync: 0, notWatched: 0 } as const;

function watched(props?: PaymentKeyWatchProps, env: object | undefined = ENV) {
  const stack = new Stack(new App(), 'Payments', { env });
  const key = new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] });
  return { stack, key, watch: new PaymentKeyWatch(stack, 'Watch', props) };
}
const withBus = (bus: (stack: Stack) => EventBus | ReturnType<typeof EventBus.fromEventBusArn>) => {
  const stack = new Stack(new App(), 'Payments', { env: ENV });
  new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification(), replicationRegions: [] });
  return { stack, watch: new PaymentKeyWatch(stack, 'Watch', { eventBus: bus(stack) }) };
};
const lines = (write: (to: (line: object) => void) => void): any[] => {
  const written: object[] = [];
  write(line => written.push(JSON.parse(JSON.stringify(line))));
  return written;
};
const only = <T>(all: readonly T[]): T => {
  expect(all).toHaveLength(1);
  return all[0];
};
const propertiesOf = (stack: Stack, type: string) => Object.values(Template.fromStack(stack).findResources(type)).map(({ Properties }) => Properties);
const rulesOf = (stack: Stack) => propertiesOf(stack, 'AWS::Events::Rule').filter(({ EventPattern }) => EventPattern?.source[0] === 'cdk-multi-region-payment-keys');
const variablesOf = (stack: Stack) => only(propertiesOf(stack, 'AWS::Lambda::Function').map(({ Environment }) => Environment.Variables).filter(({ WATCH_NAME }) => WATCH_NAME !== undefined));

describe('metrics', () => {
  /** What the function publishes, with the environment that the template gives it. */
  const published = (stack: Stack) => {
    const { METRIC_NAMESPACE: metricNamespace, WATCH_NAME: name } = variablesOf(stack);
    const options = { name, metricNamespace, intervalSeconds: 3600 };
    const line = only(lines(write => logSweep({ ...SWEPT, resources: 3, outOfSync: 2, notWatched: 1 }, options, new Date(), write)));
    const { Namespace, Dimensions: [[dimension]], Metrics } = line._aws.CloudWatchMetrics[0];
    const metric = ({ Name, Unit }: any) => ({ Namespace, Unit, Dimensions: [{ Name: dimension, Value: line[dimension] }], value: line[Name] });
    return new Map<string, object>(Metrics.map((one: any) => [one.Name, metric(one)]));
  };

  test.each<[string, (watch: PaymentKeyWatch) => Metric, number]>([
    ['OutOfSync', watch => watch.metricOutOfSync(), 2],
    ['NotWatched', watch => watch.metricNotWatched(), 1],
  ])('an alarm on %s is on what the function publishes', (metricName, metric, value) => {
    const { stack, watch } = watched();
    metric(watch).createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 2, treatMissingData: TreatMissingData.BREACHING });
    const { Namespace, Dimensions, Unit, MetricName, Statistic, Period } = only(propertiesOf(stack, 'AWS::CloudWatch::Alarm'));
    expect({ Namespace, Dimensions, Unit, value }).toEqual(published(stack).get(metricName));
    expect([MetricName, Statistic, Period]).toEqual([metricName, 'Maximum', 3600]);
  });

  test('take what is asked for', () => {
    const { watch } = watched();
    expect(watch.metricOutOfSync({ statistic: 'Average', period: Duration.hours(6), label: 'keys' })).toMatchObject({ statistic: 'Average', label: 'keys', period: Duration.hours(6) });
  });

  test('two watches do not count for each other, and neither do two stacks', () => {
    const app = new App();
    const metrics = ['A', 'B'].flatMap(name => {
      const stack = new Stack(app, name);
      new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification() });
      return ['One', 'Two'].map(id => new PaymentKeyWatch(stack, id).metricOutOfSync());
    });
    expect(new Set(metrics.map(({ namespace, dimensions }) => JSON.stringify([namespace, dimensions]))).size).toBe(4);
  });
});

describe('events', () => {
  const PATTERN = { 'source': ['cdk-multi-region-payment-keys'], 'detail-type': ['Payment Key Finding'], 'detail': { stackId: [{ Ref: 'AWS::StackId' }], watch: ['Watch'] } };

  test.each<[string, (watch: PaymentKeyWatch, options?: OnEventOptions) => unknown, string]>([
    ['onFinding', (watch, options) => watch.onFinding('Found', options), 'Payment Key Finding'],
    ['onFindingResolved', (watch, options) => watch.onFindingResolved('Found', options), 'Payment Key Finding Resolved'],
  ])('%s: those of this watch of this stack, to a target', (_, on, detailType) => {
    const { stack, watch } = watched();
    on(watch, { target: new SnsTopic(new Topic(stack, 'Topic'), { message: RuleTargetInput.fromText(EventField.fromPath('$.detail.message')) }), description: 'page somebody', ruleName: 'keys' });
    expect(rulesOf(stack)).toEqual([{
      Description: 'page somebody',
      Name: 'keys',
      EventBusName: 'default',
      State: 'ENABLED',
      EventPattern: { ...PATTERN, 'detail-type': [detailType] },
      Targets: [expect.objectContaining({ Arn: { Ref: 'TopicBFC7AF6E' } })],
    }]);
  });

  test('further conditions are added: codes, Regions, and what matches more than one', () => {
    const { stack, watch } = watched();
    watch.onFinding('Found', { eventPattern: { detail: { code: Match.prefix('REPLICA_'), region: ['us-west-2'] } } });
    expect(only(rulesOf(stack)).EventPattern).toEqual({ ...PATTERN, detail: { ...PATTERN.detail, code: [{ prefix: 'REPLICA_' }], region: ['us-west-2'] } });
  });

  test('a rule without a target, and several of them', () => {
    const { stack, watch } = watched();
    [watch.onFinding('One'), watch.onFinding('Two'), watch.onFindingResolved('Three')].forEach(rule => expect(rule.node.scope).toBe(watch));
    expect(rulesOf(stack).map(({ Targets }) => Targets)).toEqual([undefined, undefined, undefined]);
  });

  test.each<[string, Parameters<typeof withBus>[0], unknown, unknown]>([
    ['a bus of the stack', stack => new EventBus(stack, 'Bus'), { 'Fn::GetAtt': ['BusEA82B648', 'Arn'] }, { Ref: 'BusEA82B648' }],
    ['a bus by its name', stack => EventBus.fromEventBusName(stack, 'Bus', 'security') as EventBus,
      { 'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, ':events:us-east-1:111122223333:event-bus/security']] }, 'security'],
    ['a bus by its ARN', stack => EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:us-east-1:111122223333:event-bus/security'),
      'arn:aws:events:us-east-1:111122223333:event-bus/security', 'security'],
  ])('go to %s, the only one that the role may tell', (_, bus, arn, name) => {
    const { stack, watch } = withBus(bus);
    watch.onFinding('Found');
    expect(variablesOf(stack).EVENT_BUS_ARN).toEqual(arn);
    expect(only(rulesOf(stack)).EventBusName).toEqual(name);
    const statements = propertiesOf(stack, 'AWS::IAM::Role').flatMap(({ Policies }) => Policies).flatMap(({ PolicyDocument }) => PolicyDocument.Statement);
    expect(statements.filter(({ Action }) => Action === 'events:PutEvents')).toEqual([{
      Sid: 'TellFindings', Effect: 'Allow', Action: 'events:PutEvents', Resource: arn, Condition: { 'ForAllValues:StringEquals': { 'events:source': 'cdk-multi-region-payment-keys' } },
    }]);
  });

  test('go to a bus in another account, whose rules are made there', () => {
    const { stack, watch } = withBus(its => EventBus.fromEventBusArn(its, 'Bus', 'arn:aws:events:us-east-1:444455556666:event-bus/security'));
    expect(variablesOf(stack).EVENT_BUS_ARN).toBe('arn:aws:events:us-east-1:444455556666:event-bus/security');
    expect(() => watch.onFinding('Found')).toThrow(expect.objectContaining({
      name: 'EventBusInOtherEnvironment',
      message: 'EventBusInOtherEnvironment: Payments/Watch: eventBus is in the account 444455556666, but the rule would be in 111122223333. Make the rule in a stack in the account of the bus',
    }));
    expect(rulesOf(stack)).toEqual([]);
  });

  test('do not go to a bus in another Region', () => {
    expect(() => withBus(its => EventBus.fromEventBusArn(its, 'Bus', 'arn:aws:events:eu-west-1:111122223333:event-bus/security'))).toThrow(expect.objectContaining({
      name: 'EventBusInOtherEnvironment',
      message: 'EventBusInOtherEnvironment: Payments/Watch: eventBus is in eu-west-1, but the watch in us-east-1. Pass a bus in the Region of the watch, and a rule on it that forwards to the other one',
    }));
  });

  test('a stack for any account and Region takes a bus that it cannot compare', () => {
    const stack = new Stack(new App(), 'Payments');
    new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification() });
    const eventBus = EventBus.fromEventBusArn(stack, 'Bus', 'arn:aws:events:eu-west-1:111122223333:event-bus/security');
    new PaymentKeyWatch(stack, 'Watch', { eventBus }).onFinding('Found');
    expect(only(rulesOf(stack)).EventBusName).toBe('security');
  });
});

describe('a dashboard', () => {
  /** The widgets as CloudWatch reads them; references by their names. */
  const widgetsOf = (stack: Stack): any[] => {
    const { DashboardBody: { 'Fn::Join': [, parts] } } = only(propertiesOf(stack, 'AWS::CloudWatch::Dashboard'));
    return JSON.parse(parts.map((part: any) => typeof part === 'string' ? part : `<${part.Ref ?? part['Fn::GetAtt']?.join('.')}>`).join('')).widgets.map(({ properties }: any) => properties);
  };
  const shown = ({ stack, watch }: { stack: Stack; watch: PaymentKeyWatch }, later: () => void = () => undefined) => {
    new Dashboard(stack, 'Dashboard').addWidgets(...watch.widgets());
    later();
    return widgetsOf(stack);
  };
  /** CloudWatch Logs Insights: whether a line passes the filters of these queries. */
  const passes = (query: string, line: any) => [...query.matchAll(/\| filter (.*)/g)].flatMap(([, all]) => all.split(' and ')).every(condition => {
    const [, field, text] = /^(\w+) = "(.*)"$/.exec(condition) ?? [];
    const [, its, pattern] = /^(\w+) like \/(.*)\/$/.exec(condition) ?? [];
    const [, present] = /^ispresent\((\w+)\)$/.exec(condition) ?? [];
    if (field) { return line[field] === (text === '<AWS::StackId>' ? SOURCE.stackId : text); }
    return its ? new RegExp(pattern).test(line[its]) : present in line;
  });
  const OTHERS = [{ ...SOURCE, watch: 'Other' }, { ...SOURCE, stackId: SOURCE.stackId.replace('Payments', 'Others') }];

  test('says whose it is, and shows both metrics', () => {
    const [text, graph] = shown(watched());
    expect(text.markdown).toBe('# Payment keys of Payments');
    expect(graph.metrics).toEqual(['OutOfSync', 'NotWatched'].map(name => ['PaymentKeys/Payments', name, 'Watch', 'Watch', expect.objectContaining({ period: 3600, stat: 'Maximum' })]));
    expect(graph.metrics.map(([, , , , { label }]: any) => label)).toEqual(['not as declared', 'could not be compared']);
  });

  test('has a column for each Region of the keys, also of those that are declared later', () => {
    const { stack, key, watch } = watched();
    const [, , keys] = shown({ stack, watch }, () => key.addReplicationRegion('eu-west-1'));
    expect(keys).toMatchObject({ title: 'Keys by Regions', region: 'us-east-1', view: 'table' });
    expect(keys.query.split('\n')[1]).toBe('| stats latest(`regions.us-east-1`) as `us-east-1`, latest(`regions.eu-west-1`) as `eu-west-1`, latest(`regions.us-west-2`) as `us-west-2` by logicalId');
    expect(keys.query.startsWith('SOURCE \'<PaymentKeyProviderLogGroup8CBDE8D2>\' | filter ')).toBe(true);
  });

  test('of a stack for any Region has them too', () => {
    const [, , keys] = shown(watched({}, {}));
    expect(keys.region).toBe('<AWS::Region>');
    expect(keys.query).toContain('stats latest(`regions.<AWS::Region>`) as `primary`, latest(`regions.us-west-2`) as `us-west-2` by logicalId');
  });

  test('shows the lines about keys that the function writes for this watch of this stack, and no other', () => {
    const [, , { query }] = shown(watched());
    const line = (type: string, source = SOURCE) =>
      only(lines(write => logResource({ ...EXAMINED, resource: { ...EXAMINED.resource, type } }, source, write)));
    expect([MULTI_REGION_PAYMENT_KEY, ADOPTED_PAYMENT_KEY].map(type => passes(query, line(type)))).toEqual([true, true]);
    expect(passes(query, line('Custom::RegionalPaymentKeyAlias'))).toBe(false);
    expect(OTHERS.map(source => passes(query, line(MULTI_REGION_PAYMENT_KEY, source)))).toEqual([false, false]);
    expect(line(MULTI_REGION_PAYMENT_KEY).regions).toEqual({ 'us-east-1': 'CREATE_COMPLETE' });
  });

  test('shows each finding with all that the function tells of it', () => {
    const [, , , { query }] = shown(watched());
    const line = (source = SOURCE) => only(lines(write => logFinding({ ...FINDING, subject: 'team', message: 'why' }, source, write)));
    expect(passes(query, line())).toBe(true);
    expect(OTHERS.map(source => passes(query, line(source)))).toEqual([false, false]);
    const [, display] = /\| display (.*)/.exec(query)!;
    expect(display.split(', ').filter(field => field !== '@timestamp' && !(field in line()))).toEqual([]);
    expect(Object.keys(FINDING_CODES)).toContain(line().code);
    const others = [...lines(write => logResource(EXAMINED, SOURCE, write)),
      ...lines(write => logSweep(SWEPT, { name: 'Watch', metricNamespace: 'x', intervalSeconds: 1 }, new Date(), write))];
    expect(others.filter(other => passes(query, other))).toEqual([]);
    expect(others.map(({ code }) => code)).toEqual(Object.keys(WATCH_LOG_CODES));
  });

  test('reads the log group that the provider was given', () => {
    const stack = new Stack(new App(), 'Payments', { env: ENV });
    new PaymentKeyProvider(stack, { logGroup: LogGroup.fromLogGroupName(stack, 'Logs', 'payments') });
    new MultiRegionPaymentKey(stack, 'Cvk', { spec: PaymentKeySpec.cardVerification() });
    const [, , keys, findings] = shown({ stack, watch: new PaymentKeyWatch(stack, 'Watch') });
    expect([keys, findings].map(({ query }) => query.split(' | ')[0])).toEqual(['SOURCE \'payments\'', 'SOURCE \'payments\'']);
  });

  test('may be in another stack, and still asks for what is watched', () => {
    const { stack, watch } = watched();
    const operations = new Stack(stack.node.root, 'Operations', { env: ENV });
    new Dashboard(operations, 'Dashboard').addWidgets(...watch.widgets());
    const { DashboardBody } = only(propertiesOf(operations, 'AWS::CloudWatch::Dashboard'));
    expect(JSON.stringify(DashboardBody)).not.toContain('AWS::StackId"');
    expect(Object.values(Template.fromStack(stack).findOutputs('*')).map(({ Value }) => Value)).toEqual(expect.arrayContaining([{ Ref: 'AWS::StackId' }]));
  });
});
