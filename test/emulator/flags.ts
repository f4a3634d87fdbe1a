/** Reads the options of a command line, which are stated in one table: what is read, and what --help says, cannot differ. */
import { parseArgs } from 'node:util';

/** What the user typed is wrong; the message says what would be right. */
export class UsageError extends Error {}

export interface Flag {
  /** What stands for its value in the help. Without one, the option is either there or not. */
  readonly value?: string;
  readonly multiple?: boolean;
  readonly help: string;
}

export type Flags = Readonly<Record<string, Flag>>;

export type FlagValues<F extends Flags> = Partial<Record<keyof F & string, string | boolean | string[]>>;

export function readFlags<F extends Flags>(flags: F, args: readonly string[]): FlagValues<F> {
  const options = Object.fromEntries(Object.entries<Flag>(flags).map(([name, { value, multiple }]) =>
    [name, { type: value === undefined ? 'boolean' as const : 'string' as const, multiple: multiple ?? false }],
  ));
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false }).values as FlagValues<F>;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

export const flagsHelp = (flags: Flags): string[] => Object.entries<Flag>(flags).map(([name, { value, multiple, help }]) =>
  `  ${`--${name}${value === undefined ? '' : ` ${value}`}`.padEnd(24)}${help}${multiple ? '; may be repeated' : ''}`,
);

export function numberFrom<Name extends string>(
  values: Partial<Record<Name, string | boolean | string[]>>, name: Name, limits: { most?: number; whole?: boolean } = {},
): number | undefined {
  const text = values[name] as string | undefined;
  if (text === undefined) return undefined;
  const value = Number(text);
  const { most = Infinity, whole = false } = limits;
  if (text.trim() === '' || !Number.isFinite(value) || value < 0 || value > most || (whole && !Number.isInteger(value))) {
    throw new UsageError(`--${name} must be ${whole ? 'a whole' : 'a'} number from 0${most < Infinity ? ` to ${most}` : ''}, not "${text}".`);
  }
  return value;
}

export function portFrom<Name extends string>(values: Partial<Record<Name, string | boolean | string[]>>, name: Name): number | undefined {
  return numberFrom(values, name, { most: 65535, whole: true });
}

export function accountFrom({ account }: { account?: string | boolean | string[] }): string | undefined {
  if (account !== undefined && !/^\d{12}$/.test(account as string)) throw new UsageError(`--account must be twelve digits, not "${account}".`);
  return account as string | undefined;
}

export function checkedRegion(name: string, region: string): string {
  if (!/^[a-z]{2}-[a-z]{1,16}-\d+$/.test(region)) throw new UsageError(`--${name} needs the name of a Region, not "${region}".`);
  return region;
}
