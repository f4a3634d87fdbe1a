/** What the demo prints: short lines, aligned. */

const styled = process.stdout.isTTY && process.env.NO_COLOR === undefined;
const style = (code: number) => (text: string): string => styled ? `\u001b[${code}m${text}\u001b[0m` : text;

const bold = style(1);
const dim = style(2);

const NAME = 20;
const COLUMN = 26;
const REGION = 12;
const begin = Date.now();

export function line(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** A chapter of the demo, with the time since its beginning. */
export function chapter(title: string): void {
  line();
  line(`${bold(title)}  ${dim(`(${seconds(Date.now() - begin)} s)`)}`);
}

export function say(text: string): void {
  line(`  ${text}`);
}

export function command(text: string): void {
  line(`  ${dim('$')} ${text}`);
}

/** A request the library made to a Region, so long after its first one. */
export function request(milliseconds: number, region: string, operation: string, error = ''): void {
  moment(milliseconds, region, `${dim('→')} ${operation} ${error}`.trimEnd());
}

/** What became of the key in a Region. */
export function state(milliseconds: number, region: string, name: string): void {
  moment(milliseconds, region, `${dim('●')} ${bold(name)}`);
}

function moment(milliseconds: number, region: string, what: string): void {
  line(`  ${dim(`+ ${seconds(milliseconds).padStart(4)} s`)}  ${region.padEnd(REGION)} ${what}`);
}

/** Facts by column: the first member of a row is its name. */
export function table(rows: readonly (readonly string[])[]): void {
  for (const [name, ...cells] of rows) line(`  ${name.padEnd(NAME)}${cells.map(cell => cell.padEnd(COLUMN)).join('')}`.trimEnd());
}

/** The Regions of a key and what is said of each, the primary first. */
export function picture(regions: readonly (readonly [region: string, text: string])[]): void {
  regions.forEach(([region, text], index) => {
    const branch = index === 0 ? '' : index === regions.length - 1 ? '└── ' : '├── ';
    line(`    ${(branch + region).padEnd(REGION + 6)} ${text}`);
  });
}

export function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(1);
}
