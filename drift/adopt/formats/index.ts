import type { FormatOptions } from "../../formats/text/format-options.js";
import { safeJson } from "../../formats/text/safe-json.js";
import type { Adoption } from "../report/schema.js";
import { formatConsole } from "./console.js";
import { formatCsv } from "./csv.js";

/** The formats of a proposal. JSON has the schema schemas/adoption.schema.json. */
export const adoptionFormats: Readonly<
  Record<"console" | "json" | "csv", (adoption: Adoption, view: FormatOptions) => string>
> = {
  console: formatConsole,
  json: (adoption) => `${safeJson(adoption, 2)}\n`,
  csv: formatCsv,
};
