import type { Disguise } from "./disguise.js";
import { errorRow } from "./error-table.js";

/** The body of an error: its code stays, and its message where it is the catalogue's own. [assumption 11] */
export function disguiseError(original: unknown, status: number, disguise: Disguise): unknown {
  const shown = disguise.value(original);
  if (typeof original !== "object" || original === null || Array.isArray(original)) return shown;
  const { code, message } = original as { code?: unknown; message?: unknown };
  const isCode = (typeof code === "number" || typeof code === "string") && /^\d{1,3}$/.test(String(code));
  const { meaning } = errorRow(status, isCode ? Number(code) : undefined);
  const isKnown = typeof message === "string" && message.toLowerCase() === meaning.toLowerCase();
  return { ...(shown as object), ...(isCode ? { code } : {}), ...(isKnown ? { message } : {}) };
}
