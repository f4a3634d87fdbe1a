/** A test on an account: its stacks, and what the service must answer afterwards, Region by Region. */
import { ExpectedResult, IntegTest, Match } from '@aws-cdk/integ-tests-alpha';
import { App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { PaymentKeyProvider } from '../../src';

/** Not the newest: snapshots are to change only with what is declared. */
const RUNTIME = Runtime.NODEJS_22_X;

/** In the environment of an app that declares what is deployed first, to be updated by the test itself. */
export const BEFORE = 'INTEG_BEFORE';

export interface Look {
  /** Default: the Region of the stacks. */
  readonly region?: string;
  /** Of those that every release of the SDK knows as they are: the runtime of the function brings its own. */
  readonly operation: typeof OPERATIONS[number];
  readonly input: Readonly<Record<string, string>>;
  /** At least this. `{ refused: 'ResourceNotFoundException' }` is a refusal; only with `region`. */
  readonly answer: Readonly<Record<string, unknown>>;
  /** Whether the answer may take its time. */
  readonly eventually?: boolean;
}
const OPERATIONS = ['GetKey', 'GetAlias', 'ListTagsForResource'] as const;

export interface Expectation {
  /** In the order in which they are deployed. */
  readonly stacks: Stack[];
  readonly looks: readonly Look[];
  /** Whether the stacks are first deployed as the app declares them with BEFORE. */
  readonly updates?: boolean;
}

/** An AwsApiCall asks its own Region only, and a refusal fails its deployment, so other Regions are asked by this. */
const ASK = `
const sdk = require('@aws-sdk/client-payment-cryptography');
exports.handler = async ({ region, operation, input }) => {
  const client = new sdk.PaymentCryptographyClient({ region });
  try {
    const { $metadata, ...answer } = await client.send(new sdk[operation + 'Command'](input));
    return answer;
  } catch (error) {
    return { refused: error.name };
  }
};`;

export class AccountTest {
  readonly app = new App({ analyticsReporting: false, treeMetadata: false });
  readonly isBefore = process.env[BEFORE] !== undefined;
  private readonly assertionStack: Stack;

  constructor(private readonly name: string) {
    this.assertionStack = new Stack(this.app, `${name}-assertions`);
  }

  /** In whatever account and Region the test is run. */
  stack(): Stack {
    const stack = new Stack(this.app, this.name);
    new PaymentKeyProvider(stack, { runtime: RUNTIME });
    return stack;
  }

  /** Only once, when everything is declared. */
  expect({ stacks, looks, updates = false }: Expectation): void {
    const { assertions } = new IntegTest(this.app, 'Test', {
      testCases: stacks,
      assertionStack: this.assertionStack,
      hooks: updates ? { preDeploy: [`node --import tsx deploy-before.ts ${this.name}`] } : undefined,
      // It deploys the snapshot, which holds no assets.
      stackUpdateWorkflow: false,
    });
    const functionName = this.askingFunction();
    for (const { region, operation, input, answer, eventually } of looks) {
      const call = region === undefined
        ? assertions.awsApiCall('payment-cryptography', operation, input).expect(ExpectedResult.objectLike(answer))
        : assertions.invokeFunction({ functionName, payload: JSON.stringify({ region, operation, input }) })
          .expect(ExpectedResult.objectLike({ Payload: Match.serializedJson(Match.objectLike(answer)) }));
      if (eventually) { call.waitForAssertions({ interval: Duration.seconds(15), backoffRate: 1, totalTimeout: Duration.minutes(10) }); }
    }
    this.app.synth();
  }

  private askingFunction(): string {
    const ask = new Function(this.assertionStack, 'Ask', {
      runtime: RUNTIME,
      handler: 'index.handler',
      code: Code.fromInline(ASK),
      timeout: Duration.minutes(1),
      logGroup: new LogGroup(this.assertionStack, 'AskLog', { retention: RetentionDays.ONE_DAY, removalPolicy: RemovalPolicy.DESTROY }),
    });
    ask.addToRolePolicy(new PolicyStatement({ actions: OPERATIONS.map(operation => `payment-cryptography:${operation}`), resources: ['*'] }));
    return ask.functionName;
  }
}
