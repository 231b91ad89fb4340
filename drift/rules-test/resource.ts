import { UNKNOWN, type Resource } from "../../policy/rules/resource/resource.js";
import { isObject } from "../sources/pulumi/pulumi-state.js";
import { inBothSpellings } from "../sources/terraform/terraform-values.js";
import type { TestResource } from "./schema.js";

/** Returns the resource of a case as rules read it. Secrets are compared and never shown, as in a preview. */
export function toResource({ type, name, urn, properties, provider, component, external }: TestResource): Resource {
  const secrets = new Set<string>();
  const values = plain(properties, secrets) as Record<string, unknown>;
  const isTerraform = !type.includes(":");
  const shownName = isTerraform && !name.includes(".") ? `${type}.${name}` : name;
  const scheme = isTerraform ? "urn:terraform:test::terraform" : "urn:pulumi:test::test";
  return {
    urn: urn ?? `${scheme}::${type}::${shownName}`,
    type,
    name: shownName,
    properties: isTerraform ? inBothSpellings(values) : values,
    ...(provider ? { provider: plain(provider, secrets) as Record<string, unknown> } : {}),
    ...(component === undefined ? {} : { component }),
    ...(external === undefined ? {} : { external }),
    ...(secrets.size > 0 ? { secrets } : {}),
  };
}

/** Replaces `{ unknown: true }` and `{ secret: VALUE }`, and collects the texts of secrets. */
function plain(value: unknown, secrets: Set<string>): unknown {
  if (Array.isArray(value)) return value.map((entry) => plain(entry, secrets));
  if (!isObject(value)) return value;
  const [[key, only] = [], ...others] = Object.entries(value);
  if (others.length === 0 && key === "unknown" && only === true) return UNKNOWN;
  if (others.length === 0 && key === "secret") {
    const inner = plain(only, secrets);
    addTexts(inner, secrets);
    return inner;
  }
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, plain(entry, secrets)]));
}

function addTexts(value: unknown, secrets: Set<string>): void {
  if (value === null || value === undefined || value === "" || value === UNKNOWN) return;
  if (typeof value === "object") for (const entry of Object.values(value)) addTexts(entry, secrets);
  else secrets.add(String(value));
}
