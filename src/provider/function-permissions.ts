import { createHash } from 'crypto';
import { CfnPolicy, IRole, PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Lazy, Names, Stack, Token } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { ACCEPTED } from './accepted-findings';
import { OnDemand, permissionOnDemand, reasonsForWildcards } from './permissions';
import { acknowledge, acknowledgeWildcards } from '../private/audit-findings';
import { CHARACTERS_OF_NAMED_BY_STACK, inlinePolicySize } from '../private/inline-policy-size';
import { ReadPermission } from '../private/wrapped-key-store';

/*
 * What the function may do stands in inline policies of its role:
 *
 *   in the role itself          what every stack needs (permissions.ts)
 *   FunctionPolicy              to start executions, and what only certain constructs need: aliases, account defaults, keys of
 *                               others that are known by their ARNs. Every custom resource depends on it
 *   <its construct>/KeyPolicy   a key of others that a template makes. Only the resource that works on that key depends on it,
 *                               since the key may depend on any other resource
 *   <its construct>/MaterialPolicy  to read the one version of a secret or parameter that an imported key comes from. Only that
 *                               key depends on it
 *
 * Constructs come and go, and CloudFormation deletes what is gone only after it has updated everything else: a policy that
 * was updated would no longer allow these deletions. So logical id and name tell which permissions a policy has been asked
 * for: any change is another policy, made before what needs it and deleted after what needed the former.
 */

/** IAM quotas: characters of all inline policies of a role. */
const MOST_CHARACTERS = 10_240;

export class FunctionPermissions {
  readonly functionPolicy: ChangingPolicy;
  private readonly asked = new Map<OnDemand, Set<string>>();
  private readonly policies: ChangingPolicy[] = [];

  constructor(
    private readonly provider: Construct, private readonly role: IRole, private readonly inRole: PolicyDocument, startExecutions: PolicyStatement,
  ) {
    const asked = () => [...this.asked].map(([which, arns]) => [which, ...[...arns].sort()].join(' ')).sort().join('\n');
    this.functionPolicy = this.policy(provider, 'FunctionPolicy', [startExecutions], asked);
    provider.node.addValidation({ validate: () => this.lackOfRoom() });
  }

  /** Allows what constructs need, once, or once for each ARN. No ARN is a token, so that the policy depends on nothing that they are of. */
  allow(which: OnDemand, ...arns: string[]): void {
    const named = this.asked.get(which) ?? new Set();
    arns.forEach(arn => named.add(arn));
    if (this.asked.has(which)) { return; }
    this.asked.set(which, named);
    acknowledgeWildcards(this.functionPolicy, reasonsForWildcards(which));
    this.functionPolicy.document.addStatements(permissionOnDemand(which, Lazy.list({ produce: () => [...named].sort() })));
  }

  /** Allows what one resource needs that works on a key of others. */
  allowFor(resource: Construct, keyArn: string, which: readonly OnDemand[]): void {
    if (!Token.isUnresolved(keyArn)) { return which.forEach(one => this.allow(one, keyArn)); }
    this.policyBeside(resource, 'KeyPolicy', which.map(one => permissionOnDemand(one, [keyArn])), () => [which, Stack.of(resource).resolve(keyArn)]);
  }

  /** Allows one resource to read what its key is imported from. */
  allowReading(resource: Construct, reading: readonly ReadPermission[]): void {
    const statements = reading.map(({ statement }) => statement);
    const policy = this.policyBeside(resource, 'MaterialPolicy', statements, () => Stack.of(resource).resolve(statements.map(one => one.toStatementJson())));
    reading.forEach(({ reasonsForWildcards: reasons }) => { if (reasons) { acknowledgeWildcards(policy, reasons); } });
  }

  /** What only one resource needs, which alone waits for it. */
  private policyBeside(resource: Construct, id: string, statements: PolicyStatement[], asked: () => unknown): ChangingPolicy {
    const policy = this.policy(resource.node.scope!, id, statements, () => JSON.stringify(asked()));
    resource.node.addDependency(policy);
    return policy;
  }

  private policy(scope: Construct, id: string, statements: PolicyStatement[], asked: () => string): ChangingPolicy {
    const policy = new ChangingPolicy(scope, id, this.role, new PolicyDocument({ statements }), asked);
    this.policies.push(policy);
    return policy;
  }

  /** Each may have to stand beside the one that takes its place. */
  private lackOfRoom(): string[] {
    const stack = Stack.of(this.provider);
    const room = MOST_CHARACTERS - inlinePolicySize(stack, this.inRole, CHARACTERS_OF_NAMED_BY_STACK);
    const needed = 2 * this.policies.reduce((sum, { document }) => sum + inlinePolicySize(stack, document), 0);
    return needed <= room ? [] : [`FunctionRoleFull: ${this.provider.node.path}: what the function needs for this stack takes ${needed} of the ${room} characters that the inline `
      + `policies of its role have left (IAM: ${MOST_CHARACTERS} in all), with every policy counted twice, as it is while an update changes it. Each key that is replicated, adopted or imported `
      + 'takes its part: declare some of them in another stack, or name those of this app by their ARNs (MultiRegionPaymentKey.fromKeyArn), which takes less'];
  }
}

/** A policy that is another resource whenever it is asked for something else. */
class ChangingPolicy extends CfnPolicy {
  constructor(scope: Construct, id: string, role: IRole, readonly document: PolicyDocument, asked: () => string) {
    const mark = () => asked() === '' ? '' : createHash('sha256').update(asked()).digest('hex').slice(0, 8);
    super(scope, id, { policyDocument: document, policyName: '-', roles: [role.roleName] });
    const name = Names.uniqueResourceName(this, { maxLength: 100 });
    this.policyName = Lazy.uncachedString({ produce: () => name + mark() });
    const logicalId = this.stack.resolve(this.logicalId);
    this.overrideLogicalId(Lazy.uncachedString({ produce: () => logicalId + mark() }));
    acknowledge(this, ACCEPTED.policyOfOneRole);
  }
}
