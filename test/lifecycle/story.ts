import { Run } from './run';

/** What happened in a run, oldest first, for people. */
export function storyOf({ notebook, emulator, story, began }: Run): string[] {
  const lines: Array<readonly [time: number, text: string]> = [
    ...story,
    ...notebook.requests.map(({ sentAt, kind, logicalId, requestId, event, givenUp, answer, answeredAt }) => [sentAt, [
      'CloudFormation sends', kind, 'of', logicalId, requestId.slice(0, 8), event.PhysicalResourceId ?? '', '->', givenUp ?? '',
      answer ? `${answer.Status} after ${(answeredAt! - sentAt) / 1000} s, ${answer.PhysicalResourceId}, ${answer.Reason}` : '',
    ].join(' ')] as const),
    ...emulator.log.entries.map(({ time, operation, region, keyArn, error, executed, accessKeyId }) => [time, [
      '   ', accessKeyId, operation, region, keyArn?.split('/')[1] ?? '', error ?? '', executed ? '' : 'not executed',
    ].join(' ')] as const),
  ];
  return [
    ...lines.sort(([a], [b]) => a - b).map(([time, text]) => `${((time - began) / 1000).toFixed(2).padStart(9)} s ${text}`),
    ...notebook.strikes.map(({ fault, event, state, requestId }) => `fault met: ${fault} | ${event} | ${state} | ${requestId.slice(0, 8)}`),
    ...notebook.logLines,
  ];
}
