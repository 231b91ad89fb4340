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
import { parseRulesFile, RulesFileError } from "./rules/rules-file.js";
import { Run } from "./run.js";

/** The policies: one for each rule, one that says what is decided at update, one for an inventory that cannot be had. */
export class OrangeCmdbPolicyPack {
  /** The pack, as it was registered with CrossGuard. */
  readonly pack: PolicyPack;

  constructor(args: OrangeCmdbPolicyPackArgs = {}) {
    checkArguments(args);
    const { rules, source, isElsewhere } = loadRules(args.rules);
    if (isElsewhere)
      printError(
        `orange-cmdb: rules from ${source}; the program lies elsewhere (set ORANGE_CMDB_RULES to name its rules)`,
      );
    else if (process.env["ORANGE_CMDB_VERBOSE"]) printError(`orange-cmdb: rules from ${source}`);
    const own = args.policies ?? [];
    const others = own.map(({ name }) => name);
    const requests = watchRequests((given) => {
      const mistake = mistakeIn(new Map([...given].map(([name, { properties }]) => [name, properties])), others);
      if (mistake === undefined) run.configure(given);
      return mistake === undefined ? undefined : new PackMistake(mistake);
    });
    const run = new Run(rules, requests, args.onUnavailable ?? "fail", readInventory(own) ? kinds : kindsOf(rules));
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

function loadRules(given: OrangeCmdbPolicyPackArgs["rules"]): ReturnType<typeof findPackRules> {
  try {
    if (typeof given !== "object") return findPackRules(given ?? stackConfig("rules"));
    const rules = parseRulesFile(given, "the pack's rules");
    return { rules, source: "the pack's own configuration", isElsewhere: false };
  } catch (error) {
    throw error instanceof RulesFileError ? new PackMistake(error.message) : error;
  }
}
