import { MOST_RETRIES } from '../../src/inventory/contract/tasks';
import { inventoryDefinition } from '../../src/inventory/state-machine';
import { applies, filled, names } from '../lifecycle/state-language';

/** The function, as the state machine calls it. */
export type Invoke = (payload: any) => Promise<unknown>;

export type ExecutionEnd =
  | { readonly status: 'SUCCEEDED'; readonly output: any }
  | { readonly status: 'FAILED'; readonly error: string; readonly cause: string };

export interface Machine {
  readonly name?: string;
  readonly startedAt: number;
  readonly invoke: Invoke;
  /** Before a task is made again. */
  readonly wait?: (seconds: number) => Promise<void>;
  /** How the Regions of a Map are read: by default one after the other, since they share nothing. */
  readonly inParallel?: (acts: ReadonlyArray<() => Promise<unknown>>) => Promise<void>;
}

class Failure extends Error {
  constructor(readonly error: string, readonly cause: string) { super(cause); }
}

/** Runs the inventory's own definition: the part of Amazon States Language that it uses, Map, Task with Retry and Choice. Anything else is refused. */
export async function execute(machine: Machine): Promise<ExecutionEnd> {
  const definition = JSON.parse(JSON.stringify(inventoryDefinition('arn:aws:lambda:us-east-1:111122223333:function:inventory')));
  try {
    return { status: 'SUCCEEDED', output: await walk(definition, {}, contextOf(machine), machine) };
  } catch (error) {
    if (!(error instanceof Failure)) { throw error; }
    return { status: 'FAILED', error: error.error, cause: error.cause };
  }
}

const contextOf = ({ name = 'execution', startedAt }: Machine) => ({ '$$.Execution.Name': name, '$$.Execution.StartTime': new Date(startedAt).toISOString() });

async function walk(definition: any, input: unknown, context: Record<string, unknown>, machine: Machine): Promise<unknown> {
  let data: any = input;
  for (let name = definition.StartAt as string; ;) {
    const state = definition.States[name];
    switch (state.Type) {
      case 'Task': {
        data = withResult(state, data, await task(state, data, context, machine));
        break;
      }
      case 'Choice': {
        const choice = state.Choices.find(({ BooleanEquals, ...one }: any) => applies({ ...one, StringEquals: `${BooleanEquals}` }, stringified(data), context as never));
        name = choice?.Next ?? state.Default;
        continue;
      }
      case 'Map': {
        const { run, regions } = data;
        if (state.ItemsPath !== '$.regions' || state.ResultPath !== null) { throw new Error('not interpreted'); }
        const acts = regions.map((region: string) => () => {
          const inItem = { ...context, '$$.Map.Item.Value': region };
          return walk(state.ItemProcessor, filled(state.ItemSelector, { run }, inItem as never), inItem, machine);
        });
        await (machine.inParallel ?? inTurn)(acts);
        break;
      }
      case 'Succeed': return data;
      default: throw new Error(`not interpreted: ${state.Type}`);
    }
    if (state.End) { return data; }
    name = state.Next;
  }
}

async function inTurn(acts: ReadonlyArray<() => Promise<unknown>>): Promise<void> {
  for (const act of acts) { await act(); }
}

const stringified = (data: any) => ({ ...data, progress: { done: `${data.progress?.done}` } });

function withResult({ ResultPath = '$' }: { readonly ResultPath?: string }, data: any, result: unknown): unknown {
  return ResultPath === '$' ? result : { ...data, [ResultPath.replace('$.', '')]: result };
}

async function task(
  state: any, data: unknown, context: Record<string, unknown>, { invoke, wait = async () => undefined }: Machine,
): Promise<unknown> {
  for (let retries = 0; ; retries += 1) {
    const payload = filled(state.Parameters, data, { ...context, '$$.State.RetryCount': retries } as never);
    try {
      return JSON.parse(JSON.stringify(await invoke(payload)));
    } catch (error) {
      const { name, message } = error as Error;
      const { MaxAttempts, IntervalSeconds, BackoffRate } = state.Retry.find(({ ErrorEquals }: any) => names(ErrorEquals, name));
      if (retries >= Math.min(MaxAttempts, MOST_RETRIES)) { throw new Failure(name, message); }
      await wait(IntervalSeconds * BackoffRate ** retries);
    }
  }
}
