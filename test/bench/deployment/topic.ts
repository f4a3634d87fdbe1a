import { table } from '../table';
import { Topic } from '../topic';
import { deploy, Deployed, DEPLOYERS, Scenario } from './deploy';

const HEAD = ['', 'keys', 'replication s', 'cdk deploy s', 'keys s', 'executed', 'throttled', 'answer s', 'resources', 'failures', 'keys left', 'stack'];

function scenarios(quick: boolean): Scenario[] {
  return (quick ? [10] : [1, 10, 30]).flatMap(keys => (quick ? [2] : [2, 10]).flatMap(replicationSeconds =>
    (Object.keys(DEPLOYERS) as Array<keyof typeof DEPLOYERS>).map(deployer => ({ deployer, keys, replicationSeconds }))));
}

function row({ deployer, keys, replicationSeconds }: Scenario, result: Deployed): string[] {
  return [
    deployer, String(keys), String(replicationSeconds), result.commandSeconds.toFixed(1), result.keysSeconds.toFixed(1),
    result.executedPerKey.toFixed(2), result.throttledPerKey.toFixed(2), result.answerDelaySeconds?.toFixed(1) ?? '-',
    String(result.resources), String(result.failures), String(result.keysLeft), result.status,
  ];
}

export async function deployment(quick: boolean): Promise<Topic> {
  const figures = [];
  for (const scenario of scenarios(quick)) { figures.push({ scenario, result: await deploy(scenario) }); }
  const reasons = new Set(figures.flatMap(({ scenario, result }) => result.reasons.map(reason => `${scenario.deployer}: ${reason}`)));
  return {
    title: 'Real deployments: cdk deploy on the local engine, all keys at the same time, 2 replica Regions, 5 requests a second',
    text: [
      table(HEAD, figures.map(({ scenario, result }) => row(scenario, result))),
      'keys s: from the first request to the last answer to a Create. executed, throttled: requests in the primary per key, those of a rollback too.',
      'answer s: from SYNCHRONIZED to the answer, at the median of the keys that were created.',
      'failures: keys that failed, of which one is enough for the rollback of the stack. keys left: that the rollback did not delete.',
      ...reasons,
    ].join('\n'),
    figures,
  };
}
