import { console } from "./console.js";
import { csv } from "./csv.js";
import { github } from "./github.js";
import { gitlab } from "./gitlab.js";
import { html } from "./html/index.js";
import { json } from "./json.js";
import { junit } from "./junit.js";
import { markdown } from "./markdown.js";
import { ndjson } from "./ndjson.js";
import { sarif } from "./sarif.js";
import { sarifGithub } from "./sarif-github.js";
import type { Format } from "./view.js";

/** The formats, by the names that the command takes. */
export const formats = {
  console,
  json,
  ndjson,
  markdown,
  junit,
  sarif,
  "sarif-github": sarifGithub,
  csv,
  html,
  github,
  gitlab,
} as const satisfies Record<string, Format>;

/** The name of a format. */
export type FormatName = keyof typeof formats;
