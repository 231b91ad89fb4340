import type { Attributes } from "../provider/model/records.js";

/** Parameters whose name differs from the path of the field [spec]. */
const places: readonly (readonly [name: string, place: string])[] = [
  ["billingAccount", "billingAccounts"],
  ["properties.community", "properties.vpn"],
  ["keyDates.activatedAt", "keyDates.startedAt"],
  ["orderedAt", "keyDates.orderedAt"],
  ["startedAt", "keyDates.startedAt"],
  ["endedAt", "keyDates.terminatedAt"],
  ["billingStartedAt", "keyDates.billingStartedAt"],
  ["billingEndedAt", "keyDates.billingEndedAt"],
];

/** Splits the dotted name of a parameter into the path of its field. */
export function pathOf(name: string): readonly string[] {
  const renamed = places.find(([from]) => name === from || name.startsWith(`${from}.`));
  return (renamed ? renamed[1] + name.slice(renamed[0].length) : name).split(".");
}

/** Returns the texts at a path. Arrays on the path yield those of each element. */
export function textsAt(value: unknown, path: readonly string[]): string[] {
  if (Array.isArray(value)) return value.flatMap((element) => textsAt(element, path));
  const [name, ...rest] = path;
  if (name === undefined) return value === undefined || value === null ? [] : [String(value)];
  return typeof value === "object" && value !== null ? textsAt((value as Attributes)[name], rest) : [];
}

/** Returns a copy that has only the fields at these paths. */
export function pick(value: unknown, paths: readonly (readonly string[])[]): unknown {
  if (Array.isArray(value)) return value.map((element) => pick(element, paths));
  if (typeof value !== "object" || value === null || paths.some((path) => path.length === 0)) return value;
  const picked = Object.entries(value).flatMap(([name, inner]) => {
    const deeper = paths.filter(([first]) => first === name).map((path) => path.slice(1));
    return deeper.length === 0 ? [] : [[name, pick(inner, deeper)]];
  });
  return Object.fromEntries(picked) as unknown;
}

/** Returns a copy without the fields that are null. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const kept: Record<string, unknown> = { ...value };
  for (const [name, inner] of Object.entries(kept)) {
    if (inner === null || inner === undefined) delete kept[name];
    else if (typeof inner === "object") kept[name] = withoutNulls(inner);
  }
  return kept;
}
