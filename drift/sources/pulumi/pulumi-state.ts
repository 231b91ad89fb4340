import { z } from "zod";
import { isSecret } from "../../../provider/functions/pulumi-sentinels.js";
import { UNKNOWN, type Resource } from "../../../policy/rules/resource/resource.js";
import { DriftError } from "../../common/errors.js";
import { parseEntry } from "../../common/parse-entry.js";
import type { EntryName } from "../json/selector.js";

/** The position of a resource in its program. */
export interface Position {
  readonly file: string;
  readonly line: number;
}

/** A deployed resource with details of its state. */
export interface Deployed {
  readonly resource: Resource;
  readonly position?: Position;
  /** True if a plan does not include the deployed resource (`-target`). */
  readonly leftOut?: boolean;
}

type Properties = Record<string, unknown>;

const isText = (value: unknown): boolean => typeof value === "string" && value !== "";
/** Returns whether the value is an object but not a list. */
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

/** Validates the usual form of an entry, 10 × faster than the schema. */
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

/** A deployment of version 3 or 4. */
const deploymentNames = new Set(["manifest", "secrets_providers", "resources", "pending_operations", "metadata"]);

const deployment = z.looseObject({
  resources: z.array(z.literal(0)).nullish(),
  pending_operations: z.array(z.looseObject({ type: z.string().optional() })).nullish(),
});

const version = z.union([z.literal(3), z.literal(4)]);

const exported = z.looseObject({ version, deployment });

/** A checkpoint of a Pulumi backend; that of a new stack has no `latest`. */
const checkpoint = z
  .looseObject({ version, checkpoint: z.looseObject({ latest: deployment.nullish() }) })
  .transform(({ checkpoint: { latest } }) => ({ deployment: latest ?? { resources: [] } }));

/** Returns whether the rest of a document is one of a checkpoint. */
export function isCheckpoint(rest: unknown): boolean {
  return isObject(rest) && "checkpoint" in rest && !("deployment" in rest);
}

/** Replaces secrets with unknown values, whether encrypted or exported in plain text. */
function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return UNKNOWN;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withoutSecrets(entry)]));
}

/** Parses a position such as `project:///index.ts#12,5`. Returns undefined for a file outside the project. */
function positionIn(text: string | undefined): Position | undefined {
  const [, file, line] = /^project:\/\/\/([^#]+)#(\d+)/.exec(text ?? "") ?? [];
  if (file === undefined || /^\.\.\/|^\/|(^|\/)node_modules\//.test(file)) return undefined;
  return { file, line: Math.max(1, Number(line)) };
}

function positionOf({ sourcePosition, stackTrace = [] }: z.output<typeof stateResource>): Position | undefined {
  const own = positionIn(sourcePosition);
  return own ?? stackTrace.map((frame) => positionIn(frame.sourcePosition)).find((position) => position !== undefined);
}

/** Returns the name of a resource in a URN. */
export function nameOf(urn: string): string {
  return urn.slice(urn.lastIndexOf("::") + 2) || urn;
}

/** Converts the entries of a state to resources. A provider precedes its resources. */
export class PulumiState {
  readonly #source: string;
  readonly #providers = new Map<string, Properties>();

  constructor(source: string) {
    this.#source = source;
  }

  /**
   * @param hasSecrets whether the entry can contain a secret
   * @returns undefined for a resource that is pending deletion or replacement @throws DriftError
   */
  resource(value: unknown, hasSecrets: boolean): Deployed | undefined {
    const entry = isUsual(value) ? value : parseEntry(stateResource, value, this.#source, "not a stack's state");
    if (entry.delete === true || entry.pendingReplacement === true) return undefined;
    const { urn, type } = entry;
    const all = { ...entry.inputs, ...entry.outputs };
    const open = hasSecrets ? (withoutSecrets(all) as Properties) : all;
    if (type.startsWith("pulumi:providers:")) this.#providers.set(urn, open);
    // A provider reference is URN::id.
    const provider = entry.provider && this.#providers.get(entry.provider.slice(0, entry.provider.lastIndexOf("::")));
    const position = positionOf(entry);
    return {
      resource: {
        urn,
        type,
        name: nameOf(urn),
        properties: open,
        unknownReason: "cannot be compared: it is a secret in the state",
        ...(provider ? { provider } : {}),
        ...(entry.custom === false ? { component: true } : {}),
        ...(entry.external === true ? { external: true } : {}),
      },
      ...(position ? { position } : {}),
    };
  }

  /** Checks the document without its resources. @throws DriftError */
  end(rest: unknown): void {
    const result = (isCheckpoint(rest) ? checkpoint : exported).safeParse(rest);
    if (result.success) {
      const { deployment } = result.data;
      // An empty stack has no list of resources; a document with another list instead is not a stack.
      const strange = Object.keys(deployment).find((name) => !deploymentNames.has(name));
      if (!("resources" in deployment) && strange !== undefined)
        throw new DriftError(`${this.#source} is not a stack's state: it has ${strange} instead of resources`);
      // After an interrupted update, the deployed resources are unknown.
      const pending = deployment.pending_operations ?? [];
      if (pending.length === 0) return;
      const operations = pending.length === 1 ? "operation" : "operations";
      // A plain refresh keeps pending creates: only the user can find out whether the resource exists.
      const isCreating = pending.some(({ type }) => type === "creating");
      const refresh = isCreating
        ? "check which resources were created, run pulumi refresh --clear-pending-creates"
        : "run pulumi refresh";
      throw new DriftError(
        `${this.#source} has ${pending.length} pending ${operations} of an interrupted update, so the deployed resources are unknown; ${refresh}, and export it again`,
      );
    }
    const [issue] = result.error.issues;
    throw new DriftError(
      `${this.#source} is not a stack's state (${issue?.path.join(".") || "top level"}: ${issue?.message ?? "not valid"}); create it with pulumi stack export --file`,
    );
  }
}
