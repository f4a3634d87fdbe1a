import { FUNCTION_TIMEOUT_SECONDS } from './contract/environment';
import { BEGIN_TASK, FINAL_ERROR, FINISH_TASK, MOST_RETRIES, READ_REGION_TASK } from './contract/tasks';

/** What the function calls final is so; whatever else happens to a task may be over when it is made again. */
const RETRY = [
  { ErrorEquals: [FINAL_ERROR], MaxAttempts: 0 },
  { ErrorEquals: ['States.ALL'], IntervalSeconds: 5, BackoffRate: 2, MaxAttempts: MOST_RETRIES },
];

/**
 * One inventory: begin, read all Regions at the same time, each by as many invocations as it takes, finish. There is no wait:
 * the function itself waits between its requests. Names go round, nothing else (Amazon States Language, JSONPath).
 */
export function inventoryDefinition(functionArn: string): object {
  const task = (name: string, input: Record<string, string>) => ({
    Type: 'Task',
    Resource: functionArn,
    Parameters: { 'task': name, 'attempt.$': '$$.State.RetryCount', ...input },
    TimeoutSeconds: FUNCTION_TIMEOUT_SECONDS + 30,
    Retry: RETRY,
  });
  return {
    Comment: 'An inventory of payment keys',
    StartAt: 'Begin',
    States: {
      Begin: { ...task(BEGIN_TASK, { 'execution.$': '$$.Execution.Name', 'startedAt.$': '$$.Execution.StartTime' }), Next: 'ReadRegions' },
      ReadRegions: {
        Type: 'Map',
        ItemsPath: '$.regions',
        ItemSelector: { 'run.$': '$.run', 'region.$': '$$.Map.Item.Value' },
        ItemProcessor: {
          ProcessorConfig: { Mode: 'INLINE' },
          StartAt: 'ReadRegion',
          States: {
            ReadRegion: { ...task(READ_REGION_TASK, { 'run.$': '$.run', 'region.$': '$.region' }), ResultPath: '$.progress', Next: 'IsRead' },
            IsRead: { Type: 'Choice', Choices: [{ Variable: '$.progress.done', BooleanEquals: true, Next: 'Read' }], Default: 'ReadRegion' },
            Read: { Type: 'Succeed' },
          },
        },
        ResultPath: null,
        Next: 'Finish',
      },
      Finish: { ...task(FINISH_TASK, { 'run.$': '$.run' }), End: true },
    },
  };
}
