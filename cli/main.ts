import "../provider/compile-cache.js";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { Argument, Command, CommanderError, Option } from "commander";
import type { Filter } from "../provider/inventory/inventory.js";
import type { Kind } from "../provider/inventory/records.js";
import { printError } from "../provider/print-error.js";
import {
  countArgument,
  filterArgument,
  kindArgument,
  kindArguments,
  kindNames,
  recordFolder,
  versionArgument,
} from "./arguments.js";
import { chooseColour } from "./colour.js";
import { fail } from "./fail.js";

const manifest = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as { version: string };

/** The options of every command. */
interface GlobalOptions {
  readonly verbose?: boolean;
  readonly color?: boolean;
  readonly inventory?: string;
  readonly record?: string;
}

const program = new Command("orange-cmdb")
  .description("Reads an Orange Business CMDB (Core Information API) and compares what is deployed with it.")
  .version(manifest.version)
  .option("--verbose", "say more, on stderr")
  .option("--inventory <file>", "read a file of sync --output instead of the API; needs no credentials")
  .option(
    "--record <dir>",
    "keep what is exchanged with the API, without names, ids and secrets, in an empty or a new folder",
  )
  .option("--color", "colour the output even if it is not a terminal, as FORCE_COLOR=1 does")
  .option("--no-color", "print no colour, as NO_COLOR=1 does")
  .configureHelp({ showGlobalOptions: true })
  .showHelpAfterError("(orange-cmdb help COMMAND shows how)")
  .exitOverride()
  .configureOutput({ outputError: (text) => text.trimEnd().split("\n").forEach(printError) })
  .hook("preAction", (_program, command) => {
    const { color, verbose, inventory, record } = program.opts<GlobalOptions>();
    chooseColour(color);
    if (record !== undefined) process.env["ORANGE_CMDB_RECORD"] = recordFolder(record, command.name());
    if (verbose) process.env["ORANGE_CMDB_VERBOSE"] = "1";
    if (inventory !== undefined) process.env["ORANGE_CMDB_INVENTORY_FILE"] = resolve(inventory);
  })
  .hook("postAction", async () => {
    if (program.opts()["record"] === undefined) return;
    const { hasRecorded } = await import("../provider/api/recorder.js");
    if (!hasRecorded()) printError("orange-cmdb: nothing was recorded: the API was asked for nothing");
  })
  .addHelpText(
    "after",
    `
Credentials: ORANGE_CMDB_CLIENT_ID, ORANGE_CMDB_CLIENT_SECRET, ORANGE_CMDB_API_KEY.
Shell completion: source <(orange-cmdb completion bash), or zsh, fish, powershell.`,
  );

/** The choices are told to help and to the shell's completion. */
const kindsOf = (name: string): Argument => new Argument(name).choices(kindNames);
const format = (...names: string[]): Option => new Option("-o, --output <format>").choices(names);

const several = (text: string, earlier: string[] | undefined): string[] => [...(earlier ?? []), text];

const examples = (...lines: string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ orange-cmdb ${line}`).join("\n")}`;

program
  .command("list")
  .description("list the records of a kind")
  .addArgument(kindsOf("<kind>").argParser(kindArgument))
  .option(
    "--filter <name=value>",
    "a field's value, * as wildcard, several by comma, \\, for a comma in one; repeatable",
    filterArgument,
    [] as Filter[],
  )
  .option("--where <jmespath>", "a JMESPath condition on the record as -o json shows it")
  .option("--limit <n>", "the first so many by id; default all", countArgument)
  .option("--at-least <n>", "exit with 1 if fewer records match (default: 0)", countArgument)
  .addOption(format("table", "json", "ndjson", "csv", "yaml").default("table"))
  .addHelpText(
    "after",
    examples(
      "list locations",
      "list locations --filter country=France --at-least 1",
      "list configuration-items --filter type=ROUTER --filter status=OPERATIONAL -o csv",
      "list locations --filter 'address=*Lyon\\, France'",
      `list configurationItems --where "manufacturer == 'Cisco'"`,
    ),
  )
  .action(async (kind: Kind, options) => (await import("./commands/list.js")).list(kind, options));

program
  .command("get")
  .description("show one record")
  .addArgument(kindsOf("<kind>").argParser(kindArgument))
  .argument("<id>")
  .addOption(format("yaml", "json", "table").default("yaml"))
  .addHelpText("after", examples("get location LOC-PAR-001", "get configuration-item CI-RTR-PAR-001 -o json"))
  .action(async (kind: Kind, id: string, options) => (await import("./commands/get.js")).get(kind, id, options));

program
  .command("search")
  .description("find records by the words of their ids, names and addresses")
  .argument("<text...>", "words, each as the beginning of a word, in any case, without accents")
  .addOption(new Option("--kind <kind>", "only this kind; repeatable").choices(kindNames).argParser(kindArguments))
  .option("--limit <n>", "the best so many; default all", countArgument)
  .addOption(format("table", "json", "ndjson", "csv", "yaml").default("table"))
  .addHelpText("after", examples("search par router", "search 'rue de la villette' --kind locations -o json"))
  .action(async (words: string[], options) => (await import("./commands/search.js")).search(words, options));

program
  .command("sync")
  .description("fetch the inventory into the local mirror")
  .addArgument(kindsOf("[kind...]").argParser(kindArguments))
  .option("--full", "read every list in full, not only what changed since the last sync")
  .option("--output <file>", "write it into one file too, to be read elsewhere with --inventory")
  .addOption(new Option("-o, --format <format>", "how to print what was fetched").choices(["json", "yaml"]))
  .addHelpText("after", examples("sync", "sync locations configuration-items", "sync --output inventory.db"))
  .action(async (kinds: Kind[], options) => (await import("./commands/sync.js")).sync(kinds, options));

program
  .command("diff")
  .description("show what changed in the CMDB between two syncs: records added, removed and changed")
  .option("--from <version>", "a number, a time, or 2d, 12h, 30m ago; default: the version before", versionArgument)
  .option("--to <version>", "default: the newest", versionArgument)
  .option("--exit-code", "exit with 2 where something changed")
  .addOption(format("console", "json", "markdown").default("console"))
  .addHelpText("after", examples("diff", "diff --from 2d -o markdown", "diff --from 3 --to 5 --exit-code"))
  .action(async (options) => (await import("./commands/diff.js")).diff(options));

program
  .command("history")
  .description("show what happened to a record, or without an id the versions that the mirror keeps")
  .argument("[id]")
  .addOption(format("console", "json", "yaml").default("console"))
  .addHelpText("after", examples("history", "history CI-RTR-PAR-001"))
  .action(async (id: string | undefined, options) => (await import("./commands/history.js")).history(id, options));

for (const what of ["status", "version"] as const) {
  program
    .command(what)
    .description(`show the API's ${what === "status" ? "health" : "version"}`)
    .addOption(format("yaml", "json").default("yaml"))
    .addHelpText("after", examples(what))
    .action(async (options) => (await import("./commands/component.js")).component(what, options));
}

program
  .command("doctor")
  .description("check settings, credentials and everything that is assumed of the API; shows no secret and no record")
  .option("--write <file>", "put the settings that would fit what was seen into a file")
  .addOption(format("console", "json", "yaml").default("console"))
  .addHelpText("after", examples("doctor", "doctor -o json > doctor.json", "doctor --write proposed.env"))
  .action(async (_options, command: Command) =>
    (await import("./commands/doctor.js")).doctor(command.optsWithGlobals()),
  );

const driftCommand = program
  .command("drift")
  .description("compare what is deployed with the inventory; exit code 0 nothing, 2 findings, 1 could not tell")
  .option("--state <file>", "a pulumi stack export, or terraform show -json; - for standard input; repeatable", several)
  .option("--stack <name>", "a stack of the current backend; repeatable", several)
  .option("--all-stacks", "all stacks of the current backend")
  .option("--include <pattern>", "of all stacks only these, * as wildcard; repeatable", several)
  .option("--exclude <pattern>", "of all stacks not these; repeatable", several)
  .option("--cwd <dir>", "the folder of the stack's project")
  .option("--source-root <dir>", "the folder that paths in reports are relative to (the root of the Git repository)")
  .option("--refresh", "add Pulumi's own drift: pulumi refresh --preview-only of each stack")
  .option(
    "--since <version>",
    "tell what the CMDB changed since: a number, a time, or 2d, 12h, 30m ago",
    versionArgument,
  )
  .option("--rules <file>", "default: ORANGE_CMDB_RULES, cmdb.rules.yaml beside Pulumi.yaml, tags by convention")
  .option("--ignore-file <file>", "what to pass over (.cmdbignore.yaml)")
  .option("--write-ignore [file]", "write the findings as an ignore file (.cmdbignore.yaml)")
  .option("--baseline <report>", "a JSON report: show, and fail on, what is new only")
  .option("--history <file>", "add a line for this run (NDJSON), and show how it was before")
  .option("--shard <i/n>", "only the stacks of this part; drift merge makes the whole of the parts")
  .addOption(
    new Option("-o, --output <format[=path]>", "any number at once (console)")
      .choices([
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
      ])
      .argParser(several),
  )
  .addOption(
    new Option("--fail-on <severity>", "the least that fails (error)").choices(["error", "warning", "info", "never"]),
  )
  .addHelpText(
    "after",
    examples(
      "drift --state state.json",
      "drift --stack prod -o console -o json=report.json --fail-on warning",
      "drift --all-stacks --exclude '*/dev-*' -o html=drift.html -o sarif=drift.sarif",
    ),
  )
  .action(async (options) => (await import("./commands/drift.js")).drift(options, manifest.version));

driftCommand
  .command("merge")
  .description("make one report of several: of the shards of a run, or to show a report in other formats")
  .argument("<report...>", "reports that were written with -o json=PATH")
  .addHelpText(
    "after",
    `\nOptions of drift that hold here too: -o, --fail-on, --baseline, --history, --ignore-file, --write-ignore.\n${examples("drift merge shard-*.json -o html=drift.html")}`,
  )
  .action(async (paths: string[], _options, command: Command) =>
    (await import("./commands/drift-merge.js")).merge(paths, command.optsWithGlobals()),
  );

program
  .command("check")
  .description(
    "judge a Terraform plan as the policy pack does; exit code 0 good, 2 mandatory violation, 1 could not tell",
  )
  .requiredOption(
    "--plan <file>",
    "what terraform show -json (or tofu show -json) says of a plan; - for standard input",
  )
  .option("--rules <file>", "default: ORANGE_CMDB_RULES, cmdb.rules.yaml here or above, tags by convention")
  .option("--policy-pack-config <file>", "levels and settings of the rules, as pulumi takes them")
  .addOption(
    new Option("--on-unavailable <mode>", "where the inventory cannot be had (fail)").choices([
      "fail",
      "stale",
      "warn",
    ]),
  )
  .option("--ignore-file <file>", "what to pass over (.cmdbignore.yaml)")
  .addOption(
    new Option("-o, --output <format[=path]>", "any number at once (console)")
      .choices(["console", "json", "ndjson", "markdown", "junit", "sarif", "sarif-github", "csv", "github", "gitlab"])
      .argParser(several),
  )
  .addHelpText(
    "after",
    `${examples("check --plan plan.json", "check --plan plan.json -o console -o junit=report.xml -o sarif=report.sarif")}
  $ terraform plan -out=plan.bin && terraform show -json plan.bin | orange-cmdb check --plan -`,
  )
  .action(async (options) => (await import("./commands/check.js")).check(options, manifest.version));

program
  .command("sandbox")
  .description("serve invented data as the API would, on loopback, to try things out")
  .option("--port <n>", "default: a free one", countArgument)
  .option("--size <n>", "number of configuration items (60)", countArgument)
  .option("--seed <n>", "another seed, other data (1)", countArgument)
  .option("--delay <ms>", "how long each answer takes (0)", countArgument)
  .option("--rate <n>", "requests a second before 403 with code 53; 0 for no limit (25)", countArgument)
  .addOption(
    new Option("--limit-behaviour <mode>", "what a limit above 250 gets: 400, or 250 records (refuse)").choices([
      "refuse",
      "clamp",
    ]),
  )
  .option("--etags", "send ETags, and answer If-None-Match by 304")
  .addOption(new Option("--replay <dir>", "serve what --record has kept").conflicts(["data", "size", "seed"]))
  .option("--data <dir>", "serve locations.json, servicePoints.json, … of a folder instead")
  .addHelpText("after", examples("sandbox --port 8080", "sandbox --size 1000 --seed 7"))
  .action(async (options) => (await import("./commands/sandbox.js")).sandbox(options));

// A reader that had enough, such as head, is no fault: what was found out still is the exit code.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  fail(new Error(`the result cannot be written to standard output: ${error.code}`), false);
  process.exit(1);
});

async function main(): Promise<void> {
  const [command] = process.argv.slice(2);
  // Only then is it loaded.
  if (command === "completion" || command === "complete") {
    const { default: tab } = await import("@bomb.sh/tab/commander");
    tab(program, { completionCommandName: "completion" });
  }
  await program.parseAsync();
}

const isVerbose = (): boolean => Boolean(program.opts()["verbose"]);

let ended = false;
// Node.js ends, and with 0, where a promise is awaited that nothing can keep any more.
process.once("beforeExit", () => {
  if (!ended)
    fail(new Error("ended before it was done: this is a fault of the command; please report it"), isVerbose());
});

main()
  .catch((error: unknown) => {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 1;
      return;
    }
    fail(error, isVerbose());
  })
  .finally(() => (ended = true));
