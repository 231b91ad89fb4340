import { printableMessage } from "../../platform/printable.js";
import { interfaces } from "./build-time.js";
import { isUserError } from "../../platform/user-error.js";
import { snakeCase } from "../../platform/case.js";

/** The path of a problem in a block: names of attributes and blocks, indexes in lists. */
export type Path = readonly (string | number)[];

/** A message to the user, with its path in the configuration if it has one. */
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

/** Creates an error diagnostic, which ends the run. */
export function failure(summary: string, detail: string, path: Path = []): Diagnostic {
  return diagnostic("ERROR", summary, detail, path);
}

/** Creates a warning. */
export function warning(summary: string, detail: string, path: Path = []): Diagnostic {
  return diagnostic("WARNING", summary, detail, path);
}

const settings = Object.keys(interfaces.InventoryArgs).filter((name) => snakeCase(name) !== name);
/** Matches a setting's name as a separate word, not as part of a URL, a path or another name. */
const settingName = new RegExp(`(?<![\\w./:"'-])(${settings.join("|")})(?![\\w/:"'-]|\\.\\w)`, "g");

/** Returns a message with the settings' names in a provider block. */
export function asInBlock(message: string): string {
  return message.replace(settingName, (name) => snakeCase(name));
}

/** Converts any error to a diagnostic. */
export function diagnose(error: unknown, path: Path = []): Diagnostic {
  if (isUserError(error))
    return failure(error.title, error.quotesInput ? error.message : asInBlock(error.message), path);
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return failure("The provider failed", `${name}: ${message}; this is a bug of the provider, please report it`, path);
}
