import { CfnRule, Schedule } from 'aws-cdk-lib/aws-events';
import { IRole, PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { IKey } from 'aws-cdk-lib/aws-kms';
import { ILogGroup, LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { INVENTORY_ACCEPTED } from './accepted-findings';
import { ENCRYPTION_ACTIONS, inventoryPermissions, inventoryReasons, Reading } from './permissions';
import { acknowledge, acknowledgeWildcards } from '../private/audit-findings';
import { permissionToLog } from '../private/function-role';

export function inventoryLogGroup(inventory: Construct, retention: RetentionDays = RetentionDays.SIX_MONTHS): ILogGroup {
  const logGroup = new LogGroup(inventory, 'LogGroup', { retention });
  acknowledge(logGroup, INVENTORY_ACCEPTED.ownLogGroup);
  return logGroup;
}

export function inventoryRole(inventory: Construct, reading: Reading, logGroup: ILogGroup): Role {
  const role = new Role(inventory, 'FunctionRole', {
    description: 'Reads which payment keys there are, and writes them down',
    assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    inlinePolicies: {
      Inventory: new PolicyDocument({
        statements: [
          ...inventoryPermissions(reading),
          permissionToLog(logGroup.logGroupArn),
        ],
      }),
    },
  });
  const { defaultChild } = role.node;
  acknowledge(defaultChild!, INVENTORY_ACCEPTED.policyOfOneRole);
  acknowledgeWildcards(defaultChild!, new Map([
    ...inventoryReasons(reading),
    [logGroup.logGroupArn, 'The streams of the one log group that was given with the option logGroup of PaymentKeyInventory.'],
  ]));
  return role;
}

/** What the bucket's KMS key has to allow: its own policy does, or a policy of the role, as the key decides. */
export function allowEncryption(role: IRole, key: IKey): void {
  key.grant(role, ...ENCRYPTION_ACTIONS);
  const policy = role.node.tryFindChild('DefaultPolicy');
  if (policy) { acknowledge(policy, INVENTORY_ACCEPTED.policyOfOneRole); }
}

/** A role that may do one thing. */
export function roleForOne(inventory: Construct, id: string, service: string, description: string, action: string, resource: string): Role {
  const role = new Role(inventory, id, {
    description,
    assumedBy: new ServicePrincipal(`${service}.amazonaws.com`),
    inlinePolicies: { Only: new PolicyDocument({ statements: [new PolicyStatement({ actions: [action], resources: [resource] })] }) },
  });
  acknowledge(role.node.defaultChild!, INVENTORY_ACCEPTED.policyOfOneRole);
  return role;
}

/** Not the target of aws-events-targets, which loads half of aws-cdk-lib into every app. */
export function scheduleRule(inventory: Construct, { expressionString }: Schedule, stateMachineArn: string): CfnRule {
  const role = roleForOne(inventory, 'ScheduleRole', 'events', 'Starts inventories of payment keys', 'states:StartExecution', stateMachineArn);
  return new CfnRule(inventory, 'Schedule', {
    description: 'Starts an inventory of payment keys',
    scheduleExpression: expressionString,
    targets: [{ id: 'Inventory', arn: stateMachineArn, roleArn: role.roleArn }],
  });
}

