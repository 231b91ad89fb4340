import { UNKNOWN } from "../../../policy/rules/resource/resource.js";
import { camelCase } from "../../../provider/platform/case.js";

type Properties = Record<string, unknown>;

/** Returns a value with marked parts replaced by UNKNOWN. Marks have the structure of the value, with `true` for a marked part. */
export function masked(value: unknown, marks: unknown): unknown {
  if (marks === true) return UNKNOWN;
  if (typeof marks !== "object" || marks === null) return value;
  if (Array.isArray(marks)) {
    const entries: readonly unknown[] = Array.isArray(value) ? (value as unknown[]) : [];
    const length = Math.max(entries.length, marks.length);
    return Array.from({ length }, (_, index) => masked(entries[index], (marks as unknown[])[index]));
  }
  const held = typeof value === "object" && value !== null ? (value as Properties) : {};
  const names = Object.keys(marks);
  if (value === undefined && names.length === 0) return value;
  const changed = names.map((name) => [name, masked(held[name], (marks as Properties)[name])] as const);
  return { ...held, ...Object.fromEntries(changed.filter(([, entry]) => entry !== undefined)) };
}

/** Returns the texts of sensitive values. */
export function markedTexts(value: unknown, marks: unknown, into = new Set<string>()): Set<string> {
  if (value === null || value === undefined || value === UNKNOWN || !marks) return into;
  if (typeof value !== "object") return marks === true && value !== "" ? into.add(String(value)) : into;
  for (const [name, entry] of Object.entries(value))
    markedTexts(entry, marks === true ? true : (marks as Properties)[name], into);
  return into;
}

/** Adds camel-case names, so that rules for Pulumi match: `ipAddress` for `ip_address`. */
export function inBothSpellings(values: Properties): Properties {
  const all: Properties = { ...values };
  for (const [name, value] of Object.entries(values)) {
    const camel = camelCase(name);
    if (!Object.hasOwn(all, camel)) all[camel] = value;
  }
  return all;
}
