import { Template, Match, Annotations } from 'aws-cdk-lib/assertions';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { App, Aws, NestedStack, Stack } from 'aws-cdk-lib/core';
import { PaymentKeyInventory, PaymentKeyInventoryProps } from '../src';
import { INVENTORY_LOG_CODES } from '../src/inventory/contract/log-codes';
import { inventoryDefinition } from '../src/inventory/state-machine';

const ENV = { account: '111122223333', region: 'us-east-1' };
const MONTHLY = Schedule.cron({ day: '1', hour: '3', minute: '0' });

function declare(props: Partial<PaymentKeyInventoryProps> = {}, env: typeof ENV | undefined = ENV) {
  const stack = new Stack(new App(), 'Payments', { env });
  const bucket = props.bucket ?? Bucket.fromBucketName(stack, 'Evidence', 'evidence');
  const inventory = new PaymentKeyInventory(stack, 'Inventory', { ...props, bucket });
  return { stack, inventory, template: () => Template.fromStack(stack) };
}
const counts = (template: Template) => Object.values(template.toJSON().Resources as Record<string, { Type: string }>)
  .reduce<Record<string, number>>((sum, { Type }) => ({ ...sum, [Type]: (sum[Type] ?? 0) + 1 }), {});

test('an inventory is one function, one state machine, and a rule; no provider, no key, no custom resource', () => {
  const { template, inventory } = declare({ schedule: MONTHLY, regions: ['us-west-2', 'eu-west-1'] });
  expect(counts(template())).toEqual({
    'AWS::Logs::LogGroup': 1, 'AWS::IAM::Role': 3, 'AWS::Lambda::Function': 1, 'AWS::StepFunctions::StateMachine': 1, 'AWS::Events::Rule': 1,
  });
  expect(inventory.regions).toEqual(['us-west-2', 'eu-west-1']);
  expect(inventory.prefix).toBe('payment-key-inventory');
});

test('the rule starts the state machine by a role that may do nothing else', () => {
  const { template, stack, inventory } = declare({ schedule: MONTHLY });
  const arn = stack.resolve(inventory.stateMachine.stateMachineArn);
  const rules = template().findResources('AWS::Events::Rule');
  const [{ Properties: rule }] = Object.values(rules);
  expect(rule).toMatchObject({ ScheduleExpression: 'cron(0 3 1 * ? *)', Targets: [{ Id: 'Inventory', Arn: arn }] });
  const { 'Fn::GetAtt': [roleId] } = rule.Targets[0].RoleArn;
  const { AssumeRolePolicyDocument, Policies } = template().toJSON().Resources[roleId].Properties;
  expect(AssumeRolePolicyDocument.Statement[0].Principal).toEqual({ Service: 'events.amazonaws.com' });
  expect(Policies.map(({ PolicyDocument }: any) => PolicyDocument.Statement)).toEqual([[{ Action: 'states:StartExecution', Effect: 'Allow', Resource: arn }]]);
  expect(stack.resolve(inventory.scheduleRule!.ruleRef.ruleArn)).toEqual({ 'Fn::GetAtt': [Object.keys(rules)[0], 'Arn'] });
});

test('without a schedule there is no rule, and somebody starts it', () => {
  const { template, inventory } = declare();
  expect(counts(template())).not.toHaveProperty('AWS::Events::Rule');
  expect(inventory.scheduleRule).toBeUndefined();
});

test('the function runs as long as Lambda lets it, and knows what it is to read', () => {
  const { template } = declare({ regions: ['us-west-2', 'us-east-1'], prefix: 'audit/keys' });
  template().hasResourceProperties('AWS::Lambda::Function', {
    Timeout: 900,
    MemorySize: 1024,
    Handler: 'index.handler',
    Environment: {
      Variables: {
        BUCKET_NAME: 'evidence', BUCKET_OWNER: '111122223333', PREFIX: 'audit/keys', INVENTORY_REGIONS: 'us-west-2,us-east-1', ACCOUNT_ID: '111122223333', LIBRARY_VERSION: Match.stringLikeRegexp('^\\d+\\.\\d+\\.\\d+'),
      },
    },
  });
});

test('the state machine is the one that the tests run', () => {
  const { template, stack, inventory } = declare();
  const [{ Properties: { DefinitionString } }] = Object.values(template().findResources('AWS::StepFunctions::StateMachine'));
  const arn = stack.resolve(inventory.handler.functionArn);
  expect(DefinitionString).toEqual(stack.resolve(stack.toJsonString(inventoryDefinition(inventory.handler.functionArn))));
  expect(JSON.stringify(DefinitionString)).toContain(JSON.stringify(arn));
});

test('without Regions, that of the stack is read, whichever it is', () => {
  expect(declare().inventory.regions).toEqual(['us-east-1']);
  const anywhere = declare({}, {} as never);
  expect(anywhere.stack.resolve(anywhere.inventory.regions)).toEqual([{ Ref: 'AWS::Region' }]);
  expect(anywhere.stack.resolve(declare({ regions: [Aws.REGION, 'us-west-2'] }).inventory.regions)).toEqual(['us-east-1', 'us-west-2']);
  anywhere.template().hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { INVENTORY_REGIONS: { Ref: 'AWS::Region' } } } });
});

test('a Region that this version does not know is warned of, and read', () => {
  const { stack, inventory } = declare({ regions: ['eu-south-1'] });
  expect(inventory.regions).toEqual(['eu-south-1']);
  const [warning, ...others] = Annotations.fromStack(stack).findWarning('*', Match.anyValue());
  expect(others).toEqual([]);
  expect(String(warning.entry.data)).toContain('unknownRegion-eu-south-1');
});

describe('the log', () => {
  test('is a group of its own, kept for six months', () => {
    declare().template().hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 180 });
    declare({ logRetention: RetentionDays.TEN_YEARS }).template().hasResourceProperties('AWS::Logs::LogGroup', { RetentionInDays: 3653 });
  });

  test('can be a group that is given', () => {
    const { stack } = declare();
    const logGroup = new LogGroup(stack, 'Given');
    const inventory = new PaymentKeyInventory(stack, 'Other', { bucket: Bucket.fromBucketName(stack, 'Second', 'second'), logGroup });
    expect(inventory.logGroup).toBe(logGroup);
    Template.fromStack(stack).resourceCountIs('AWS::Logs::LogGroup', 2);
  });
});

describe('a bucket', () => {
  test('with a KMS key of the same stack lets its key allow the function', () => {
    const stack = new Stack(new App(), 'Payments', { env: ENV });
    const encryptionKey = new Key(stack, 'Key');
    new PaymentKeyInventory(stack, 'Inventory', { bucket: new Bucket(stack, 'Bucket', { encryptionKey }) });
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: { Statement: [{ Action: ['kms:GenerateDataKey', 'kms:Decrypt'], Effect: 'Allow', Resource: stack.resolve(encryptionKey.keyArn) }] },
    });
  });

  test('with a KMS key of another stack makes no circle between the stacks', () => {
    const app = new App();
    const evidence = new Stack(app, 'Evidence', { env: ENV });
    const bucket = new Bucket(evidence, 'Bucket', { encryptionKey: new Key(evidence, 'Key') });
    const stack = new Stack(app, 'Payments', { env: ENV });
    new PaymentKeyInventory(stack, 'Inventory', { bucket });
    expect(() => app.synth()).not.toThrow();
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', { PolicyDocument: { Statement: [Match.objectLike({ Action: ['kms:GenerateDataKey', 'kms:Decrypt'] })] } });
  });

  test('in another account is written to there, and in no other', () => {
    const { stack } = declare();
    const bucket = Bucket.fromBucketAttributes(stack, 'Elsewhere', { bucketName: 'elsewhere', account: '444455556666' });
    new PaymentKeyInventory(stack, 'Other', { bucket });
    Template.fromStack(stack).hasResourceProperties('AWS::Lambda::Function', { Environment: { Variables: { BUCKET_NAME: 'elsewhere', BUCKET_OWNER: '444455556666' } } });
  });

  test('without one needs no policy besides', () => {
    declare().template().resourceCountIs('AWS::IAM::Policy', 0);
  });
});

describe('metrics', () => {
  test.each([
    ['metricKeys', 'Keys', '$.keys'],
    ['metricKeysDeclaredByNobody', 'KeysDeclaredByNobody', '$.declaredByNobody'],
    ['metricRetainedKeysWithoutStack', 'RetainedKeysWithoutStack', '$.retainedKeysWithoutStack'],
  ] as const)('%s is what the last line of an inventory says', (method, metricName, metricValue) => {
    const { inventory, stack, template } = declare();
    inventory[method]().createAlarm(stack, 'Alarm', { threshold: 1, evaluationPeriods: 1 });
    inventory[method]({ label: 'again' });
    const [{ Properties: alarm }] = Object.values(template().findResources('AWS::CloudWatch::Alarm'));
    const [{ Properties: filter }, ...others] = Object.values(template().findResources('AWS::Logs::MetricFilter'));
    expect(others).toEqual([]);
    expect(filter.FilterPattern).toBe('{ $.code = "INVENTORY_COMPLETED" }');
    expect(Object.keys(INVENTORY_LOG_CODES)).toContain('INVENTORY_COMPLETED');
    const transformation = { MetricNamespace: 'PaymentKeys/Payments/Inventory', MetricName: metricName, MetricValue: metricValue, Unit: 'Count' };
    expect(filter.MetricTransformations).toEqual([transformation]);
    expect(alarm).toMatchObject({ Namespace: transformation.MetricNamespace, MetricName: metricName, Statistic: 'Maximum', Unit: 'Count' });
  });

  test('of two inventories in a stack are told apart', () => {
    const { stack, inventory } = declare();
    const nested = new PaymentKeyInventory(new NestedStack(stack, 'Nested'), 'Inventory', { bucket: Bucket.fromBucketName(stack, 'Second', 'second') });
    const other = new PaymentKeyInventory(stack, 'In ventory', { bucket: Bucket.fromBucketName(stack, 'Third', 'third') });
    const namespaces = [inventory, nested, other].map(one => JSON.stringify(stack.resolve(one.metricKeys().namespace)));
    expect(new Set(namespaces).size).toBe(3);
    expect(namespaces[2]).toBe('"PaymentKeys/Payments/In-ventory"');
  });
});

describe('rules for its end', () => {
  test.each([
    ['onCompleted', ['SUCCEEDED']],
    ['onFailed', ['FAILED', 'TIMED_OUT', 'ABORTED']],
  ] as const)('%s is for executions that are %j', (method, status) => {
    const { inventory, stack, template } = declare();
    const target = { bind: () => ({ id: '', arn: 'arn:aws:sns:us-east-1:111122223333:auditors' }) };
    inventory[method]('Rule', { target, description: 'Tell the auditors' });
    template().hasResourceProperties('AWS::Events::Rule', {
      Description: 'Tell the auditors',
      EventPattern: {
        'source': ['aws.states'],
        'detail-type': ['Step Functions Execution Status Change'],
        'detail': { status: [...status], stateMachineArn: [stack.resolve(inventory.stateMachine.stateMachineArn)] },
      },
      Targets: [Match.objectLike({ Arn: 'arn:aws:sns:us-east-1:111122223333:auditors' })],
    });
  });
});

describe('mistakes', () => {
  const errorOf = (props: any) => {
    try { declare(props); } catch (error) { return error as Error; }
    throw new Error('nothing was thrown');
  };

  test.each<[string, object, string, ...string[]]>([
    ['no Regions', { regions: [] }, 'NoRegions', 'regions names none'],
    ['a Region twice', { regions: ['us-west-2', 'us-west-2'] }, 'DuplicateRegion', "'us-west-2' is listed twice"],
    ['the own Region twice', { regions: [Aws.REGION, 'us-east-1'] }, 'DuplicateRegion', "'us-east-1' is listed twice"],
    ['a place instead of a Region', { regions: ['Ireland'] }, 'InvalidRegion', "Did you mean 'eu-west-1'?"],
    ['a prefix that is a pattern', { prefix: '*' }, 'InvalidInventoryPrefix', "'*' cannot be the prefix", "for example 'payment-key-inventory'"],
    ['a prefix with a slash at its end', { prefix: 'audit/' }, 'InvalidInventoryPrefix', 'without a slash at the end'],
    ['a prefix with an empty part', { prefix: 'audit//keys' }, 'InvalidInventoryPrefix', 'single slashes'],
    ['a prefix with a slash at its beginning', { prefix: '/audit' }, 'InvalidInventoryPrefix', 'beginning with a letter or digit'],
    ['an empty prefix', { prefix: '' }, 'InvalidInventoryPrefix', "''"],
    ['a prefix that is too long', { prefix: 'a'.repeat(201) }, 'InvalidInventoryPrefix', '1 to 200'],
    ['a variable of IAM in the prefix', { prefix: 'a/${aws:username}' }, 'InvalidInventoryPrefix', 'letters, digits'],
    ['a Python runtime', { runtime: Runtime.PYTHON_3_12 }, 'UnsupportedRuntime', 'python3.12'],
    ['a name instead of a bucket', { bucket: 'evidence' }, 'InvalidProperty', 'bucket must be a Bucket', "'evidence'"],
    ['an expression instead of a schedule', { schedule: 'cron(0 3 1 * ? *)' }, 'InvalidProperty', 'schedule must be a Schedule of aws-cdk-lib/aws-events'],
    ['a Region instead of a list', { regions: 'us-west-2' }, 'InvalidProperty', 'regions must be a list of strings'],
  ])('%s', (_, props, name, ...says) => {
    const error = errorOf(props);
    expect(error.name).toBe(name);
    for (const part of [`${name}: Payments/Inventory`, ...says]) { expect(error.message).toContain(part); }
  });

  test('nothing at all in place of the properties, the bucket or an id', () => {
    const { stack, inventory } = declare();
    expect(() => new (PaymentKeyInventory as any)(stack, 'Another')).toThrow('InvalidProperty: Payments/Another: props must be an object');
    expect(() => new (PaymentKeyInventory as any)(stack, 'Other', {})).toThrow('InvalidProperty: Payments/Other: bucket must be a Bucket, but is undefined');
    expect(() => new (PaymentKeyInventory as any)(stack, '', {})).toThrow('InvalidProperty: PaymentKeyInventory in Payments: id must be');
    expect(() => inventory.onFailed('')).toThrow('InvalidProperty');
    expect(() => inventory.onFailed('Rule', { target: 'topic' } as any)).toThrow('InvalidProperty: Payments/Inventory: target must be a target of a rule');
  });
});
