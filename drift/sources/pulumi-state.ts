import { z } from "zod";
import { isSecret } from "../../provider/functions/pulumi-marks.js";
import { unknown, type Resource } from "../../policy/rules/types.js";
import { DriftError } from "../errors.js";
import { checkEntry } from "./entry.js";
import type { EntryName } from "./wanted.js";

/** Where a resource stands in its program. */
export interface Position {
  readonly file: string;
  readonly line: number;
}

/** A deployed resource, and what else its state says. */
export interface Deployed {
  readonly resource: Resource;
  readonly position?: Position;
  /** True of what a plan leaves as it is deployed, because it was not to look at it (`-target`). */
  readonly leftOut?: boolean;
}

type Properties = Record<string, unknown>;

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
/** An object, and no list. */
export const isObject = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isOptional = (value: unknown, type: "string" | "boolean"): boolean =>
  value === undefined || typeof value === type;

const properties = z.custom<Properties>(isObject);

const stateResource = z.object({
  urn: z.string().min(1),
  type: z.string().min(1),
  delete: z.boolean().optional(),
  pendingReplacement: z.boolean().optional(),
  custom: z.boolean().optional(),
  external: z.boolean().optional(),
  provider: z.string().optional(),
  inputs: properties.optional(),
  outputs: properties.optional(),
  sourcePosition: z.string().optional(),
  stackTrace: z.array(z.object({ sourcePosition: z.string().optional() })).optional(),
} satisfies Record<EntryName, z.ZodType>);

/** An entry as the engine writes nearly all: in a tenth of the time that the schema takes. */
function isUsual(entry: unknown): entry is z.output<typeof stateResource> {
  if (!isObject(entry) || !isText(entry["urn"]) || !isText(entry["type"])) return false;
  const { delete: deleted, pendingReplacement, custom, external, provider } = entry;
  const { inputs = entry, outputs = entry, sourcePosition, stackTrace } = entry;
  return (
    isObject(inputs) &&
    isObject(outputs) &&
    isOptional(deleted, "boolean") &&
    isOptional(pendingReplacement, "boolean") &&
    isOptional(custom, "boolean") &&
    isOptional(external, "boolean") &&
    isOptional(provider, "string") &&
    isOptional(sourcePosition, "string") &&
    stackTrace === undefined
  );
}

/** What a deployment has, of the versions 3 and 4. */
const deploymentNames = new Set(["manifest", "secrets_providers", "resources", "pending_operations", "metadata"]);

const stateFile = z.looseObject({
  version: z.union([z.literal(3), z.literal(4)]),
  deployment: z.looseObject({
    resources: z.array(z.literal(0)).nullish(),
    pending_operations: z.array(z.looseObject({ type: z.string().optional() })).nullish(),
  }),
});

/** A secret in state is encrypted: it is there, and not known; one that was exported in plain text is not known either. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return unknown;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutSecrets(entry)]));
}

/** `project:///index.ts#12,5` → the file and the line; a library's file is none of the project's. */
function positionIn(text: string | undefined): Position | undefined {
  const [, file, line] = /^project:\/\/\/([^#]+)#(\d+)/.exec(text ?? "") ?? [];
  if (file === undefined || /^\.\.\/|^\/|(^|\/)node_modules\//.test(file)) return undefined;
  return { file, line: Math.max(1, Number(line)) };
}

function positionOf({ sourcePosition, stackTrace = [] }: z.output<typeof stateResource>): Position | undefined {
  const own = positionIn(sourcePosition);
  return own ?? stackTrace.map((frame) => positionIn(frame.sourcePosition)).find((position) => position !== undefined);
}

/** The name of a resource in a URN. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2) || urn;
}

/** Turns the entries of a state into resources, one after the other: a provider stands before what it made. */
export class PulumiState {
  readonly #source: string;
  readonly #providers = new Map<string, Properties>();

  constructor(source: string) {
    this.#source = source;
  }

  /**
   * @param hasSecrets whether anything in it may be marked as a secret
   * @returns undefined for what waits to be deleted, or is deleted and waits to be made anew @throws DriftError
   */
  resource(value: unknown, hasSecrets: boolean): Deployed | undefined {
    const entry = isUsual(value) ? value : checkEntry(stateResource, value, this.#source, "not a stack's state");
    if (entry.delete === true || entry.pendingReplacement === true) return undefined;
    const { urn, type } = entry;
    const all = { ...entry.inputs, ...entry.outputs };
    const open = hasSecrets ? (withoutSecrets(all) as Properties) : all;
    if (type.startsWith("pulumi:providers:")) this.#providers.set(urn, open);
    // A reference to a provider is its URN and its id.
    const provider = entry.provider && this.#providers.get(entry.provider.slice(0, entry.provider.lastIndexOf("::")));
    const position = positionOf(entry);
    return {
      resource: {
        urn,
        type,
        name: nameOf(urn),
        properties: open,
        notKnown: "cannot be compared: the state keeps it secret",
        ...(provider ? { provider } : {}),
        ...(entry.custom === false ? { component: true } : {}),
        ...(entry.external === true ? { external: true } : {}),
      },
      ...(position ? { position } : {}),
    };
  }

  /** Checks what stands around the resources. @throws DriftError */
  end(rest: unknown): void {
    const result = stateFile.safeParse(rest);
    if (result.success) {
      const { deployment } = result.data;
      // An empty stack has no list of resources; what has another in its place is no stack.
      const strange = Object.keys(deployment).find((name) => !deploymentNames.has(name));
      if (!("resources" in deployment) && strange !== undefined)
        throw new DriftError(`${this.#source} is not a stack's state: it has ${strange}, and no resources`);
      // An update was interrupted: nobody knows what it has deployed.
      const pending = deployment.pending_operations ?? [];
      if (pending.length === 0) return;
      const operations = pending.length === 1 ? "operation" : "operations";
      // A plain refresh leaves these: only the user knows whether such a resource was made.
      const isCreating = pending.some(({ type }) => type === "creating");
      const refresh = isCreating
        ? "look up what was created, and run pulumi refresh --clear-pending-creates"
        : "run pulumi refresh";
      throw new DriftError(
        `${this.#source} was left by an update that was interrupted, with ${pending.length} ${operations} pending: what is deployed is not known; ${refresh}, and export it again`,
      );
    }
    const [issue] = result.error.issues;
    throw new DriftError(
      `${this.#source} is not a stack's state (${issue?.path.join(".") || "top level"}: ${issue?.message ?? "not valid"}); make it with pulumi stack export --file`,
    );
  }
}
