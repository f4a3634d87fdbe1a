/** The same app in another language must make the same templates: nothing is masked but the order of keys. */
import { readdirSync, readFileSync } from 'node:fs';
import * as path from 'node:path';

/** The templates of a cloud assembly, by file name. */
export function templatesOf(assembly: string): Map<string, unknown> {
  const names = readdirSync(assembly).filter(name => name.endsWith('.template.json')).sort();
  return new Map(names.map(name => [name, JSON.parse(readFileSync(path.join(assembly, name), 'utf8'))]));
}

/** What differs first, or `undefined` if nothing does. */
export function firstDifference(expected: Map<string, unknown>, actual: Map<string, unknown>): string | undefined {
  return difference('', Object.fromEntries(expected), Object.fromEntries(actual));
}

function difference(where: string, expected: unknown, actual: unknown): string | undefined {
  if (!isContainer(expected) || !isContainer(actual) || Array.isArray(expected) !== Array.isArray(actual)) {
    return Object.is(expected, actual) ? undefined : `${where} is ${short(actual)} and not ${short(expected)}`;
  }
  for (const key of [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort()) {
    const found = difference(where === '' ? key : `${where}/${key}`, expected[key], actual[key]);
    if (found !== undefined) { return found; }
  }
  return undefined;
}

function isContainer(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? 'absent';
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
