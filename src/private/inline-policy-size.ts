import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { IResolvable, Stack } from 'aws-cdk-lib/core';

/** At most, of what a template refers to: a Region, an account, a partition, the ARN of a stack. */
const CHARACTERS_OF: ReadonlyMap<string, number> = new Map([
  ['AWS::Region', 16], ['AWS::AccountId', 12], ['AWS::Partition', 12], ['AWS::URLSuffix', 20], ['AWS::StackId', 230],
]);
/** Of any other reference: the ARN of a key, of a table, of a state machine. */
const CHARACTERS_OF_REFERENCE = 150;

/** How many of the characters of a role's inline policies it takes, at most, once it is deployed. IAM does not count white space. */
export function inlinePolicySize(stack: Stack, document: PolicyDocument): number {
  return JSON.stringify(widest(stack.resolve(document as unknown as IResolvable))).replace(/\s/g, '').length;
}

/** With as many characters for each reference as it may take. */
function widest(value: any): unknown {
  if (Array.isArray(value)) { return value.map(widest); }
  if (typeof value !== 'object' || value === null) { return value; }
  const [name, argument] = Object.entries<any>(value)[0] ?? [];
  if (name === 'Ref') { return '-'.repeat(CHARACTERS_OF.get(argument) ?? CHARACTERS_OF_REFERENCE); }
  if (name === 'Fn::Join') { return argument[1].map(widest).join(argument[0]); }
  if (name?.startsWith('Fn::')) { return '-'.repeat(CHARACTERS_OF_REFERENCE); }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, widest(member)]));
}
