import type { EnforcementLevel, Policy, ResourceValidationPolicy } from "@pulumi/policy";
import type { InventoryReader } from "../provider/inventory/inventory.js";
import { printableLines, printableMessage } from "../provider/inventory/printable.js";
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
 */
export function inventoryPolicy({ check, types, ...policy }: InventoryPolicyArgs): ResourceValidationPolicy {
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
