import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { App, CfnParameter, Stack } from 'aws-cdk-lib/core';
import { PaymentKeyOperation, SharedPaymentKey, SharedPaymentKeyAttributes } from '../src';

const KEY = 'arn:aws:payment-cryptography:us-east-1:111122223333:key/kwapwa6qaifllw2h';
const ROLE = 'arn:aws:iam::111122223333:role/payments444455556666';
const { VERIFY_CARD_VALIDATION_DATA, GENERATE_CARD_VALIDATION_DATA } = PaymentKeyOperation;
const operations = [VERIFY_CARD_VALIDATION_DATA, GENERATE_CARD_VALIDATION_DATA, VERIFY_CARD_VALIDATION_DATA];

function granted(props: (stack: Stack) => SharedPaymentKeyAttributes) {
  const stack = new Stack(new App(), 'Consumer', { env: { account: '444455556666', region: 'us-west-2' } });
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
  const grant = SharedPaymentKey.fromAttributes(props(stack)).grantUse(role);
  const statements = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy')).flatMap(({ Properties }) => Properties.PolicyDocument.Statement as any[]);
  return { stack, grant, statements: statements.map(({ Action, Resource, Effect }) => ({ Action, Resource, Effect })) };
}
const ON_KEY = { Action: ['payment-cryptography:VerifyCardValidationData', 'payment-cryptography:GenerateCardValidationData'], Resource: KEY, Effect: 'Allow' };
const BY_ROLE = { Action: 'sts:AssumeRole', Resource: ROLE, Effect: 'Allow' };

test.each<[string, SharedPaymentKeyAttributes, object[]]>([
  ['the primary, and the role', { keyArn: KEY, operations, roleArn: ROLE }, [ON_KEY, BY_ROLE]],
  ['the primary', { keyArn: KEY, operations }, [ON_KEY]],
  ['the role', { roleArn: ROLE }, [BY_ROLE]],
])('who uses a shared key is allowed %s, and nothing else, without a warning', (_, props, expected) => {
  const { stack, grant, statements } = granted(() => props);
  expect(statements).toEqual(expected);
  expect(grant.success).toBe(true);
  expect(Annotations.fromStack(stack).findWarning('*', Match.anyValue())).toEqual([]);
});

test('ARNs may come from parameters, as in stack sets', () => {
  const { statements } = granted(stack => ({
    keyArn: new CfnParameter(stack, 'KeyArn').valueAsString, operations, roleArn: new CfnParameter(stack, 'RoleArn').valueAsString,
  }));
  expect(statements).toEqual([{ ...ON_KEY, Resource: { Ref: 'KeyArn' } }, { ...BY_ROLE, Resource: { Ref: 'RoleArn' } }]);
});
