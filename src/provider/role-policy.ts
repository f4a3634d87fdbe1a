import { CfnPolicy, IRole, PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { Aws, Fn, Names } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ACCEPTED } from './accepted-findings';
import { acknowledge } from '../private/audit-findings';

/** Of a policy's name; 128 are allowed, and a mark may follow. */
const MOST_CHARACTERS_OF_NAME = 100;
const CHARACTERS_OF_UUID = 36;

/** One of a provider's roles. */
export interface ProviderRole {
  /** `own` is made by the provider, `given` by the user, and `fixed` too, but policies of this stack must not be attached to it. */
  readonly kind: 'own' | 'given' | 'fixed';
  readonly role: IRole;
}

/**
 * An inline policy of one of a provider's roles. That of a fixed role is not rendered; what it says is required of somebody else.
 *
 * A role of the user's may serve several stacks, also in several Regions, and two inline policies of one name would overwrite each
 * other. So the names in such a role hold the id of the stack.
 */
export class RolePolicy extends CfnPolicy {
  private readonly rendered: boolean;

  constructor(scope: Construct, id: string, { kind, role }: ProviderRole, readonly document: PolicyDocument) {
    super(scope, id, { policyDocument: document, policyName: '-', roles: [role.roleName] });
    this.rendered = kind !== 'fixed';
    this.policyName = kind === 'own'
      ? Names.uniqueResourceName(this, { maxLength: MOST_CHARACTERS_OF_NAME })
      : `${Names.uniqueResourceName(this, { maxLength: MOST_CHARACTERS_OF_NAME - CHARACTERS_OF_UUID })}${uuidOfStack()}`;
    acknowledge(this, kind === 'own' ? ACCEPTED.policyOfOneRole : ACCEPTED.policyOfGivenRole);
  }

  protected override shouldSynthesize(): boolean {
    return this.rendered;
  }
}

/** The last part of arn:aws:cloudformation:us-east-1:111122223333:stack/payments/6f1d…. */
function uuidOfStack(): string {
  return Fn.select(2, Fn.split('/', Aws.STACK_ID));
}
