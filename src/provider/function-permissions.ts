import { createHash } from 'crypto';
import { PolicyDocument, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Intrinsic, Lazy, Stack, Token, Tokenization } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import { OnDemand, permissionOnDemand, permissionToRead, reasonsForWildcardsOf, reasonToReadAny } from './permissions';
import { ProviderRole, RolePolicy } from './role-policy';
import { acknowledgeWildcards } from '../private/audit-findings';
import { CHARACTERS_OF_NAMED_BY_STACK, inlinePolicySize } from '../private/inline-policy-size';
import { ReadKind, ReadPermission } from '../private/wrapped-key-store';

/*
 * What the function may do stands in inline policies of its role:
 *
 *   in the role itself          what every stack needs (permissions.ts); in a role of the user's, AlwaysPolicy
 *   FunctionPolicy              to start executions, and what only certain constructs need: aliases, account defaults, keys of
 *                               others that are known by their ARNs. Every custom resource depends on it
 *   <its construct>/KeyPolicy   a key of others that a template makes. Only the resource that works on that key depends on it,
 *                               since the key may depend on any other resource
 *   ReadingPolicy               to read the wrapped keys of imported keys, as far as no template makes what it names. Imported
 *                               keys depend on it
 *   <its construct>/MaterialPolicy  to read the wrapped key of one imported key, where a template makes the secret, its KMS key or
 *                               the id of its version. Only that imported key depends on it
 *
 * Constructs come and go, and CloudFormation deletes what is gone only after it has updated everything else: a policy that
 * was updated would no longer allow these deletions. So logical id and name tell which permissions a policy has been asked
 * for: any change is another policy, made before what needs it and deleted after what needed the former.
 *
 * ReadingPolicy alone is updated in place. A wrapped key is read when its key is created and never again, so no deletion needs
 * what an update takes out of this policy. It never stands twice in the role, and so has room for twice as many wrapped keys. It
 * depends on FunctionPolicy: an update whose two FunctionPolicies find no room beside it fails before it is touched, and the
 * rollback does not have to make it longer again. A rollback reads once more only if it makes another key, because somebody
 * deleted the one that was replaced: the key depends on this policy, which is put back by then, and AccessDenied counts as final
 * only after two minutes.
 */

/** IAM quotas: characters of all inline policies of a role. */
const MOST_CHARACTERS = 10_240;

/** Of all wrapped keys of a kind that no template makes. By what they resolve to, since the same ARN may be several tokens. */
interface Gathered {
  readonly resources: Map<string, string>;
  /** Of the condition. */
  readonly values: Set<string>;
}

export class FunctionPermissions {
  readonly functionPolicy: ChangingPolicy;
  private readonly asked = new Map<OnDemand, Set<string>>();
  private readonly gathered = new Map<ReadKind, Gathered>();
  private readingPolicy?: RolePolicy;
  private readonly policies: ChangingPolicy[] = [];

  /** @param always what stands in the role itself, or in a policy of its own in a role of the user's */
  constructor(
    private readonly provider: Construct, private readonly role: ProviderRole, private readonly always: PolicyDocument, executions: PolicyStatement[],
  ) {
    const asked = () => [...this.asked].map(([which, arns]) => [which, ...[...arns].sort()].join(' ')).sort().join('\n');
    this.functionPolicy = this.policy(provider, 'FunctionPolicy', executions, asked);
    // What a fixed role has room for is up to whoever changes it.
    if (role.kind !== 'fixed') { provider.node.addValidation({ validate: () => this.lackOfRoom() }); }
  }

  /** Everything that the function may do by now: more may still be declared. */
  get documents(): PolicyDocument[] {
    return [this.always, ...[...this.policies, ...this.readingPolicy ? [this.readingPolicy] : []].map(({ document }) => document)];
  }

  /** Allows what constructs need, once, or once for each ARN. No ARN is a token, so that the policy depends on nothing that they are of. */
  allow(which: OnDemand, ...arns: string[]): void {
    const named = this.asked.get(which) ?? new Set();
    arns.forEach(arn => named.add(arn));
    if (this.asked.has(which)) { return; }
    this.asked.set(which, named);
    acknowledgeWildcards(this.functionPolicy, reasonsForWildcardsOf(which));
    this.functionPolicy.document.addStatements(permissionOnDemand(which, Lazy.list({ produce: () => [...named].sort() })));
  }

  allows(which: OnDemand): boolean {
    return this.asked.has(which);
  }

  /** Allows what one resource needs that works on a key of others. */
  allowFor(resource: Construct, keyArn: string, which: readonly OnDemand[]): void {
    if (!Token.isUnresolved(keyArn)) { return which.forEach(one => this.allow(one, keyArn)); }
    this.policyBeside(resource, 'KeyPolicy', which.map(one => permissionOnDemand(one, [keyArn])), () => [which, Stack.of(resource).resolve(keyArn)]);
  }

  /** Allows what the import of one key reads. */
  allowReading(resource: Construct, reading: readonly ReadPermission[]): void {
    const stack = Stack.of(resource);
    const isOfNoTemplate = ({ resource: arn, only = '' }: ReadPermission) => namesNoResource(stack, arn) && !Token.isUnresolved(only);
    const ofNoTemplate = reading.filter(isOfNoTemplate);
    if (ofNoTemplate.length > 0) {
      this.readingPolicy ??= this.policyOfReading();
      for (const permission of ofNoTemplate) { this.gather(permission, this.readingPolicy); }
      resource.node.addDependency(this.readingPolicy);
    }
    const ofTemplate = reading.filter(permission => !isOfNoTemplate(permission));
    if (ofTemplate.length > 0) {
      const statements = ofTemplate.map(({ kind, resource: arn, only }) => permissionToRead(kind, stack.region, [arn], only));
      const policy = this.policyBeside(resource, 'MaterialPolicy', statements, () => stack.resolve(statements.map(one => one.toStatementJson())));
      ofTemplate.forEach(permission => acknowledgeReading(policy, permission));
    }
  }

  private policyOfReading(): RolePolicy {
    const policy = new RolePolicy(this.provider, 'ReadingPolicy', this.role, new PolicyDocument());
    policy.addDependency(this.functionPolicy);
    return policy;
  }

  /** In one statement for each kind, once for each ARN and each value of the condition. */
  private gather(permission: ReadPermission, policy: RolePolicy): void {
    const { kind, resource, only } = permission;
    const stack = Stack.of(policy);
    const resolved = JSON.stringify(stack.resolve(resource));
    const there = this.gathered.get(kind);
    const { resources, values } = there ?? { resources: new Map<string, string>(), values: new Set<string>() };
    if (!resources.has(resolved)) { acknowledgeReading(policy, permission); }
    resources.set(resolved, resource);
    if (only !== undefined) { values.add(only); }
    if (there) { return; }
    this.gathered.set(kind, { resources, values });
    const arns = () => [...resources].sort(([one], [other]) => one < other ? -1 : 1).map(([, arn]) => arn);
    const narrowedTo = () => [...values].sort();
    policy.document.addStatements(permissionToRead(kind, stack.region, Lazy.list({ produce: arns }), Lazy.list({ produce: narrowedTo })));
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

  /** Each but the one that is updated in place may have to stand beside the one that takes its place. */
  private lackOfRoom(): string[] {
    const stack = Stack.of(this.provider);
    const room = MOST_CHARACTERS - inlinePolicySize(stack, this.always, CHARACTERS_OF_NAMED_BY_STACK);
    const changing = this.policies.reduce((sum, { document }) => sum + inlinePolicySize(stack, document), 0);
    const needed = 2 * changing + (this.readingPolicy ? inlinePolicySize(stack, this.readingPolicy.document) : 0);
    return needed <= room ? [] : [`FunctionRoleFull: ${this.provider.node.path}: what the function needs for this stack takes ${needed} of the ${room} characters that the inline `
      + `policies of its role have left (IAM: ${MOST_CHARACTERS} in all), with each policy counted twice that an update makes anew. Each key that is replicated, adopted or imported `
      + 'takes its part: declare some of them in another stack, or name those of this app by their ARNs (MultiRegionPaymentKey.fromKeyArn), which takes less'];
  }
}

/** Whether it refers to nothing that a template makes or is given; what AWS fills in by itself (AWS::Partition) may be in it. */
function namesNoResource(stack: Stack, arn: string): boolean {
  // A lazy token is not resolved here: what it says may change until the template is made.
  return Tokenization.reverseString(arn).tokens.every(token => token instanceof Intrinsic && /^AWS::/.test(stack.resolve(token).Ref));
}

function acknowledgeReading(policy: RolePolicy, { kind, resource }: ReadPermission): void {
  const reason = reasonToReadAny(kind);
  if (reason !== undefined) { acknowledgeWildcards(policy, new Map([[resource, reason]])); }
}

/** A policy that is another resource whenever it is asked for something else. */
class ChangingPolicy extends RolePolicy {
  constructor(scope: Construct, id: string, role: ProviderRole, document: PolicyDocument, asked: () => string) {
    super(scope, id, role, document);
    const mark = () => asked() === '' ? '' : createHash('sha256').update(asked()).digest('hex').slice(0, 8);
    const { policyName } = this;
    this.policyName = Lazy.uncachedString({ produce: () => policyName + mark() });
    const logicalId = this.stack.resolve(this.logicalId);
    this.overrideLogicalId(Lazy.uncachedString({ produce: () => logicalId + mark() }));
  }
}
