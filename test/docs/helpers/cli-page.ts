import type { EventEmitter } from "node:events";
import type { Argument, Command, Option } from "commander";

/** Escapes what Markdown or Vue would read in a table cell. */
const cell = (text: string): string =>
  text.replaceAll("\\", "\\\\").replaceAll("|", "\\|").replaceAll("*", "\\*").replaceAll("<", "&lt;");

const choices = (names: readonly string[] | undefined): string =>
  names === undefined ? "" : `One of ${names.map((name) => `\`${name}\``).join(", ")}.`;

function table(heading: string, rows: readonly (readonly [name: string, text: string])[]): string[] {
  if (rows.length === 0) return [];
  return [
    `| ${heading} | description |`,
    "| --- | --- |",
    ...rows.map(([name, text]) => `| \`${name}\` | ${text} |`),
    "",
  ];
}

function optionText({ description, argChoices, defaultValue, mandatory, hidden }: Option): string {
  if (hidden) return "";
  const isShown = defaultValue !== undefined && typeof defaultValue !== "boolean" && String(defaultValue) !== "";
  return [
    cell(description),
    choices(argChoices),
    isShown ? `Default: \`${String(defaultValue)}\`.` : "",
    mandatory ? "Required." : "",
  ]
    .filter(Boolean)
    .map((part, at, { length }) => (at < length - 1 && !/\.$/.test(part) ? `${part}.` : part))
    .join(" ");
}

const argumentText = ({ description, argChoices }: Argument): string =>
  [cell(description), choices(argChoices)].filter(Boolean).join(" ");

const argumentName = (argument: Argument): string => {
  const name = argument.variadic ? `${argument.name()}...` : argument.name();
  return argument.required ? `<${name}>` : `[${name}]`;
};

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

/** Returns the text that a command prints after its help: examples. */
function textAfter(command: Command): string {
  let text = "";
  (command as unknown as EventEmitter).emit("afterHelp", {
    error: false,
    command,
    write: (more: string) => (text += more),
  });
  return text.trim();
}

function section(command: Command, parents: readonly string[]): string[] {
  const path = [...parents, command.name()];
  const own = command.registeredArguments;
  const usage = [
    "orange-cmdb",
    ...path,
    ...(command.options.length > 0 ? ["[options]"] : []),
    ...own.map(argumentName),
  ];
  const after = textAfter(command);
  return [
    `${"#".repeat(path.length + 1)} ${path.join(" ")}`,
    "",
    sentence(cell(command.description())),
    "",
    "```text",
    usage.join(" "),
    "```",
    "",
    ...table(
      "argument",
      own.map((argument) => [argumentName(argument), argumentText(argument)]),
    ),
    ...table(
      "option",
      command.options.filter(({ hidden }) => !hidden).map((option) => [option.flags, optionText(option)]),
    ),
    ...(after === "" ? [] : ["```text", after, "```", ""]),
    ...command.commands.flatMap((child) => section(child, path)),
  ];
}

/** Returns the page of the commands in Markdown. */
export function cliPage(program: Command): string {
  return [
    "# Commands",
    "",
    "<!-- Generated from cli/program.ts by test/docs/reference.test.ts; ORANGE_CMDB_UPDATE=1 rewrites it. -->",
    "",
    program.description(),
    "Run `npx orange-cmdb COMMAND`. `orange-cmdb help COMMAND` prints the same text. See also [exit codes](exit-codes.md) and",
    "[settings](settings.md).",
    "",
    "| command | purpose |",
    "| --- | --- |",
    ...program.commands.map(
      (command) => `| [\`${command.name()}\`](#${command.name()}) | ${cell(command.description())} |`,
    ),
    "",
    "## Options of all commands",
    "",
    ...table(
      "option",
      program.options.map((option) => [option.flags, optionText(option)]),
    ),
    ...program.commands.flatMap((command) => section(command, [])),
    "## completion",
    "",
    "Prints a completion script for a shell: `bash`, `zsh`, `fish` or `powershell`.",
    "",
    "```text",
    "$ source <(orange-cmdb completion bash)",
    "```",
    "",
    "## Filters",
    "",
    "`--filter NAME=VALUE` matches a field of a record. Several filters must all match.",
    "",
    "| in a value | meaning |",
    "| --- | --- |",
    "| `,` | separates alternatives: one of them must match |",
    "| `\\,` | a comma, as in `--filter 'address=*Lyon\\, France'` |",
    "| `*` | any text |",
    "",
    "`country` accepts codes and names of countries in any case. A field with several values matches by any of them. A value that no",
    "record has gives a warning with the values that exist.",
    "",
    "## Behaviour of all commands",
    "",
    "- Results go to standard output. Progress, warnings and errors go to standard error.",
    "- An error is one message, and the exit code is 1.",
    "- If the API refuses to list accounts, `sync` and `search` print a warning and continue.",
    "- Tables show the main fields. `csv`, `json`, `ndjson` and `yaml` show [every field](../guides/read-records.md).",
    "- In a folder of a Pulumi project, the settings of the selected stack apply after the environment. `drift --stack NAME` uses the settings",
    "  of that stack. If the Pulumi CLI cannot read them, the command warns and continues without them.",
    "- Output files are private to your account and are replaced as a whole. A command checks all of them before it starts.",
    "- Control, format and separator characters of records become spaces on a terminal. JSON and YAML escape them.",
    "- Output is coloured only on a terminal. `--color` and `FORCE_COLOR=1` colour it elsewhere; `--no-color` and `NO_COLOR=1` win.",
    "",
  ].join("\n");
}
