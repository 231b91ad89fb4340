import { unknown } from "../../policy/rules/types.js";

type Properties = Record<string, unknown>;

/** A value without what the marks say is not to be seen: they have its shape, and `true` where it is. */
export function masked(value: unknown, marks: unknown): unknown {
  if (marks === true) return unknown;
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

/** The texts of what the marks say is sensitive. */
export function markedTexts(value: unknown, marks: unknown, into = new Set<string>()): Set<string> {
  if (value === null || value === undefined || value === unknown || !marks) return into;
  if (typeof value !== "object") return marks === true && value !== "" ? into.add(String(value)) : into;
  for (const [name, entry] of Object.entries(value))
    markedTexts(entry, marks === true ? true : (marks as Properties)[name], into);
  return into;
}

/** Rules may name a property as Pulumi does too: `ipAddress` for `ip_address`. */
export function inBothSpellings(values: Properties): Properties {
  const all: Properties = { ...values };
  for (const [name, value] of Object.entries(values)) {
    const camel = name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
    if (!Object.hasOwn(all, camel)) all[camel] = value;
  }
  return all;
}
