import { ManagedKeyProperties } from '../../../contract/multi-region-payment-key';
import { LONGEST_RESOURCE_POLICY } from '../../../contract/resource-policy';
import { regionOf } from '../../control-plane/key-arn';
import { Task } from '../reconciler';

/*
 * The resource policy of a primary (replicas have none). A key of which no policy was ever declared costs no request, and
 * keeps what others put there. Where a policy was declared before, the declared one is put back over any change by others. A
 * policy of others that would be overwritten by a first declaration, or taken away by the last, is refused and told.
 */

export type PolicyStep =
  | { readonly kind: 'none' }
  | { readonly kind: 'put'; readonly policy: string }
  | { readonly kind: 'delete' }
  | { readonly kind: 'refused'; readonly reason: string };

/** Whether it matters which policy the key has. */
export function concernsPolicy({ declared, previous }: Task<ManagedKeyProperties>): boolean {
  return (declared.ResourcePolicy ?? previous?.ResourcePolicy) !== undefined;
}

/**
 * @param live the policy that the key has
 * @param isOurs whether this request put its policy there already, as far as it knows
 */
export function policyStep(task: Task<ManagedKeyProperties>, keyArn: string, live: string | undefined, isOurs: boolean): PolicyStep {
  const { declared: { ResourcePolicy: declared }, previous: { ResourcePolicy: former } = {}, reversal } = task;
  const removal = `aws payment-cryptography delete-resource-policy --region ${regionOf(keyArn)} --resource-arn ${keyArn}`;
  if (declared === undefined) {
    if (live === undefined || former === undefined) { return { kind: 'none' }; }
    if (samePolicy(live, former)) { return { kind: 'delete' }; }
    // The update that is taken back refused to touch what it found.
    return reversal.kind === 'ofFailure' ? { kind: 'none' } : {
      kind: 'refused',
      reason: `the resource policy of ${keyArn} was changed by others, so it is not taken away, and whom it lets in stays let in. `
        + `Take it away yourself, then deploy again: ${removal}`,
    };
  }
  if (live !== undefined && samePolicy(live, declared)) { return { kind: 'none' }; }
  return live === undefined || isOurs || former !== undefined ? { kind: 'put', policy: declared } : {
    kind: 'refused',
    reason: `${keyArn} has a resource policy that this resource did not put there, so it is not overwritten. Declare the very same one, or take it away first: ${removal}`,
  };
}

export function publicPolicyText(keyArn: string, refusal: string): string {
  return `the resource policy of ${keyArn} would let everybody in, which the service refuses. Name the principals, or add conditions (${refusal})`;
}

/** What the template could not know: how long the text becomes. */
export function policyProblem({ ResourcePolicy: policy = '' }: Pick<ManagedKeyProperties, 'ResourcePolicy'>): string | undefined {
  return policy.length > LONGEST_RESOURCE_POLICY
    ? `resourcePolicy has ${policy.length} characters, but at most ${LONGEST_RESOURCE_POLICY} are allowed. Shorten it`
    : undefined;
}

/** The order of members says nothing. */
export function samePolicy(one: string, other: string): boolean {
  return ordered(one) === ordered(other);
}

function ordered(policy: string): string {
  try {
    return JSON.stringify(JSON.parse(policy), (_, value) => value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1))
      : value);
  } catch {
    return policy;
  }
}
