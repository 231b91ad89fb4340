import { readFileSync } from "node:fs";
import { z } from "zod";
import { unknown, type Resource } from "../policy/rules/types.js";

/** Deployed resources that cannot be had. */
export class DriftError extends Error {
  override readonly name = "DriftError";
}

const resource = z.looseObject({
  urn: z.string().min(1),
  type: z.string().min(1),
  delete: z.boolean().optional(),
  custom: z.boolean().optional(),
  provider: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
});

const stateFile = z.looseObject({
  version: z.union([z.literal(3), z.literal(4)]),
  deployment: z.looseObject({ resources: z.array(resource).optional() }),
});

/** How Pulumi marks special values in state: this key, and for a secret this value. */
const special = { key: "4dabf18193072939515e22adb298388d", secret: "1b47061264138c4ac30d75fd1eb44270" };

/** A secret in state is encrypted: it is there, and not known. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if ((value as Record<string, unknown>)[special.key] === special.secret) return unknown;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutSecrets(entry)]));
}

/**
 * The resources of a `pulumi stack export` (deployment versions 3 and 4), without those that wait to be deleted.
 * @throws DriftError where the text is anything else: half a state must not look like a small one
 */
export function parseState(text: string, source: string): Resource[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new DriftError(`${source} is not whole JSON: make it with pulumi stack export --file ${source}`);
  }
  const result = stateFile.safeParse(value);
  if (!result.success) {
    const [issue] = result.error.issues;
    throw new DriftError(
      `${source} is not a stack's state (${issue?.path.join(".") || "top level"}: ${issue?.message ?? "not valid"})`,
    );
  }
  const resources = (result.data.deployment.resources ?? []).filter((entry) => entry.delete !== true);
  const providers = new Map(
    resources
      .filter(({ type }) => type.startsWith("pulumi:providers:"))
      .map(({ urn, inputs }) => [urn, withoutSecrets(inputs ?? {}) as Record<string, unknown>]),
  );
  return resources.map((entry) => {
    // A reference to a provider is its URN and its id.
    const provider = entry.provider && providers.get(entry.provider.slice(0, entry.provider.lastIndexOf("::")));
    return {
      urn: entry.urn,
      type: entry.type,
      name: entry.urn.split("::").at(-1) ?? entry.urn,
      properties: withoutSecrets({ ...entry.inputs, ...entry.outputs }) as Record<string, unknown>,
      notKnown: "cannot be compared: the state keeps it secret",
      ...(provider ? { provider } : {}),
      ...(entry.custom === false ? { component: true } : {}),
    };
  });
}

/** Reads a state file. @throws DriftError */
export function readStateFile(path: string): Resource[] {
  let text: string;
  try {
    text = readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (error) {
    throw new DriftError(`the state ${path} cannot be read: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  return parseState(text, path === "-" ? "standard input" : path);
}
