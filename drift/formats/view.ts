import type { Report } from "../report/schema.js";

/** What the reader's place is like. */
export interface View {
  readonly colours: boolean;
  /** Columns of the terminal; absent where lines may be of any length. */
  readonly width?: number | undefined;
  readonly verbose: boolean;
}

/** A way to show a report: a function of the report, and of nothing else. */
export type Format = (report: Report, view: View) => string;
