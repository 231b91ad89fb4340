import { formatConsole } from "./console.js";
import { formatCsv } from "./csv.js";
import { formatGithub } from "./github.js";
import { formatGitlab } from "./gitlab.js";
import { formatHtml } from "./html/index.js";
import { formatJson } from "./json.js";
import { formatJunit } from "./junit.js";
import { formatMarkdown } from "./markdown.js";
import { formatNdjson } from "./ndjson.js";
import { formatSarif } from "./sarif.js";
import { formatSarifGithub } from "./sarif-github.js";
import type { FormatName } from "./names.js";
import type { Format } from "./text/format-options.js";

/** The formats, by their names in -o. */
export const formats = {
  console: formatConsole,
  json: formatJson,
  ndjson: formatNdjson,
  markdown: formatMarkdown,
  junit: formatJunit,
  sarif: formatSarif,
  "sarif-github": formatSarifGithub,
  csv: formatCsv,
  html: formatHtml,
  github: formatGithub,
  gitlab: formatGitlab,
} as const satisfies Record<FormatName, Format>;
