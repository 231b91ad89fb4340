import { checkFormatNames, formatNames } from "../drift/formats/names.js";
import { Argument, Command, Option } from "commander";
import type { Kind } from "../provider/model/records.js";
import { printError } from "../provider/platform/print-error.js";
import {
  countArgument,
  filterArgument,
  kindArgument,
  kindArguments,
  kindNames,
  several,
  versionArgument,
} from "./options/arguments.js";
import { addSourceOptions, rulesDescription } from "./options/source-options.js";
import { UsageError } from "./options/usage-error.js";
import { addRulesCommands } from "./rules-program.js";
import type { DriftOptions } from "./commands/drift-options.js";
import { globalOptions, type GlobalOptions } from "./options/global-options.js";

/** Choices appear in the help and in shell completion. */
const kindsOf = (name: string): Argument => new Argument(name).choices(kindNames);
const format = (...names: string[]): Option => new Option("-o, --output <format>").choices(names);

const examples = (...lines: string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ orange-cmdb ${line}`).join("\n")}`;

/** Builds the commands with their options. Nothing runs before the program parses arguments. */
export function createProgram(version: string): Command {
  const program = new Command("orange-cmdb")
    .description("Reads an Orange Business CMDB (Core Information API) and compares what is deployed with it.")
    .version(version)
    .option("--verbose", "print debug output to stderr")
    .option(
      "--inventory <file>",
      "read an inventory file (see sync --save) instead of the API: a path, or an https, s3, gs or azblob URL",
    )
    .option("--record-http <dir>", "write anonymized API requests and responses to a new or empty folder")
    .option("--color", "use colour even if the output is not a terminal; same as FORCE_COLOR=1")
    .option("--no-color", "do not use colour; same as NO_COLOR=1")
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("(run orange-cmdb help COMMAND for usage)")
    .exitOverride()
    .configureOutput({ outputError: (text) => text.trimEnd().split("\n").forEach(printError) })
    .hook("preAction", (_program, command) => {
      const { settings } = globals();
      if (settings.recordingDir !== undefined && command.name() === "sandbox")
        throw new UsageError(
          "sandbox makes no API requests to record: pass --record-http to a command that calls the API",
        );
    })
    .hook("postAction", async () => {
      if (program.opts()["recordHttp"] === undefined) return;
      const { hasRecordings: hasRecorded } = await import("../provider/api/recording/recorder.js");
      if (!hasRecorded()) printError("orange-cmdb: nothing was recorded: the command made no API request");
    })
    .addHelpText(
      "after",
      `
Credentials: ORANGE_CMDB_CLIENT_ID, ORANGE_CMDB_CLIENT_SECRET, ORANGE_CMDB_API_KEY.
Shell completion: source <(orange-cmdb completion bash), or zsh, fish, powershell.`,
    );

  const globals = (): GlobalOptions => globalOptions(program.opts());

  program
    .command("list")
    .description("list the records of a kind")
    .addArgument(kindsOf("<kind>").argParser(kindArgument))
    .option(
      "--filter <name=value>",
      "match a field; * is a wildcard, a comma separates alternatives, \\, is a literal comma; repeatable",
      filterArgument,
    )
    .option("--where <jmespath>", "match a JMESPath expression on the record as printed by -o json")
    .option("--limit <n>", "return at most n records, ordered by id (default: all)", countArgument)
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
    .action(async (kind: Kind, options) => (await import("./commands/list.js")).list(kind, options, globals()));

  program
    .command("get")
    .description("show one record")
    .addArgument(kindsOf("<kind>").argParser(kindArgument))
    .argument("<id>", "id of the record")
    .addOption(format("yaml", "json", "table").default("yaml"))
    .addHelpText("after", examples("get location LOC-PAR-001", "get configuration-item CI-RTR-PAR-001 -o json"))
    .action(async (kind: Kind, id: string, options) =>
      (await import("./commands/get.js")).get(kind, id, options, globals()),
    );

  program
    .command("search")
    .description("find records by the words of their ids, names and addresses")
    .argument("<text...>", "words or beginnings of words; case and accents are ignored")
    .addOption(
      new Option("--kind <kind>", "search only this kind; repeatable (default: all)")
        .choices(kindNames)
        .argParser(kindArguments),
    )
    .option("--limit <n>", "return at most n records, best match first (default: all)", countArgument)
    .addOption(format("table", "json", "ndjson", "csv", "yaml").default("table"))
    .addHelpText("after", examples("search par router", "search 'rue de la villette' --kind locations -o json"))
    .action(async (words: string[], options) =>
      (await import("./commands/search.js")).search(words, options, globals()),
    );

  program
    .command("sync")
    .description("fetch the inventory into the local mirror")
    .addArgument(kindsOf("[kind...]").argParser(kindArguments))
    .option("--full", "read complete lists instead of only the changes since the last sync")
    .option(
      "--save <file>",
      "also write the inventory to a file that --inventory reads elsewhere: a path, or an s3, gs or azblob URL",
    )
    .addOption(format("console", "json", "yaml").default("console"))
    .addHelpText(
      "after",
      examples(
        "sync",
        "sync locations configuration-items",
        "sync --save inventory.db",
        "sync --save s3://team-bucket/inventory.db",
      ),
    )
    .action(async (kinds: Kind[], options) => (await import("./commands/sync.js")).sync(kinds, options, globals()));

  program
    .command("diff")
    .description("show records added, removed and changed in the CMDB between two syncs")
    .option(
      "--from <version>",
      "version number, time, or age such as 2d, 12h, 30m (default: the version before --to)",
      versionArgument,
    )
    .option("--to <version>", "version number, time or age (default: the newest)", versionArgument)
    .option("--exit-code", "exit with 2 if records differ")
    .addOption(format("console", "json", "markdown").default("console"))
    .addHelpText("after", examples("diff", "diff --from 2d -o markdown", "diff --from 3 --to 5 --exit-code"))
    .action(async (options) => (await import("./commands/diff.js")).diff(options, globals()));

  program
    .command("history")
    .description("show the changes of a record; without an id, the versions kept in the mirror")
    .argument("[id]", "id of a record")
    .addOption(format("console", "json", "yaml").default("console"))
    .addHelpText("after", examples("history", "history CI-RTR-PAR-001"))
    .action(async (id: string | undefined, options) =>
      (await import("./commands/history.js")).history(id, options, globals()),
    );

  for (const what of ["status", "version"] as const) {
    program
      .command(what)
      .description(`show the API's ${what === "status" ? "health" : "version"}`)
      .addOption(format("yaml", "json").default("yaml"))
      .addHelpText("after", examples(what))
      .action(async (options) => (await import("./commands/component.js")).component(what, options, globals()));
  }

  program
    .command("doctor")
    .description("check settings, credentials and the assumptions about the API; prints no secrets and no records")
    .option("--write-env <file>", "write the proposed settings to a new file of shell variables")
    .addOption(format("console", "json", "yaml").default("console"))
    .addHelpText("after", examples("doctor", "doctor -o json > doctor.json", "doctor --write-env proposed.env"))
    .action(async (options) => (await import("./commands/doctor.js")).doctor(options, globals()));

  const driftCommand = addSourceOptions(
    program
      .command("drift")
      .description("compare deployed resources with the inventory; exit code 0: passed, 2: findings, 1: error"),
  )
    .option(
      "--source-root <dir>",
      "folder that paths in reports are relative to (default: the root of the Git repository)",
    )
    .option("--refresh", "also run pulumi refresh --preview-only for each stack and report its drift")
    .option(
      "--since <version>",
      "list CMDB changes since a version number, a time, or an age such as 2d, 12h, 30m",
      versionArgument,
    )
    .option("--rules <file>", rulesDescription)
    .option("--ignore-file <file>", "file of findings to ignore (default: .cmdbignore.yaml)")
    .option(
      "--write-ignore [file]",
      "accept the findings: add them to an ignore file (default: the file of --ignore-file)",
    )
    .option("--baseline <report>", "JSON report of an earlier run; report and fail on new findings only")
    .option("--history <file>", "append this run to an NDJSON file and show the trend")
    .option("--shard <i/n>", "compare only part i of n of the stacks; combine the reports with drift merge")
    .addOption(
      new Option(
        "-o, --output <format[=path]>",
        "output format, to standard output or a file; repeatable (default: console)",
      )
        .choices(formatNames)
        .argParser(several),
    )
    .addOption(
      new Option("--fail-on <severity>", "minimum severity that fails the run")
        .choices(["error", "warning", "info", "never"])
        .default("error"),
    )
    .addHelpText(
      "after",
      examples(
        "drift --state state.json",
        "drift --stack prod -o console -o json=report.json --fail-on warning",
        "drift --all-stacks --exclude '*/dev-*' -o html=drift.html -o sarif=drift.sarif",
        "drift --from 'tfstate+s3://bucket/**/*.tfstate?region=eu-west-3' --from 's3://pulumi-state'",
      ),
    )
    .action(async (options) => (await import("./commands/drift.js")).drift(options, version, globals()));

  driftCommand
    .command("merge")
    .description("merge reports of shards into one report, or print a report in other formats")
    .argument("<report...>", "reports written with -o json=PATH")
    .addHelpText(
      "after",
      `\nAlso accepts these options of drift: -o, --fail-on, --baseline, --history, --ignore-file, --write-ignore.
--fail-on defaults to the level of the reports.\n${examples("drift merge shard-*.json -o html=drift.html", "drift merge report.json -o console --fail-on warning")}`,
    )
    .action(async (paths: string[], _options, command: Command) => {
      const options = command.optsWithGlobals<DriftOptions>();
      // Without --fail-on, the level of the reports applies, not the default of `drift`.
      if (driftCommand.getOptionValueSource("failOn") === "default") delete options.failOn;
      await (await import("./commands/drift-merge.js")).merge(paths, options, globals());
    });

  addSourceOptions(
    program
      .command("adopt")
      .description("propose references from deployed resources to records; exit code 0: proposed, 1: error"),
  )
    .option("--plan <file>", "output of terraform show -json or tofu show -json for a plan; - for standard input")
    .option("--rules <file>", rulesDescription)
    .option(
      "--decisions <file>",
      "file of accepted and rejected matches (default: adopt.decisions.yaml in the folder of --write, else in this folder)",
    )
    .option("--write <dir>", "write rules, tags, imports and decisions to a folder (default: write nothing)")
    .addOption(format("console", "json", "csv").default("console"))
    .addHelpText(
      "after",
      examples(
        "adopt --state state.json",
        "adopt --all-stacks --write proposals",
        "adopt --from 's3://pulumi-state' -o json",
      ),
    )
    .action(async (options) => (await import("./commands/adopt.js")).adopt(options, version, globals()));

  program
    .command("check")
    .description(
      "check a Terraform or OpenTofu plan with the rules of the policy pack; exit code 0: passed, 2: mandatory violation, 1: error",
    )
    .requiredOption(
      "--plan <file>",
      "output of terraform show -json or tofu show -json for a plan; - for standard input",
    )
    .option(
      "--rules <file>",
      "rules file (default: ORANGE_CMDB_RULES, else cmdb.rules.yaml in this or a parent folder, else tags by convention)",
    )
    .option(
      "--policy-pack-config <file>",
      "JSON or YAML file of levels and settings, in the format of pulumi preview --policy-pack-config",
    )
    .addOption(
      new Option(
        "--on-unavailable <mode>",
        "if the inventory is unavailable (default: fail, unless --policy-pack-config sets it)",
      ).choices(["fail", "use-stale", "warn"]),
    )
    .option("--ignore-file <file>", "file of findings to ignore (default: .cmdbignore.yaml)")
    .addOption(
      new Option(
        "-o, --output <format[=path]>",
        "output format, to standard output or a file; repeatable (default: console)",
      )
        .choices(checkFormatNames)
        .argParser(several),
    )
    .addHelpText(
      "after",
      `${examples("check --plan plan.json", "check --plan plan.json -o console -o junit=report.xml -o sarif=report.sarif")}
  $ terraform plan -out=plan.bin && terraform show -json plan.bin | orange-cmdb check --plan -`,
    )
    .action(async (options) => (await import("./commands/check.js")).check(options, version, globals()));

  addRulesCommands(program, { globals, examples, version });

  program
    .command("sandbox")
    .description("run a local API server with generated data, to try out orange-cmdb")
    .option("--port <n>", "port to listen on (default: a free port)", countArgument)
    .option("--size <n>", "number of configuration items", countArgument, 60)
    .option("--seed <n>", "seed of the random generator; the same seed gives the same data", countArgument, 1)
    .option("--delay <ms>", "delay of each response in milliseconds", countArgument, 0)
    .option("--rate <n>", "allowed requests per second; more get status 403, code 53; 0 is no limit", countArgument, 25)
    .addOption(
      new Option(
        "--limit-behaviour <mode>",
        "for a page size above 250: refuse it (status 400), or clamp it to 250 records",
      )
        .choices(["refuse", "clamp"])
        .default("refuse"),
    )
    .option("--etags", "send ETags, and respond to If-None-Match with 304")
    .addOption(new Option("--replay <dir>", "serve a recording of --record-http").conflicts(["data", "size", "seed"]))
    .option("--data <dir>", "serve locations.json, servicePoints.json, … of a folder instead of generated data")
    .addHelpText("after", examples("sandbox --port 8080", "sandbox --size 1000 --seed 7", "sandbox --replay recording"))
    .action(async (options) => (await import("./commands/sandbox.js")).sandbox(options));

  return program;
}
