/** One variant of every parameter. */
export type Row = Readonly<Record<string, string>>;

/**
 * Rows in which every pair of variants of any two parameters meets at least once. Greedy: each row starts from a
 * pair that is still missing, and takes for every other parameter the variant that brings most missing pairs.
 */
export function coveringRows(parameters: Readonly<Record<string, readonly string[]>>): Row[] {
  const names = Object.keys(parameters);
  const missing = new Set<string>();
  names.forEach((first, index) => names.slice(index + 1).forEach(second => {
    for (const a of parameters[first]) { for (const b of parameters[second]) { missing.add(pair(first, a, second, b)); } }
  }));
  const rows: Row[] = [];
  while (missing.size > 0) {
    const [[first, a], [second, b]] = JSON.parse(missing.values().next().value!) as [string, string][];
    const row: Record<string, string> = { [first]: a, [second]: b };
    for (const name of names.filter(candidate => !(candidate in row))) {
      const gain = (variant: string) => Object.entries(row)
        .filter(([other, value]) => missing.has(ordered(names, name, variant, other, value))).length;
      row[name] = [...parameters[name]].sort((x, y) => gain(y) - gain(x))[0];
    }
    names.forEach((one, index) => names.slice(index + 1).forEach(other => missing.delete(pair(one, row[one], other, row[other]))));
    rows.push(row);
  }
  return rows;
}

const pair = (first: string, a: string, second: string, b: string) => JSON.stringify([[first, a], [second, b]]);

function ordered(names: string[], one: string, a: string, other: string, b: string): string {
  return names.indexOf(one) < names.indexOf(other) ? pair(one, a, other, b) : pair(other, b, one, a);
}
