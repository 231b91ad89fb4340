import { PolicyPack } from "@pulumi/policy";
import { stackConfig } from "../provider/settings/sources.js";
import { printError } from "../provider/platform/print-error.js";
import { checkArguments, type OrangeCmdbPolicyPackArgs } from "./config/arguments.js";
import { interceptRequests, type RequestListener } from "./engine/intercept-requests.js";
import { PackSession } from "./engine/pack-session.js";
import { findPackRules } from "./config/load-rules.js";
import { PackConfigError } from "./config/pack-config-error.js";
import { setInventoryProvider, usesInventory } from "./engine/custom-policy.js";
import { kindsOf } from "./engine/inventory-result.js";
import { kinds } from "../provider/model/records.js";
import { findConfigError } from "./config/pack-config.js";
import { unknownAtPreview, inventoryAvailable, policyOf } from "./policies.js";
import { rules as allRules } from "./rules/index.js";
import { conventionalRules, parseRulesFile, RulesFileError, type RulesFile } from "./rules/file/rules-file.js";

/** The policy pack: a policy per rule, unknown-at-preview and inventory-available. */
export class OrangeCmdbPolicyPack {
  /** The pack that is registered with CrossGuard. */
  readonly pack: PolicyPack;

  constructor(given: OrangeCmdbPolicyPackArgs = {}) {
    const { args, rules, mistake } = readArguments(given);
    const own = args.policies ?? [];
    const others = own.map(({ name }) => name);
    const session = new PackSession(rules, args.onUnavailable ?? "fail", usesInventory(own) ? kinds : kindsOf(rules));
    if (mistake) session.refuse(mistake);
    setInventoryProvider(own, session);
    const listener: RequestListener = {
      setSecrets: (urn, secrets) => session.setSecrets(urn, secrets),
      // An exception here would end the process, and the engine would report a second error.
      configure: (configs) => {
        if (mistake) return mistake;
        const wrong = findConfigError(configs, others);
        if (wrong !== undefined) return new PackConfigError(wrong);
        session.configure(configs);
        return undefined;
      },
    };
    const policies = [
      // unknown-at-preview must come after the rules: it reports their undecided findings.
      inventoryAvailable(args.inventoryAvailable ?? "mandatory", session),
      ...allRules.map((rule) => policyOf(rule, rules, args, session)),
      unknownAtPreview(args.unknownAtPreview ?? "advisory", session),
      ...own,
    ];
    this.pack = interceptRequests(
      listener,
      () =>
        new PolicyPack(args.name ?? "orange-cmdb", {
          displayName: "Orange Business CMDB",
          description: "Checks that what will be deployed agrees with the Orange Business CMDB.",
          tags: ["cmdb", "inventory", "orange-business"],
          policies,
        }),
    );
  }
}

interface ReadArguments {
  readonly args: OrangeCmdbPolicyPackArgs;
  readonly rules: RulesFile;
  /** Returns the configuration error that must fail every run. */
  readonly mistake?: PackConfigError;
}

function readArguments(args: OrangeCmdbPolicyPackArgs): ReadArguments {
  try {
    checkArguments(args);
    return { args, rules: loadRules(args.rules) };
  } catch (error) {
    if (error instanceof RulesFileError || error instanceof PackConfigError)
      return { args: {}, rules: conventionalRules, mistake: new PackConfigError(error.message) };
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
