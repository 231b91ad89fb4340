#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import type { Filter } from "../provider/inventory/inventory.js";
import { countArgument, filterArgument, kindArgument } from "./arguments.js";
import { fail } from "./fail.js";

const manifest = JSON.parse(readFileSync(join(__dirname, "..", "..", "package.json"), "utf8")) as { version: string };

const program = new Command("orange-cmdb")
  .description("Reads an Orange Business CMDB (Core Information API) and compares what is deployed with it.")
  .version(manifest.version)
  .option("--verbose", "say more, on stderr")
  .showHelpAfterError("(orange-cmdb help COMMAND shows how)")
  .exitOverride()
  .hook("preAction", () => {
    if (program.opts()["verbose"]) process.env["ORANGE_CMDB_VERBOSE"] = "1";
  })
  .addHelpText("after", "\nCredentials: ORANGE_CMDB_CLIENT_ID, ORANGE_CMDB_CLIENT_SECRET, ORANGE_CMDB_API_KEY.");

const examples = (...lines: string[]): string =>
  `\nExamples:\n${lines.map((line) => `  $ orange-cmdb ${line}`).join("\n")}`;

program
  .command("list")
  .description("list the records of a kind")
  .argument("<kind>", "locations, service-points, configuration-items or accounts")
  .option(
    "--filter <name=value>",
    "a field's value, * as wildcard, several by comma; repeatable",
    filterArgument,
    [] as Filter[],
  )
  .option("--where <jmespath>", "a JMESPath condition on the record as -o json shows it")
  .option("--limit <n>", "the first so many by id; default all", countArgument)
  .option("-o, --output <format>", "table, json, ndjson, csv or yaml", "table")
  .addHelpText(
    "after",
    examples(
      "list locations",
      "list configuration-items --filter type=router --filter 'status=In service' -o csv",
      `list configurationItems --where "attributes.vendor == 'Cisco'"`,
    ),
  )
  .action(async (kind: string, options) => (await import("./commands/list.js")).list(kindArgument(kind), options));

program
  .command("get")
  .description("show one record")
  .argument("<kind>")
  .argument("<id>")
  .option("-o, --output <format>", "json, yaml or table", "yaml")
  .addHelpText("after", examples("get location LOC-PAR-001", "get configuration-item CI-RTR-PAR-001 -o json"))
  .action(async (kind: string, id: string, options) =>
    (await import("./commands/get.js")).get(kindArgument(kind), id, options),
  );

program
  .command("sync")
  .description("fetch the inventory into the local mirror")
  .argument("[kind...]", "default: all kinds")
  .option("-o, --output <format>", "json or yaml")
  .addHelpText("after", examples("sync", "sync locations configuration-items"))
  .action(async (names: string[], options) =>
    (await import("./commands/sync.js")).sync(names.map(kindArgument), options),
  );

for (const what of ["status", "version"] as const) {
  program
    .command(what)
    .description(`show the API's ${what === "status" ? "health" : "version"}`)
    .option("-o, --output <format>", "json or yaml", "yaml")
    .addHelpText("after", examples(what))
    .action(async (options) => (await import("./commands/component.js")).component(what, options));
}

program
  .command("drift")
  .description("compare what is deployed with the inventory; exit code 0 nothing, 2 findings, 1 could not tell")
  .option("--state <file>", "a pulumi stack export; - for standard input")
  .option("--stack <name>", "a stack of the current backend")
  .option("--cwd <dir>", "the folder of the stack's project")
  .option("--rules <file>", "default: ORANGE_CMDB_RULES, cmdb.rules.yaml beside Pulumi.yaml, tags by convention")
  .option(
    "-o, --output <format[=path]>",
    "console or json; repeatable",
    (text: string, earlier: string[] | undefined) => [...(earlier ?? []), text],
  )
  .option("--fail-on <severity>", "error, warning or never", "error")
  .addHelpText(
    "after",
    examples("drift --state state.json", "drift --stack prod -o console -o json=report.json --fail-on warning"),
  )
  .action(async (options) =>
    (await import("./commands/drift.js")).drift({ ...options, output: options.output ?? ["console"] }),
  );

program
  .command("sandbox")
  .description("serve invented data as the API would, on loopback, to try things out")
  .option("--port <n>", "default: a free one", countArgument)
  .option("--size <n>", "number of configuration items (60)", countArgument)
  .option("--seed <n>", "another seed, other data (1)", countArgument)
  .option("--data <dir>", "serve locations.json, servicePoints.json, … of a folder instead")
  .addHelpText("after", examples("sandbox --port 8080", "sandbox --size 1000 --seed 7"))
  .action(async (options) => (await import("./commands/sandbox.js")).sandbox(options));

// A reader that had enough, such as head, is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

program.parseAsync().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 1;
    return;
  }
  fail(error, Boolean(program.opts()["verbose"]));
});
