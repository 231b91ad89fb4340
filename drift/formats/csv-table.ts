import { stringify } from "csv-stringify/sync";

/**
 * What begins a formula in a spreadsheet (OWASP, "CSV injection"): at the beginning of a cell, and behind what a spreadsheet may
 * split a cell at. Excel in French takes `;` for the separator, and quotes do not hold such a cell together.
 */
const formula = /((?:^|[;\t\r\n])[\s"']*)([=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/** Puts an apostrophe before what a spreadsheet would run as a formula. */
function withoutFormulas(cell: string): string {
  return cell.replace(formula, "$1'$2");
}

/**
 * Returns a table as CSV for spreadsheets: UTF-8 with a byte order mark, without which Excel takes it for another encoding, and
 * without formulas, also where it is split at `;` or tabs.
 */
export function csvTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(withoutFormulas));
  return stringify(cells, { header: true, columns: [...columns], bom: true });
}
