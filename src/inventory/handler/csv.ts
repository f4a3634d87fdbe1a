/** A column: its heading, and the text of a row in it. */
export interface Column<Row> {
  readonly heading: string;
  readonly text: (row: Row) => string;
}

/**
 * A table in CSV (RFC 4180): a heading, lines that end with CR LF, quotes where they are needed.
 *
 * Spreadsheets take a cell for a formula that begins with one of these characters, also in their full width. An apostrophe before
 * it makes a text of it (OWASP: CSV injection). Whoever may tag keys would otherwise have a formula run by who reads the table.
 */
export function csv<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  return [columns.map(({ heading }) => heading), ...rows.map(row => columns.map(({ text }) => text(row)))]
    .map(cells => `${cells.map(cell).join(',')}\r\n`).join('');
}

const FORMULA = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;
const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

function cell(text: string): string {
  const harmless = FORMULA.test(text) ? `'${text}` : text;
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replace(/"/g, '""')}"` : harmless;
}
