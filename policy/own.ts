import type { EnforcementLevel, Policy, ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import type { InventoryReader } from "../provider/inventory/inventory.js";
import { plain } from "./known.js";
import { openFor, type Opened } from "./opened.js";
import { kinds } from "../provider/inventory/records.js";
import type { Resource } from "./rules/types.js";

/** What a check of one's own says: nothing, or what is wrong. */
export type Complaint = string | readonly string[] | undefined;

/** A policy of one's own. */
export interface InventoryPolicyArgs extends Partial<Omit<Policy, "name" | "enforcementLevel">> {
  readonly name: string;
  /** Default: `mandatory`. */
  readonly enforcementLevel?: EnforcementLevel;
  /** The Pulumi types it is about. Default: all but stacks and providers. */
  readonly types?: readonly string[];
  /** Looks at one resource and the inventory; an unknown property is the symbol `unknown`. */
  readonly check: (resource: Resource, inventory: InventoryReader) => Complaint | Promise<Complaint>;
}

let shared: Promise<Opened> | undefined;

/** One inventory for all policies of a process; the pack's own policies fetch into the same mirror. */
function sharedInventory(): Promise<Opened> {
  return (shared ??= openFor(kinds, "fail"));
}

function resourceOf({ urn, type, name, props, provider }: ResourceValidationArgs): Resource {
  const properties = plain(props);
  return { urn, type, name, properties, ...(provider ? { provider: plain(provider.props) } : { component: true }) };
}

/**
 * Makes a policy of one's own on the same inventory, for `new OrangeCmdbPolicyPack({ policies: [...] })` or any pack.
 * Where the inventory cannot be had, it fails as the pack does: nothing was checked.
 */
export function inventoryPolicy({ check, types, ...policy }: InventoryPolicyArgs): ResourceValidationPolicy {
  let said = false;
  return {
    description: policy.name,
    enforcementLevel: "mandatory",
    ...policy,
    validateResource: async (args, report) => {
      if (types ? !types.includes(args.type) : args.type.startsWith("pulumi:")) args.notApplicable("another type");
      const opened = await sharedInventory();
      if ("failure" in opened) {
        if (!said) report(`nothing was checked: ${opened.failure}`);
        said = true;
        return;
      }
      const complaint = await check(resourceOf(args), opened.inventory);
      for (const message of complaint === undefined ? [] : [complaint].flat()) report(message);
    },
  };
}
