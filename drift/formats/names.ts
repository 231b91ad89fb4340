/** The names of the formats, in a file that the help and the completion of the command load without the formats. */
export const formatNames = [
  "console",
  "json",
  "ndjson",
  "markdown",
  "junit",
  "sarif",
  "sarif-github",
  "csv",
  "html",
  "github",
  "gitlab",
] as const;

/** The name of a format. */
export type FormatName = (typeof formatNames)[number];

/** The names of the formats of `orange-cmdb check`. The HTML page shows the coverage, which a plan does not have. */
export const checkFormatNames = formatNames.filter((name) => name !== "html");
