import { Stack, Validations } from 'aws-cdk-lib/core';
import { IConstruct } from 'constructs';

/** Reasons, for an auditor, by the ids of cdk-nag's findings. */
export type Findings = Readonly<Record<string, string>>;

/**
 * Acknowledges what an audit finds at a construct and what is under it. It is metadata of the construct, not of the template.
 *
 * Not by `Validations.acknowledge`, which writes the same: that of the oldest aws-cdk-lib refuses ids in which `::` stands more
 * than once, as it does in those of permissions.
 */
export function acknowledge(construct: IConstruct, findings: Findings): void {
  if (Object.keys(findings).length === 0) { return; }
  construct.node.addMetadata(Validations.ACKNOWLEDGED_RULES_METADATA_KEY,
    Object.fromEntries(Object.entries(findings).map(([id, reason]) => [`Annotation::${id}`, reason])));
}

/** Acknowledges that policies under a construct allow something on more than single resources, with the reason for each such ARN. */
export function acknowledgeWildcards(construct: IConstruct, reasons: ReadonlyMap<string, string>): void {
  const stack = Stack.of(construct);
  const written = [...reasons].map(([arn, reason]) => [flattened(stack.resolve(arn)), reason]).filter(([arn]) => arn.includes('*'));
  acknowledge(construct, Object.fromEntries(written.map(([arn, reason]) => [`AwsSolutions-IAM5[Resource::${arn}]`, reason])));
}

/** As cdk-nag writes references. */
function flattened(value: any): string {
  if (typeof value === 'string') { return value; }
  if ('Fn::Join' in value) { return value['Fn::Join'][1].map(flattened).join(value['Fn::Join'][0]); }
  if ('Fn::GetAtt' in value) { return `<${value['Fn::GetAtt'].join('.')}>`; }
  if ('Fn::ImportValue' in value) { return flattened(value['Fn::ImportValue']); }
  if ('Ref' in value) { return `<${value.Ref}>`; }
  return JSON.stringify(value);
}
