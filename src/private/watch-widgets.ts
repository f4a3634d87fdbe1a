import { Color, GraphWidget, IWidget, LogQueryWidget, Metric, TextWidget } from 'aws-cdk-lib/aws-cloudwatch';
import { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { Lazy, Stack, Token } from 'aws-cdk-lib/core';

/** What a dashboard shows of a watch. */
export interface WatchWidgets {
  /** Of what is watched. */
  readonly stack: Stack;
  /** The watch, as its log lines call it. */
  readonly name: string;
  readonly logGroup: ILogGroup;
  readonly outOfSync: Metric;
  readonly notWatched: Metric;
  /** Regions of replicas. More may come until the template is made. */
  readonly replicationRegions: () => readonly string[];
}

const WIDTH = 24;
const HEIGHT = 6;

/** A column for each Region: CloudWatch Logs Insights names no column by what is known only when the stack is deployed. */
const column = (region: string, name: string) => `latest(\`regions.${region}\`) as \`${name}\``;

export function watchWidgets({ stack, name, logGroup: { logGroupName }, outOfSync, notWatched, replicationRegions }: WatchWidgets): IWidget[] {
  const { region } = stack;
  const query = (title: string, ...queryLines: string[]) =>
    new LogQueryWidget({ title, logGroupNames: [logGroupName], region, queryLines, width: WIDTH, height: HEIGHT });
  const regions = Lazy.uncachedString({
    produce: () => [column(region, Token.isUnresolved(region) ? 'primary' : region), ...replicationRegions().map(one => column(one, one))].join(', '),
  });
  // Stacks may share a log group.
  const ofWatch = `watch = "${name}" and stackId = "${stack.stackId}"`;
  return [
    new TextWidget({ markdown: `# Payment keys of ${stack.stackName}`, width: WIDTH, height: 1 }),
    new GraphWidget({
      title: 'Resources that are not as declared',
      left: [
        outOfSync.with({ color: Color.RED, label: 'not as declared' }),
        notWatched.with({ color: Color.ORANGE, label: 'could not be compared' }),
      ],
      leftYAxis: { min: 0 },
      width: WIDTH,
      height: HEIGHT,
    }),
    query('Keys by Regions', `filter code = "WATCHED" and ${ofWatch} and resourceType like /PaymentKey$/`, `stats ${regions} by logicalId`, 'sort logicalId'),
    query('Findings', `filter ispresent(found) and ${ofWatch}`, 'display @timestamp, code, logicalId, region, subject, declared, found, message, command', 'sort @timestamp desc'),
  ];
}
