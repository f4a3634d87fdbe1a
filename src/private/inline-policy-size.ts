import { PolicyDocument } from 'aws-cdk-lib/aws-iam';
import { IResolvable, Stack } from 'aws-cdk-lib/core';

/** At most, of what a template refers to: a Region, an account, a partition, the ARN of a stack. */
const CHARACTERS_OF: ReadonlyMap<string, number> = new Map([
  ['AWS::Region', 16], ['AWS::AccountId', 12], ['AWS::Partition', 12], ['AWS::URLSuffix', 20], ['AWS::StackId', 230],
]);
/** Of any other reference, such as the ARN of a key (shape KeyArn) or of a state machine, whose name has 80 at most. */
const CHARACTERS_OF_REFERENCE = 150;
/** Of a table or a log group: CloudFormation puts the name of the stack in theirs, of 128 characters at most, and the logical id. */
export const CHARACTERS_OF_NAMED_BY_STACK = 240;

/** How many of the characters of a role's inline policies it takes, at most, once it is deployed. IAM does not count white space. */
export function inlinePolicySize(stack: Stack, document: PolicyDocument, charactersOfReference = CHARACTERS_OF_REFERENCE): number {
  return JSON.stringify(widest(stack.resolve(document as unknown as IResolvable), charactersOfReference)).replace(/\s/g, '').length;
}

/** With as many characters for each reference as it may take. */
function widest(value: any, ofReference: number): unknown {
  const within = (inner: any) => widest(inner, ofReference);
  if (Array.isArray(value)) { return value.map(within); }
  if (typeof value !== 'object' || value === null) { return value; }
  const [name, argument] = Object.entries<any>(value)[0] ?? [];
  if (name === 'Ref') { return '-'.repeat(CHARACTERS_OF.get(argument) ?? ofReference); }
  if (name === 'Fn::Join') { return argument[1].map(within).join(argument[0]); }
  if (name?.startsWith('Fn::')) { return '-'.repeat(ofReference); }
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, within(member)]));
}
