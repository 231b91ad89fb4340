import { formats } from "../../../drift/formats";
import type { FormatName } from "../../../drift/formats/names";
import type { FormatOptions } from "../../../drift/formats/text/format-options";
import type { Report } from "../../../drift/report/schema";

type FormatText = (report: Report, view?: FormatOptions) => string;

const names = Object.keys(formats) as FormatName[];

const textOf =
  (name: FormatName): FormatText =>
  (report, view = { colours: false, verbose: true }) => {
    const content = formats[name](report, view);
    return typeof content === "string" ? content : [...content].join("");
  };

/** The formats, each as one text. */
export const formatTexts = Object.fromEntries(names.map((name) => [name, textOf(name)])) as Record<
  FormatName,
  FormatText
>;
