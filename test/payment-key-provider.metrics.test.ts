import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { SubnetType, Vpc } from 'aws-cdk-lib/aws-ec2';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { App, Stack } from 'aws-cdk-lib/core';
import { KeyReplication, MultiRegionPaymentKey, PaymentKeyProvider, PaymentKeyProviderProps, PaymentKeySpec } from '../src';
import { LOG_CODES } from '../src/provider/contract/log-codes';
import { ErrorCode, jsonLog } from '../src/provider/handler/request/log';

const stackIn = (region: string | undefined = 'us-east-1') => new Stack(new App(), 'Payments', { env: { account: '111122223333', region } });
const warnings = (stack: Stack) => Annotations.fromStack(stack).findWarning('*', Match.anyValue()).map(({ entry }) => String(entry.data));

/** CloudWatch Logs: whether a metric filter counts a line. Only what these filters use: equal strings, joined by "or". */
function counts(pattern: string, written: string): boolean {
  const alternatives = [...pattern.matchAll(/\$\.(\w+) = "([^"]*)"/g)];
  expect(pattern.replace(/\$\.\w+ = "[^"]*"/g, '').replace(/[{}()|\s]/g, '')).toBe('');
  const fields = JSON.parse(written);
  return alternatives.some(([, field, value]) => fields[field] === value);
}

/** What the function writes, as it writes it. */
function line(code: string): string {
  const lines: string[] = [];
  const log = jsonLog(text => lines.push(text));
  if (code === 'THROTTLED') { log.info('a message', { logicalId: 'Cvk' }, code); } else { log.error(code as ErrorCode, 'a message', { logicalId: 'Cvk' }); }
  return lines[0];
}

describe.each([
  ['metricLeftBehind', ['LEFT_BEHIND']],
  ['metricFailures', ['REQUEST_FAILED', 'EVENT_REFUSED', 'EXECUTION_FAILED']],
  ['metricThrottles', ['THROTTLED']],
] as const)('%s', (method, codes) => {
  function alarm(props: PaymentKeyProviderProps = {}, stack = stackIn()) {
    const provider = new PaymentKeyProvider(stack, props);
    provider[method]().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
    provider[method]({ label: 'again' });
    const template = Template.fromStack(stack);
    const [{ Properties: rendered }] = Object.values(template.findResources('AWS::CloudWatch::Alarm'));
    const filters = Object.values(template.findResources('AWS::Logs::MetricFilter')).map(({ Properties }) => Properties);
    return { rendered, filters, template };
  }

  test('an alarm watches what the filter publishes', () => {
    const { rendered, filters: [{ MetricTransformations: [published], FilterPattern }, ...others] } = alarm();
    expect(others).toEqual([]);
    expect([rendered.Namespace, rendered.MetricName, rendered.Dimensions]).toEqual([
      published.MetricNamespace, published.MetricName, published.Dimensions,
    ]);
    // CloudWatch keeps data points of each unit apart.
    expect(rendered.Unit).toBe(published.Unit);
    expect([rendered.Statistic, rendered.Threshold, published.MetricValue]).toEqual(['Sum', 1, '1']);
    expect(Object.keys(LOG_CODES).filter(code => counts(FilterPattern, line(code)))).toEqual(expect.arrayContaining([...codes]));
    expect(Object.keys(LOG_CODES).filter(code => counts(FilterPattern, line(code)))).toHaveLength(codes.length);
  });

  test('it reads the log group that was given', () => {
    const stack = stackIn();
    const { filters: [{ LogGroupName }] } = alarm({ logGroup: LogGroup.fromLogGroupName(stack, 'Logs', 'payments') }, stack);
    expect(LogGroupName).toBe('payments');
  });

  test('stacks do not count for each other, and one that asks for no metric has no filter', () => {
    const app = new App();
    const namespaces = ['A', 'B'].map(id => PaymentKeyProvider.of(new Stack(app, id))[method]().namespace);
    expect(new Set(namespaces).size).toBe(2);
    const stack = stackIn();
    PaymentKeyProvider.of(stack);
    Template.fromStack(stack).resourceCountIs('AWS::Logs::MetricFilter', 0);
  });
});

test('every code that the function writes stands in the table', () => {
  const table: Record<ErrorCode, string> = LOG_CODES;
  expect(Object.values(table).filter(meaning => meaning.length < 20)).toEqual([]);
});

describe('a proxy', () => {
  test.each<[string, Runtime | undefined, Record<string, string>, boolean]>([
    ['is ignored on Node.js 20', Runtime.NODEJS_20_X, { HTTPS_PROXY: 'http://p:3128' }, true],
    ['in small letters is ignored as well', Runtime.NODEJS_20_X, { https_proxy: 'http://p:3128' }, true],
    ['is obeyed on Node.js 22', Runtime.NODEJS_22_X, { HTTPS_PROXY: 'http://p:3128' }, false],
    ['is obeyed on the newest', undefined, { HTTPS_PROXY: 'http://p:3128' }, false],
    ['that is not named needs nothing', Runtime.NODEJS_20_X, { NO_PROXY: '*' }, false],
  ])('%s', (_, runtime, environment, expected) => {
    const stack = stackIn();
    new PaymentKeyProvider(stack, { runtime, environment });
    expect(warnings(stack).some(text => text.includes('proxyIgnored'))).toBe(expected);
  });
});

describe('isolated subnets', () => {
  const isolatedVpc = (stack: Stack) => new Vpc(stack, 'Vpc', {
    natGateways: 0, subnetConfiguration: [{ name: 'isolated', subnetType: SubnetType.PRIVATE_ISOLATED }],
  });
  const declare = (regions: string[], props: (stack: Stack) => PaymentKeyProviderProps) => {
    const stack = stackIn();
    new PaymentKeyProvider(stack, props(stack));
    return { stack, key: new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: regions }) };
  };
  const isolated = (stack: Stack) => ({ vpc: isolatedVpc(stack), vpcSubnets: { subnetType: SubnetType.PRIVATE_ISOLATED } });

  test('and replication Regions draw a warning, one for each Region', () => {
    const { stack, key } = declare(['us-west-2', 'eu-west-1'], isolated);
    key.addAlias('alias/a');
    new KeyReplication(stack, 'Replication', {
      key: MultiRegionPaymentKey.fromKeyAttributes(stack, 'Foreign', { keyId: 'kwapwa6qaifllw2h' }), replicationRegions: ['us-west-2'],
    });
    const found = warnings(stack).filter(text => text.includes('isolatedSubnets'));
    expect(found.map(text => /control plane in ([\w-]+)/.exec(text)![1]).sort()).toEqual(['eu-west-1', 'us-west-2']);
  });

  test.each<[string, string[], (stack: Stack) => PaymentKeyProviderProps]>([
    ['without replication Regions', [], isolated],
    ['beside a proxy', ['us-west-2'], stack => ({ ...isolated(stack), environment: { HTTPS_PROXY: 'http://p:3128' } })],
    ['that are not chosen', ['us-west-2'], stack => ({ vpc: new Vpc(stack, 'Vpc') })],
  ])('%s draw none', (_, regions, props) => {
    expect(warnings(declare(regions, props).stack).filter(text => text.includes('isolatedSubnets'))).toEqual([]);
  });
});
