import type { EnforcementLevel, Policy, ResourceValidationPolicy } from "@pulumi/policy";
import type { InventoryReader } from "../../provider/model/inventory-reader.js";
import { printableLines, printableMessage } from "../../provider/platform/printable.js";
import { z } from "zod";
import { nonEmpty, parseArguments, texts } from "../../provider/functions/arguments.js";
import { levels } from "../config/levels.js";
import { PackConfigError } from "../config/pack-config-error.js";
import type { UnavailableMode } from "../config/unavailable.js";
import { openForPolicies, type InventoryResult } from "./inventory-result.js";
import { kinds } from "../../provider/model/records.js";
import { canHaveRecord } from "../rules/core/references.js";
import type { Resource } from "../rules/resource/resource.js";
import { matchesWildcard } from "../../provider/platform/wildcard.js";

/** Result of a custom check: one message per violation. `undefined` and an empty list mean no violation. */
export type CheckResult = string | readonly string[] | undefined;

/** A custom policy. */
export interface InventoryPolicyArgs extends Partial<Omit<Policy, "name" | "enforcementLevel">> {
  readonly name: string;
  /** Default: `mandatory`. */
  readonly enforcementLevel?: EnforcementLevel;
  /** Pulumi types to check; `*` is a wildcard. Default: all except stacks and providers. */
  readonly types?: readonly string[];
  /** Checks one resource with the inventory. If it reads a value that is unknown at preview, the update checks the resource. */
  readonly check: (resource: Resource, inventory: InventoryReader) => CheckResult | Promise<CheckResult>;
}

const any = z.unknown().optional();

const schema = z.strictObject({
  name: nonEmpty,
  check: z.custom<InventoryPolicyArgs["check"]>((value) => typeof value === "function", {
    error: "must be a function",
  }),
  types: texts.optional(),
  enforcementLevel: z.enum(levels, { error: `must be one of ${levels.join(", ")}` }).optional(),
  // Pulumi validates the other arguments.
  ...{ description: any, configSchema: any, displayName: any, severity: any, framework: any, tags: any },
  ...{ remediationSteps: any, url: any },
} satisfies Record<keyof InventoryPolicyArgs, z.ZodType>);

const toMistake = (message: string): PackConfigError => new PackConfigError(message);

/** Opens the inventory for custom policies: the pack's session, or the policy itself in a foreign pack. */
export interface InventoryProvider {
  readonly mode: UnavailableMode;
  opened(): Promise<InventoryResult>;
}

/** Opens the inventory when a policy of a foreign pack first reads it. */
class OwnInventory implements InventoryProvider {
  readonly mode = "fail";
  #opened: Promise<InventoryResult> | undefined;

  opened(): Promise<InventoryResult> {
    return (this.#opened ??= openForPolicies(kinds, this.mode));
  }
}

/** The key of a custom policy's connection to its inventory. A copy of the policy shares the connection. */
const connection = Symbol("inventory connection");

interface Connected {
  readonly [connection]: { provider: InventoryProvider };
}

function isConnected(policy: object): policy is Connected {
  return connection in policy;
}

/** Returns whether any of these policies can read every kind of record. */
export function usesInventory(policies: readonly Policy[]): boolean {
  return policies.some(isConnected);
}

/** Sets the inventory of custom policies to that of a pack, whose `inventory-available` reports an unavailable inventory. */
export function setInventoryProvider(policies: readonly Policy[], provider: InventoryProvider): void {
  for (const policy of policies) if (isConnected(policy)) policy[connection].provider = provider;
}

/**
 * Creates a custom policy with access to the inventory, for `new OrangeCmdbPolicyPack({ policies: [...] })` or any pack. It
 * fails if the inventory is unavailable, because nothing was checked.
 * @throws PackConfigError if an argument is wrong or unknown
 */
export function inventoryPolicy(args: InventoryPolicyArgs): ResourceValidationPolicy {
  const { types } = parseArguments("inventoryPolicy", schema, args, toMistake);
  const { check, types: _types, ...policy } = args;
  let isReported = false;
  const inventory: Connected[typeof connection] = { provider: new OwnInventory() };
  const own: ResourceValidationPolicy & Connected = {
    [connection]: inventory,
    description: policy.name,
    enforcementLevel: "mandatory",
    ...policy,
    validateResource: async (args, report) => {
      const isMeant = types ? types.some((pattern) => matchesWildcard(pattern, args.type)) : canHaveRecord(args.type);
      if (!isMeant) args.notApplicable("another type");
      const { mode } = inventory.provider;
      const opened = await inventory.provider.opened();
      if ("failure" in opened) {
        if (!isReported && mode !== "warn") report(printableMessage(`nothing was checked: ${opened.failure}`));
        isReported = true;
        return;
      }
      const { urn, name, type, props, provider } = args;
      // Pulumi's proxies stop a check that reads an unknown value, and Pulumi reports it.
      const resource = { urn, name, type, properties: props, ...(provider ? { provider: provider.props } : {}) };
      const result = await check(resource, opened.inventory);
      for (const message of result === undefined ? [] : [result].flat()) report(printableLines(message));
    },
  };
  return own;
}
