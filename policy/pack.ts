import {
  PolicyPack,
  type EnforcementLevel,
  type ResourceValidationArgs,
  type ResourceValidationPolicy,
  type ReportViolation,
} from "@pulumi/policy";
import { stackConfig } from "../provider/config.js";
import type { InventoryReader } from "../provider/inventory/inventory.js";
import type { Kind } from "../provider/inventory/records.js";
import { openInventory } from "../provider/open.js";
import { plain } from "./known.js";
import { findRules } from "./load-rules.js";
import { judge, rules as allRules, severityOf } from "./rules/index.js";
import { parseRulesFile, trackedReferences, type RuleName, type RulesFile } from "./rules/rules-file.js";
import type { Finding, Resource, Rule } from "./rules/types.js";

/** How strictly each policy is enforced; what is left out follows the rules file's severities. */
export interface OrangeCmdbPolicyPackArgs {
  /** Every policy that is not named. */
  readonly all?: EnforcementLevel;
  readonly recordExists?: EnforcementLevel;
  readonly referenceRequired?: EnforcementLevel;
  readonly attributesMatch?: EnforcementLevel;
  /** The rules themselves, or the path of a rules file. Default: found as the documentation says. */
  readonly rules?: object | string;
}

const argumentOf: Readonly<Record<RuleName, "recordExists" | "referenceRequired" | "attributesMatch">> = {
  "record-exists": "recordExists",
  "reference-required": "referenceRequired",
  "attributes-match": "attributesMatch",
};

type Opened = { readonly inventory: InventoryReader } | { readonly failure: string };

/** The policies: one for each rule, one that says what is decided at update, one for an inventory that cannot be had. */
export class OrangeCmdbPolicyPack {
  /** The pack, as it was registered with CrossGuard. */
  readonly pack: PolicyPack;

  constructor(args: OrangeCmdbPolicyPackArgs = {}) {
    const { rules, source } =
      typeof args.rules === "object"
        ? { rules: parseRulesFile(args.rules, "the pack's rules"), source: "the pack's own configuration" }
        : findRules(args.rules ?? stackConfig("rules"));
    console.error(`orange-cmdb: rules from ${source}`);
    const open = once(() => tryOpen(rules));
    this.pack = new PolicyPack("orange-cmdb", {
      policies: [
        inventoryAvailable(open),
        ...allRules.map((rule) => policyOf(rule, rules, levelOf(rule, rules, args), open)),
        decidedAtUpdate(rules, open),
      ],
    });
  }
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | undefined;
  return () => (answer ??= work());
}

async function tryOpen(rules: RulesFile): Promise<Opened> {
  const kinds = new Set<Kind>([...rules.references, ...trackedReferences].map((entry) => entry.kind));
  try {
    return { inventory: await openInventory({ kinds: [...kinds] }) };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

function levelOf(rule: Rule, rules: RulesFile, args: OrangeCmdbPolicyPackArgs): EnforcementLevel {
  return args[argumentOf[rule.name]] ?? args.all ?? (severityOf(rule, rules) === "error" ? "mandatory" : "advisory");
}

function resourceOf(args: ResourceValidationArgs): Resource {
  return { urn: args.urn, type: args.type, name: args.name, properties: plain(args.props) };
}

async function findingsOf(
  args: ResourceValidationArgs,
  rules: RulesFile,
  open: () => Promise<Opened>,
  chosen: readonly Rule[],
): Promise<Finding[]> {
  const opened = await open();
  return "failure" in opened ? [] : judge(resourceOf(args), opened.inventory, rules, chosen);
}

function policyOf(
  rule: Rule,
  rules: RulesFile,
  enforcementLevel: EnforcementLevel,
  open: () => Promise<Opened>,
): ResourceValidationPolicy {
  return {
    name: rule.name,
    description: rule.title,
    enforcementLevel,
    validateResource: async (args, report) => {
      const findings = await findingsOf(args, rules, open, [rule]);
      for (const finding of findings) if (!finding.decidedAtUpdate) report(finding.message);
    },
  };
}

/** What a preview cannot know is no violation; it is said once for each resource. */
function decidedAtUpdate(rules: RulesFile, open: () => Promise<Opened>): ResourceValidationPolicy {
  return {
    name: "decided-at-update",
    description: "Says what a preview cannot know yet",
    enforcementLevel: "advisory",
    validateResource: async (args, report) => {
      const findings = await findingsOf(args, rules, open, allRules);
      const first = findings.find((finding) => finding.decidedAtUpdate);
      if (first) report(first.message);
    },
  };
}

/** Without the inventory nothing was checked, and a deployment must not pass as if it had been. */
function inventoryAvailable(open: () => Promise<Opened>): ResourceValidationPolicy {
  let said = false;
  return {
    name: "inventory-available",
    description: "The inventory can be read",
    enforcementLevel: "mandatory",
    validateResource: async (_args: ResourceValidationArgs, report: ReportViolation) => {
      const opened = await open();
      if (said || !("failure" in opened)) return;
      said = true;
      report(`nothing was checked: ${opened.failure}`);
    },
  };
}
