import { printableMessage } from "../inventory/printable.js";
import { interfaces } from "./build-time.js";
import { snakeCase } from "./schema.js";

/** Where in a block something is wrong: names of attributes and blocks, positions in lists. */
export type Path = readonly (string | number)[];

/** Something that the host tells the user, at a place of the configuration where there is one. */
export interface Diagnostic {
  readonly severity: "ERROR" | "WARNING";
  readonly summary: string;
  readonly detail: string;
  readonly attribute?: { readonly steps: readonly object[] };
}

function diagnostic(severity: Diagnostic["severity"], summary: string, text: string, path: Path): Diagnostic {
  const detail = printableMessage(text);
  if (path.length === 0) return { severity, summary, detail };
  const steps = path.map((step) => (typeof step === "number" ? { element_key_int: step } : { attribute_name: step }));
  return { severity, summary, detail, attribute: { steps } };
}

/** What ends the run. */
export function failure(summary: string, detail: string, path: Path = []): Diagnostic {
  return diagnostic("ERROR", summary, detail, path);
}

/** What the user should know. */
export function warning(summary: string, detail: string, path: Path = []): Diagnostic {
  return diagnostic("WARNING", summary, detail, path);
}

/** The first line over the message of each error that a user can mend. */
const summaries: Readonly<Record<string, string>> = {
  ApiError: "The inventory could not be had from the API",
  KindUnavailableError: "The inventory does not have this kind of record",
  QueryError: "The query cannot be understood",
  ExpressionCostError: "An expression exceeds its budget",
  RecordLookupError: "Not exactly one record was found",
  SettingsError: "Settings of the provider are missing or wrong",
  InventoryFileError: "The inventory file cannot be read",
  MirrorDamagedError: "The mirror of the inventory is damaged",
  MirrorPlaceError: "The mirror of the inventory cannot be kept",
  RecordError: "What is exchanged with the API cannot be recorded",
};

/** What a user wrote is in these, and stays as it was written. */
const quoting = new Set(["QueryError", "ExpressionCostError", "RecordLookupError"]);

const settings = Object.keys(interfaces.InventoryArgs).filter((name) => snakeCase(name) !== name);
/** A setting's name as a word of its own: no part of an address, a path or another name. */
const settingName = new RegExp(`(?<![\\w./:"'-])(${settings.join("|")})(?![\\w/:"'-]|\\.\\w)`, "g");

/** A message in which settings are called as in a provider block. */
export function asInBlock(message: string): string {
  return message.replace(settingName, (name) => snakeCase(name));
}

/** Makes of anything that was thrown what the user is shown. */
export function diagnose(error: unknown, path: Path = []): Diagnostic {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const isTooFew = (error as { code?: unknown } | null)?.code === "too-few";
  const summary = isTooFew ? "Fewer records than required were found" : summaries[name];
  if (summary !== undefined) return failure(summary, quoting.has(name) ? message : asInBlock(message), path);
  return failure("The provider failed", `${name}: ${message}; this is a fault of the provider, please report it`, path);
}
