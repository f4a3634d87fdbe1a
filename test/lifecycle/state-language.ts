/** A state of a definition, as far as this library's own definition uses the language. */
export interface State {
  readonly Type: 'Task' | 'Choice' | 'Wait' | 'Fail' | 'Succeed';
  readonly Next?: string;
  readonly End?: boolean;
  readonly Default?: string;
  readonly Parameters?: Record<string, unknown>;
  readonly ResultPath?: string | null;
  readonly Retry?: Retrier[];
  readonly Catch?: Array<{ ErrorEquals: string[]; ResultPath: string | null; Next: string }>;
  readonly Choices?: Choice[];
  readonly Seconds?: number;
  readonly SecondsPath?: string;
}

interface Retrier {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
  readonly MaxAttempts: number;
}

export interface Choice {
  readonly Variable: string;
  readonly Next: string;
  readonly IsPresent?: boolean;
  readonly StringEquals?: string;
  readonly NumericGreaterThan?: number;
  readonly TimestampGreaterThanPath?: string;
}

export interface Definition {
  readonly StartAt: string;
  readonly States: Record<string, State>;
}

/** The members of each kind of state that are interpreted; those that change nothing here stand in the second list. */
const MEMBERS: Record<string, readonly [meant: readonly string[], harmless: readonly string[]]> = {
  Task: [['Type', 'Next', 'End', 'Parameters', 'ResultPath', 'Retry', 'Catch'], ['Resource', 'TimeoutSeconds']],
  Choice: [['Type', 'Choices', 'Default'], []],
  Wait: [['Type', 'Next', 'Seconds', 'SecondsPath'], []],
  Fail: [['Type'], ['Error', 'Cause']],
  Succeed: [['Type'], []],
};
const RETRIER = ['ErrorEquals', 'IntervalSeconds', 'BackoffRate', 'MaxAttempts'];
const CATCHER = ['ErrorEquals', 'ResultPath', 'Next'];
const COMPARISONS = ['IsPresent', 'StringEquals', 'NumericGreaterThan', 'TimestampGreaterThanPath'];

/** Everything in a definition that the interpreter would get wrong or pass over. */
export function notInterpreted({ StartAt, States, ...rest }: Definition): string[] {
  const problems = Object.keys(rest).filter(member => member !== 'Comment').map(member => `member ${member}`);
  const targets = new Set([StartAt]);
  for (const [name, state] of Object.entries(States)) {
    const members = MEMBERS[state.Type];
    if (!members) {
      problems.push(`${name}: type ${state.Type}`);
      continue;
    }
    problems.push(...unknown(state, members.flat()).map(member => `${name}: ${member}`));
    for (const retrier of state.Retry ?? []) { problems.push(...unknown(retrier, RETRIER).map(member => `${name}: Retry ${member}`)); }
    for (const catcher of state.Catch ?? []) {
      problems.push(...unknown(catcher, CATCHER).map(member => `${name}: Catch ${member}`));
      targets.add(catcher.Next);
    }
    for (const choice of state.Choices ?? []) {
      const comparisons = Object.keys(choice).filter(member => !['Variable', 'Next'].includes(member));
      if (comparisons.length !== 1 || !COMPARISONS.includes(comparisons[0])) { problems.push(`${name}: choice ${comparisons.join(' and ')}`); }
      targets.add(choice.Next);
    }
    [state.Next, state.Default].forEach(target => target !== undefined && targets.add(target));
    if (state.Type === 'Task' && (state.Next === undefined) !== (state.End === true)) { problems.push(`${name}: either Next or End`); }
    if (state.ResultPath !== undefined && state.ResultPath !== null) { problems.push(`${name}: ResultPath ${state.ResultPath}`); }
  }
  return [...problems, ...[...targets].filter(target => !(target in States)).map(target => `no state ${target}`)];
}

function unknown(value: object, known: readonly string[]): string[] {
  return Object.keys(value).filter(member => !known.includes(member));
}

/** The part of JSONPath that is used: members, one below the other. */
export function lookUp(data: any, path: string): any {
  return path === '$' ? data : path.replace(/^\$\./, '').split('.').reduce((value, member) => value?.[member], data);
}

/** The context object, as far as it is used (Step Functions: context object). */
export type Context = Readonly<Record<'$$.State.EnteredTime' | '$$.Execution.StartTime', string>>;

function valueOf(path: string, data: unknown, context: Context): any {
  if (!path.startsWith('$$')) { return lookUp(data, path); }
  if (!(path in context)) { throw new Error(`not interpreted: ${path}`); }
  return context[path as keyof Context];
}

export function filled(parameters: Record<string, unknown>, data: unknown, context: Context): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).map(([key, value]) =>
    key.endsWith('.$') ? [key.slice(0, -2), valueOf(String(value), data, context)] : [key, value]));
}

export function applies(choice: Choice, data: any, context: Context): boolean {
  const value = valueOf(choice.Variable, data, context);
  if (choice.IsPresent !== undefined) { return (value !== undefined) === choice.IsPresent; }
  if (choice.StringEquals !== undefined) { return value === choice.StringEquals; }
  if (choice.NumericGreaterThan !== undefined) { return value > choice.NumericGreaterThan; }
  return Date.parse(value) > Date.parse(lookUp(data, choice.TimestampGreaterThanPath!));
}

/** Errors that no wildcard catches (Step Functions: error handling). */
const BEYOND_ALL = ['States.DataLimitExceeded', 'States.Runtime'];

export function names(errors: readonly string[], error: string): boolean {
  return errors.includes(error) || (errors.includes('States.ALL') && !BEYOND_ALL.includes(error));
}
