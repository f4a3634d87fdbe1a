import * as cdk from 'aws-cdk-lib';
import { CfnFunction } from 'aws-cdk-lib/aws-lambda';
import { exampleFiles, readmeExamples, synthesizedApps } from './example-apps';
import { MultiRegionPaymentKey, PaymentKeyProvider, PaymentKeySpec } from '../src';

/** The oldest aws-cdk-lib has none; with the newest, `npm run test:newest` has it on for all these tests, its errors being errors. */
const hasValidation = 'CloudFormationValidatePlugin' in cdk;

function templateWith(wrong: boolean): object {
  const app = new cdk.App();
  const stack = new cdk.Stack(app, 'Payments', { env: { account: '111122223333', region: 'us-east-1' } });
  new MultiRegionPaymentKey(stack, 'Key', { spec: PaymentKeySpec.cardVerification(), replicationRegions: ['us-west-2'] });
  const handler = PaymentKeyProvider.of(stack).handler.node.defaultChild as CfnFunction;
  if (wrong) { handler.addPropertyOverride('Timeout', 'soon'); }
  return app.synth().getStackByName('Payments').template;
}

test('a wrong template is refused where the CDK validates templates', () => {
  expect(templateWith(false)).toBeDefined();
  const refusal = expect(() => templateWith(true));
  if (hasValidation) { refusal.toThrow(/Timeout/); } else { refusal.not.toThrow(); }
});

test.each([...exampleFiles(), ...readmeExamples()])('the templates of $name pass', example => {
  expect(() => synthesizedApps(example)).not.toThrow();
});
