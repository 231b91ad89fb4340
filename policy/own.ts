import type { EnforcementLevel, Policy, ResourceValidationPolicy } from "@pulumi/policy";
import type { InventoryReader } from "../provider/inventory/inventory.js";
import { printableLines, printableMessage } from "../provider/inventory/printable.js";
import { z } from "zod";
import { nonEmpty, parseArguments, texts } from "../provider/arguments.js";
import { levels } from "./levels.js";
import { PackMistake } from "./mistake.js";
import type { UnavailableMode } from "./unavailable.js";
import { openFor, type Opened } from "./opened.js";
import { kinds } from "../provider/inventory/records.js";
import { isJudged } from "./rules/references.js";
import type { Resource } from "./rules/types.js";
import { fits } from "./rules/wildcard.js";

/** What a check of one's own says: nothing, or what is wrong. */
export type Complaint = string | readonly string[] | undefined;

/** A policy of one's own. */
export interface InventoryPolicyArgs extends Partial<Omit<Policy, "name" | "enforcementLevel">> {
  readonly name: string;
  /** Default: `mandatory`. */
  readonly enforcementLevel?: EnforcementLevel;
  /** The Pulumi types it is about, `*` as wildcard. Default: all but stacks and providers. */
  readonly types?: readonly string[];
  /** Looks at one resource and the inventory. Where it reads what a preview cannot know, it is left to the update. */
  readonly check: (resource: Resource, inventory: InventoryReader) => Complaint | Promise<Complaint>;
}

const any = z.unknown().optional();

const schema = z.strictObject({
  name: nonEmpty,
  check: z.custom<InventoryPolicyArgs["check"]>((value) => typeof value === "function", {
    error: "must be a function",
  }),
  types: texts.optional(),
  enforcementLevel: z.enum(levels, { error: `must be one of ${levels.join(", ")}` }).optional(),
  // What Pulumi checks itself.
  ...{ description: any, configSchema: any, displayName: any, severity: any, framework: any, tags: any },
  ...{ remediationSteps: any, url: any },
} satisfies Record<keyof InventoryPolicyArgs, z.ZodType>);

const toMistake = (message: string): PackMistake => new PackMistake(message);

/** What policies of one's own need of a pack: its inventory, and what it does where there is none. */
interface Source {
  readonly mode: UnavailableMode;
  opened(): Promise<Opened>;
}

/** In a pack of another making they open the inventory themselves. */
const alone: Source = {
  mode: "fail",
  opened: () => (openedAlone ??= openFor(kinds, "fail")),
};
let openedAlone: Promise<Opened> | undefined;
let source = alone;

const made = new WeakSet<Policy>();

/** May any of these policies look at any kind of record? */
export function readInventory(policies: readonly Policy[]): boolean {
  return policies.some((policy) => made.has(policy));
}

/** Called by the pack: its own `inventory-available` is the one that speaks of an inventory that cannot be had. */
export function shareInventory(run: Source): void {
  source = run;
}

/**
 * Makes a policy of one's own on the same inventory, for `new OrangeCmdbPolicyPack({ policies: [...] })` or any pack.
 * Where the inventory cannot be had, it fails as the pack does: nothing was checked.
 * @throws PackMistake if an argument is wrong or does not exist; one type is a list of one
 */
export function inventoryPolicy(args: InventoryPolicyArgs): ResourceValidationPolicy {
  const { types } = parseArguments("inventoryPolicy", schema, args, toMistake);
  const { check, types: _types, ...policy } = args;
  let said = false;
  const own: ResourceValidationPolicy = {
    description: policy.name,
    enforcementLevel: "mandatory",
    ...policy,
    validateResource: async (args, report) => {
      const isMeant = types ? types.some((pattern) => fits(pattern, args.type)) : isJudged(args.type);
      if (!isMeant) args.notApplicable("another type");
      const { mode } = source;
      const opened = await source.opened();
      if ("failure" in opened) {
        if (!said && mode !== "warn") report(printableMessage(`nothing was checked: ${opened.failure}`));
        said = true;
        return;
      }
      const { urn, name, type, props, provider } = args;
      // Pulumi's own proxies: they stop a check at what a preview cannot know, and Pulumi says so.
      const resource = { urn, name, type, properties: props, ...(provider ? { provider: provider.props } : {}) };
      const complaint = await check(resource, opened.inventory);
      for (const message of complaint === undefined ? [] : [complaint].flat()) report(printableLines(message));
    },
  };
  made.add(own);
  return own;
}
