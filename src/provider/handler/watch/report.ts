import { Examined } from './examination';
import { Finding } from './finding';
import { FindingSource, WatchOptions } from './ports';
import { SweepProgress } from './sweep-state';
import { WATCH_DIMENSION, WATCH_METRICS, WatchMetric } from '../../contract/watch';

/** The lines that a watch logs: what widgets and queries read, and the metrics. Stacks may share a log group, so each says whose it is. */

type Write = (line: object) => void;

/** One resource, with the states of its Regions. */
export function logResource({ kind, resource: { logicalId, type }, findings, regions }: Examined, source: FindingSource, write: Write): void {
  write({ level: 'INFO', code: 'WATCHED', ...source, logicalId, resourceType: type, compared: kind, findings: findings.length, regions });
}

/** Standing findings are told with every sweep. */
export function logFinding(finding: Finding, source: FindingSource, write: Write): void {
  write({ level: 'WARN', ...source, ...finding });
}

/**
 * What the sweep counted, in the embedded metric format, which CloudWatch Logs makes metrics of (CloudWatch User Guide: embedded
 * metric format specification). It needs no permission and no client.
 */
export function logSweep(
  { resources, outOfSync, notWatched }: Extract<SweepProgress, { kind: 'underWay' }>, { name, metricNamespace }: WatchOptions, now: Date, write: Write,
): void {
  const counts: Readonly<Record<WatchMetric, number>> = { OutOfSync: outOfSync, NotWatched: notWatched, Watched: resources };
  write({
    _aws: {
      Timestamp: now.getTime(),
      CloudWatchMetrics: [{
        Namespace: metricNamespace,
        Dimensions: [[WATCH_DIMENSION]],
        Metrics: WATCH_METRICS.map(Name => ({ Name, Unit: 'Count' })),
      }],
    },
    level: 'INFO',
    code: 'SWEEP_COMPLETE',
    message: `${resources} resources watched, ${outOfSync} not as declared, ${notWatched} that could not be compared`,
    [WATCH_DIMENSION]: name,
    ...counts,
  });
}
