import type { Report } from "../../report/schema.js";

/** Output options: colour, terminal width, verbosity. */
export interface FormatOptions {
  readonly colours: boolean;
  /** Columns of the terminal; undefined for unlimited lines. */
  readonly width?: number | undefined;
  readonly verbose: boolean;
}

/** Formats a report, as one text or in parts. Depends only on its arguments. */
export type Format = (report: Report, view: FormatOptions) => string | Iterable<string>;
