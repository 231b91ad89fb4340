import { Argument, Option, type Command } from "commander";
import type { EditedFile } from "../drift/common/schema-line.js";
import { ruleNames } from "../policy/rules/file/rule-names.js";
import { countArgument } from "./options/arguments.js";
import { addSourceOptions, rulesDescription } from "./options/source-options.js";
import type { GlobalOptions } from "./options/global-options.js";

/** What each command of the group `rules` gets from the program. */
export interface ProgramParts {
  readonly globals: () => GlobalOptions;
  readonly version: string;
  readonly examples: (...lines: string[]) => string;
}

/** Adds the command group `rules` to the program. */
export function addRulesCommands(program: Command, parts: ProgramParts): void {
  const group = program
    .command("rules")
    .description("check and test the rules of a rules file, and explain what they find");
  addInit(group, parts);
  addTest(group, parts);
  addExplain(group, parts);
  addCheck(group, parts);
  addSchema(group, parts);
}

function addInit(group: Command, { globals, examples, version }: ProgramParts): void {
  addSourceOptions(
    group
      .command("init")
      .description(
        "write a commented rules file from deployed resources and the inventory, and a first test file beside it; exit code 0: written, 1: error",
      )
      .argument("[file]", "rules file (default: cmdb.rules.yaml in --cwd)"),
  )
    .option("--plan <file>", "Terraform or OpenTofu plan as for check, beside or instead of states")
    .option("--force", "replace an existing rules file and its test file")
    .addHelpText(
      "after",
      examples(
        "rules init --stack prod",
        "rules init --state state.json",
        "rules init net.rules.yaml --plan plan.json",
      ),
    )
    .action(async (file: string | undefined, options) =>
      (await import("./commands/rules-init.js")).rulesInit(file, options, version, globals()),
    );
}

function addTest(group: Command, { globals, examples }: ProgramParts): void {
  group
    .command("test")
    .description(
      "run the cases of test files, and print which rules they use; exit code 0: passed, 2: a case failed, 1: error",
    )
    .argument("[file...]", "test files (default: the *.rules.test.yaml files beside the rules file)")
    .option("--coverage <percent>", "also exit with 2 if cases use less than this share of the rules", countArgument)
    .addOption(
      new Option("-o, --output <format>", "output format").choices(["console", "json", "junit"]).default("console"),
    )
    .addOption(
      new Option(
        "--from-state <file>",
        "print an anonymized case of a resource of a state, instead of running cases",
      ).conflicts(["coverage", "watch"]),
    )
    .option("--resource <urn>", "with --from-state: URN or name of the resource")
    .option("--watch", "run again after each change of a test file or a rules file")
    .addHelpText(
      "after",
      examples("rules test", "rules test --watch", "rules test --coverage 100", "rules test -o junit > rules.xml"),
    )
    .action(async (paths: string[], options) =>
      (await import("./commands/rules-test.js")).rulesTest(paths, options, globals()),
    );
}

function addExplain(group: Command, { globals, examples, version }: ProgramParts): void {
  addSourceOptions(
    group
      .command("explain")
      .description("explain step by step why the rules report something about a resource, or nothing")
      .argument("<urn>", "URN of the resource, or its end if that is unambiguous, such as the name"),
  )
    .option("--plan <file>", "Terraform or OpenTofu plan as for check, instead of states")
    .option("--rules <file>", rulesDescription)
    .option("--policy-pack-config <file>", "with --plan: file of levels and settings of the policy pack")
    .option("--ignore-file <file>", "file of findings to ignore (default: .cmdbignore.yaml)")
    .option("--baseline <report>", "JSON report of an earlier run, as for drift")
    .addOption(new Option("--rule <name>", "explain only this rule (default: all)").choices(ruleNames))
    .addOption(new Option("-o, --output <format>", "output format").choices(["console", "json"]).default("console"))
    .addHelpText(
      "after",
      examples(
        "rules explain gw-paris --state state.json",
        "rules explain urn:pulumi:prod::net::aws:ec2/customerGateway:CustomerGateway::gw-paris --stack prod",
        "rules explain aws_customer_gateway.paris --plan plan.json --rule attributes-match -o json",
      ),
    )
    .action(async (urn: string, options) =>
      (await import("./commands/rules-explain.js")).rulesExplain(urn, options, version, globals()),
    );
}

function addCheck(group: Command, { globals, examples }: ProgramParts): void {
  addSourceOptions(
    group
      .command("check")
      .description(
        "find mistakes in a rules file, and what has no effect with the inventory and with states, if they are given; exit code 0: no problems, 2: problems, 1: error",
      )
      .argument("[file]", "rules file (default: ORANGE_CMDB_RULES, else cmdb.rules.yaml in --cwd or a parent folder)"),
  )
    .option("--fix", "rewrite misspelt names of which only one can be meant, and keep everything else")
    .addOption(new Option("-o, --output <format>", "output format").choices(["console", "json"]).default("console"))
    .addHelpText(
      "after",
      examples(
        "rules check",
        "rules check cmdb.rules.yaml --state state.json",
        "rules check --fix",
        "rules check --all-stacks -o json",
      ),
    )
    .action(async (file: string | undefined, options) =>
      (await import("./commands/rules-check.js")).rulesCheck(file, options, globals()),
    );
}

function addSchema(group: Command, { globals, examples }: ProgramParts): void {
  group
    .command("schema")
    .description("print a JSON schema for editors with the ids, statuses and fields of the inventory")
    .addArgument(
      new Argument("[for]", "the files that the schema is for").choices(["rules", "tests", "ignore"]).default("rules"),
    )
    .option("--save <file>", "write the schema to a file that only you can read (default: standard output)")
    .addHelpText(
      "after",
      examples(
        "rules schema --save cmdb.schema.json",
        "--inventory inventory.db rules schema ignore > ignore.schema.json",
      ),
    )
    .action(async (of: EditedFile, options) =>
      (await import("./commands/rules-schema.js")).rulesSchema(of, options, globals()),
    );
}
