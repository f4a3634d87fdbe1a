import { readdirSync, readFileSync } from 'fs';
import * as path from 'path';
import { documentedErrors, thrownErrors } from './errors';
import { presets, TABLES, TRADE_NAMES, WARNINGS } from './reference';
import { PaymentKeyAlgorithm, PaymentKeySpec, PaymentKeyUsage } from '../../src';
import { INVENTORY_LOG_CODES } from '../../src/inventory/contract/log-codes';
import { LOG_CODES } from '../../src/provider/contract/log-codes';

const SRC = path.join(__dirname, '..', '..', 'src');
const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.ts'));
const textOf = (isMeant: (name: string) => boolean) => files.filter(isMeant).map(name => readFileSync(path.join(SRC, name), 'utf8')).join('\n');
const inHandler = (name: string) => name.startsWith(path.join('provider', 'handler') + path.sep);

describe('the table of presets', () => {
  test('has every usage, with the code of TR-31 in its name', () => {
    const usages = Object.values(PaymentKeyUsage).filter(member => member instanceof PaymentKeyUsage).map(({ value }) => value);
    expect([...new Set(presets().map(({ usage }) => usage))].sort()).toEqual([...usages].sort());
    expect(presets().filter(({ tr31 }) => !/^[A-Z][0-9]$/.test(tr31))).toEqual([]);
  });

  test('names in the trade are of presets that exist', () => {
    expect(Object.keys(TRADE_NAMES).sort()).toEqual(presets().map(({ name }) => name).sort());
  });

  test.each(presets().map(preset => [preset.name, preset] as const))('%s lists the algorithms that can be declared, no others', (_, { name, algorithms, algorithm }) => {
    const all = Object.values(PaymentKeyAlgorithm).filter(member => member instanceof PaymentKeyAlgorithm);
    const make = (PaymentKeySpec as unknown as Record<string, (options: object) => PaymentKeySpec>)[name];
    const allowed = all.filter(one => make({ algorithm: one })._problems.length === 0).map(({ value }) => value);
    // Of usages that are published only in part, nothing is refused.
    const isOpen = allowed.length === all.length;
    expect(isOpen ? [...algorithms].filter(one => !allowed.includes(one)) : [...algorithms].sort()).toEqual(isOpen ? [] : [...allowed].sort());
    expect(algorithms).toContain(algorithm);
  });
});

test('the table of warnings has each that the code gives, and no other', () => {
  const text = textOf(name => !inHandler(name));
  const given = [
    ...text.matchAll(/\$\{WARNING\}([\w]+(?:-\$\{region\})?)/g), ...text.matchAll(/_warn\('(\w+)'/g), ...text.matchAll(/id: '(\w+)',\s+message/g),
  ].map(([, id]) => id.replace('${region}', '<Region>'));
  expect(given.length).toBeGreaterThan(10);
  expect([...new Set(given)].sort()).toEqual(Object.keys(WARNINGS).sort());
});

test('the table of errors has each that the code throws, and no other', () => {
  const documented = [...new Set(documentedErrors().map(({ error }) => error))].sort();
  expect(thrownErrors().length).toBeGreaterThan(30);
  expect(thrownErrors().filter(error => !documented.includes(error))).toEqual([]);
  // Those that a helper throws have their name at its callers.
  const text = textOf(name => !inHandler(name));
  expect(documented.filter(error => !text.includes(`'${error}'`) && !text.includes(`\`${error}: `))).toEqual([]);
});

test('the table of log codes has each that the function of an inventory writes, and no other', () => {
  const text = textOf(name => name.startsWith(path.join('inventory', 'handler') + path.sep));
  const written = [...text.matchAll(/\blog\('(?:INFO|WARN|ERROR)', '([A-Z_]+)'/g)].map(([, code]) => code);
  expect(written.sort()).toEqual(Object.keys(INVENTORY_LOG_CODES).sort());
});

test('the table of log codes has each that the function writes', () => {
  const written = [...textOf(inHandler).matchAll(/\b(?:error|warn)\(\s*'([A-Z]+(?:_[A-Z]+)*)'/g)].map(([, code]) => code);
  expect(written.length).toBeGreaterThan(0);
  expect(written.filter(code => !(code in LOG_CODES))).toEqual([]);
});

test.each(Object.keys(TABLES))('the table of %s is Markdown with rows of equal length', what => {
  const rows = TABLES[what]().split('\n').map(row => row.split(' | ').length);
  expect(rows.length).toBeGreaterThan(5);
  expect(new Set(rows).size).toBe(1);
});
