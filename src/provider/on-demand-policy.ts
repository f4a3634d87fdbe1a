import { createHash } from 'crypto';
import { CfnManagedPolicy, IRole, ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import { Lazy, Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { OnDemand, permissionOnDemand, reasonsForWildcards } from './permissions';
import { acknowledgeWildcards } from '../private/audit-findings';

/**
 * What the function may do only because of certain constructs. They come and go, and CloudFormation deletes what is gone
 * only after it has updated everything else: a policy that was updated would no longer allow these deletions. So the logical
 * id tells what the policy says: any change is another policy, made before what needs it and deleted after what needed the
 * former.
 *
 * Meanwhile both are there, for which a role's inline policies have no room (IAM quotas: 10,240 characters of inline policies
 * in a role, 6,144 in a managed policy). Nor may the two share a name, as inline policies would whose name is resolved before
 * references between stacks are.
 */
export class OnDemandPolicy extends ManagedPolicy {
  private readonly allowed = new Map<OnDemand, Set<string>>();

  constructor(scope: Construct, id: string, role: IRole) {
    super(scope, id, { roles: [role] });
    const resource = this.node.defaultChild as CfnManagedPolicy;
    const stack = Stack.of(this);
    const logicalId = stack.resolve(resource.logicalId);
    resource.overrideLogicalId(Lazy.uncachedString({
      produce: () => logicalId + createHash('sha256').update(JSON.stringify(stack.resolve(this.document))).digest('hex').slice(0, 8),
    }));
  }

  /** Once, or once for each ARN. */
  public allow(which: OnDemand, ...arns: string[]): void {
    const named = this.allowed.get(which) ?? new Set();
    arns.forEach(arn => named.add(arn));
    if (this.allowed.has(which)) { return; }
    this.allowed.set(which, named);
    acknowledgeWildcards(this, reasonsForWildcards(which));
    this.addStatements(permissionOnDemand(which, Lazy.list({ produce: () => [...named] })));
  }
}
