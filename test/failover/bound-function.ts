/** What the template of docs/failover.md says of its functions, one in each Region, which a key is bound to. */
import { App, Stack } from 'aws-cdk-lib/core';
import { examplesIn, synthesizedApps } from '../example-apps';
import { resolved } from '../permissions/intrinsics';
import { Policies, Statement } from '../permissions/policies';

const PAGE = 'docs/failover.md';
const REFERENCES = { 'AWS::Partition': 'aws' };

export interface BoundFunction {
  readonly environment: Readonly<Record<string, string>>;
  readonly policies: Policies;
}

/** Those of the one example that has a binding, by their Regions. */
export function documentedFunctions(): Readonly<Record<string, BoundFunction>> {
  const [example, ...others] = examplesIn(PAGE).filter(({ code }) => code.includes('.bind('));
  if (example === undefined || others.length > 0) { throw new Error(`${PAGE} should have one example of a binding`); }
  const [app] = synthesizedApps(example);
  return Object.fromEntries(app.node.children.filter(one => Stack.isStack(one)).map(stack => [stack.region, boundFunction(app, stack)]));
}

function boundFunction(app: App, stack: Stack): BoundFunction {
  const resources: Record<string, any>[] = Object.values(app.synth().getStackArtifact(stack.artifactId).template.Resources);
  const properties = (type: string) => resources.filter(({ Type }) => Type === type).map(({ Properties }) => Properties);
  const [{ Environment }] = properties('AWS::Lambda::Function');
  const statements = properties('AWS::IAM::Policy').flatMap(({ PolicyDocument }) => resolved<{ Statement: Statement[] }>(PolicyDocument, REFERENCES).Statement);
  return {
    environment: { ...resolved<Record<string, string>>(Environment.Variables, REFERENCES), AWS_REGION: stack.region },
    policies: new Policies(statements.map((statement, index) => ({ ...statement, Sid: `Grant${index}` })), stack.account, stack.region),
  };
}
