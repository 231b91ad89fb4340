import { PolicyPack } from "@pulumi/policy";
import { stackConfig } from "../provider/config.js";
import { printError } from "../provider/print-error.js";
import { checkArguments, type OrangeCmdbPolicyPackArgs } from "./arguments.js";
import { findPackRules } from "./load-rules.js";
import { PackMistake } from "./mistake.js";
import { readInventory, shareInventory } from "./own.js";
import { kindsOf } from "./opened.js";
import { kinds } from "../provider/inventory/records.js";
import { mistakeIn } from "./pack-config.js";
import { decidedAtUpdate, inventoryAvailable, policyOf } from "./policies.js";
import { watchRequests } from "./requests.js";
import { rules as allRules } from "./rules/index.js";
import { conventionalRules, parseRulesFile, RulesFileError, type RulesFile } from "./rules/rules-file.js";
import { Run } from "./run.js";

/** The policies: one for each rule, one that says what is decided at update, one for an inventory that cannot be had. */
export class OrangeCmdbPolicyPack {
  /** The pack, as it was registered with CrossGuard. */
  readonly pack: PolicyPack;

  constructor(given: OrangeCmdbPolicyPackArgs = {}) {
    const { args, rules, mistake } = readArguments(given);
    const own = args.policies ?? [];
    const others = own.map(({ name }) => name);
    // Thrown here, a mistake would end the process, and the engine would report that as an error of its own beside it.
    const requests = watchRequests((configured) => {
      if (mistake) return mistake;
      const properties = new Map([...configured].map(([name, entry]) => [name, entry.properties]));
      const wrong = mistakeIn(properties, others);
      if (wrong !== undefined) return new PackMistake(wrong);
      run.configure(configured);
      return undefined;
    });
    const run = new Run(rules, requests, args.onUnavailable ?? "fail", readInventory(own) ? kinds : kindsOf(rules));
    if (mistake) run.refuse(mistake);
    shareInventory(run);
    this.pack = new PolicyPack(args.name ?? "orange-cmdb", {
      displayName: "Orange Business CMDB",
      description: "Checks that what will be deployed agrees with the Orange Business CMDB.",
      tags: ["cmdb", "inventory", "orange-business"],
      // The order counts: what is decided at update is what the rules before it could not decide.
      policies: [
        inventoryAvailable(args.inventoryAvailable ?? "mandatory", run),
        ...allRules.map((rule) => policyOf(rule, rules, args, run)),
        decidedAtUpdate(args.decidedAtUpdate ?? "advisory", run),
        ...own,
      ],
    });
  }
}

interface ReadArguments {
  readonly args: OrangeCmdbPolicyPackArgs;
  readonly rules: RulesFile;
  /** Why the pack must check nothing, and every run must fail. */
  readonly mistake?: PackMistake;
}

function readArguments(args: OrangeCmdbPolicyPackArgs): ReadArguments {
  try {
    checkArguments(args);
    return { args, rules: loadRules(args.rules) };
  } catch (error) {
    if (error instanceof RulesFileError || error instanceof PackMistake)
      return { args: {}, rules: conventionalRules, mistake: new PackMistake(error.message) };
    throw error;
  }
}

function loadRules(given: OrangeCmdbPolicyPackArgs["rules"]): RulesFile {
  if (typeof given === "object") return parseRulesFile(given, "the pack's rules");
  const { rules, source, isElsewhere } = findPackRules(given ?? stackConfig("rules"));
  if (isElsewhere)
    printError(
      `orange-cmdb: rules from ${source}; the program lies elsewhere (set ORANGE_CMDB_RULES to name its rules)`,
    );
  else if (process.env["ORANGE_CMDB_VERBOSE"]) printError(`orange-cmdb: rules from ${source}`);
  return rules;
}
