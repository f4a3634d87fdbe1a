import { createHash } from 'crypto';
import { Role } from 'aws-cdk-lib/aws-iam';
import { Names, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { acknowledge } from './audit-findings';
import { PaymentKeyError } from './errors';
import { ShareablePrincipal } from './shareable-principal';

const ACCEPTED = {
  'PCI.DSS.321-IAMNoInlinePolicy': 'The policy belongs to one role, which is made and deleted with it, for one principal of another account. It names each key that '
    + 'is shared with that principal, and the operations.',
};

/**
 * The role by which one principal uses the keys of a stack that are shared with it. One for all keys: a request may use two keys, such as
 * VerifyPinData, and a session has one role. Its place and logical id follow from the principal alone, not from the key that came first:
 * another logical id would be another role, whose ARN nobody has been told.
 */
export class ConsumerRole extends Construct {
  /**
   * The role of a principal in a stack, made when there is none yet.
   *
   * @throws InvalidExternalId
   */
  public static of(path: string, stack: Stack, principal: ShareablePrincipal, externalId: string | undefined): ConsumerRole {
    const id = `PaymentKeyConsumer-${principal.id}`;
    const there = stack.node.tryFindChild(id) as ConsumerRole | undefined;
    if (there && there.externalId !== externalId) {
      const told = (text: string | undefined) => text === undefined ? 'none' : `'${text}'`;
      throw new PaymentKeyError('InvalidExternalId', `${path}: externalId is ${told(externalId)}, but ${told(there.externalId)} where another key was shared with ${principal.name}, `
        + 'which uses all of them by one role. Give the same everywhere');
    }
    return there ?? new ConsumerRole(stack, id, principal, externalId);
  }

  readonly role: Role;

  private constructor(stack: Stack, id: string, { principal }: ShareablePrincipal, private readonly externalId: string | undefined) {
    super(stack, id);
    this.role = new Role(this, 'Role', {
      description: 'Uses the payment keys that this stack shares with a principal of another account',
      roleName: nameOf(this, id),
      assumedBy: principal,
      externalIds: externalId === undefined ? undefined : [externalId],
    });
    acknowledge(this.role, ACCEPTED);
  }
}

/**
 * A name that follows from the stack, its Region and the principal. The other account writes the ARN of the role into its own policies,
 * so it stays the same when the role goes with the last replica, and comes back with the next; and stacks of any account and stage of the
 * app can write it. CloudFormation's own names are random. A stack without a known Region gets such a name all the same.
 */
function nameOf(role: Construct, id: string): string | undefined {
  const stack = outermost(Stack.of(role));
  if (Token.isUnresolved(stack.region)) { return undefined; }
  const place = createHash('sha256').update(JSON.stringify([stack.stackName, stack.region, Names.nodeUniqueId(role.node)])).digest('hex').slice(0, 8);
  return `${id}-${place}`;
}

const outermost = (stack: Stack): Stack => stack.nestedStackParent ? outermost(stack.nestedStackParent) : stack;
