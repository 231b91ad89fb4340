import { stringify } from "csv-stringify/sync";

/**
 * Matches the beginning of a formula (OWASP, "CSV injection"): at the start of a cell, and after characters at which a
 * spreadsheet can split a cell. Excel in French uses `;` as the separator, even inside quotes.
 */
const formula = /((?:^|[;\t\r\n])[\s"']*)([=+\-@\uff1d\uff0b\uff0d\uff20])/g;

/** Prefixes formulas with an apostrophe, so that a spreadsheet does not run them. */
function withoutFormulas(cell: string): string {
  return cell.replace(formula, "$1'$2");
}

/**
 * Returns a table as CSV for spreadsheets: UTF-8 with a byte order mark, which Excel needs to detect UTF-8, and without
 * formulas, even if a spreadsheet splits cells at `;` or tabs.
 */
export function csvTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = rows.map((row) => row.map(withoutFormulas));
  return stringify(cells, { header: true, columns: [...columns], bom: true });
}
