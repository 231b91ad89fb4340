import { durationIn } from "../../provider/inventory/time.js";
import type { StackRule } from "./types.js";

/** A mirror older than allowed, or one that is served because the API cannot be had. */
export const inventoryFresh: StackRule = {
  scope: "stack",
  name: "inventory-fresh",
  title: "The inventory is young enough",
  severity: "warning",
  cure: "Fetch the inventory again (orange-cmdb sync), or allow a greater age under fresh.",
  check: ({ lookup, rules, now }) => {
    const info = lookup.info();
    const age = Math.max(0, Math.round((now.getTime() - Date.parse(info.syncedAt)) / 1000));
    const { maxAge: allowed } = rules.fresh;
    const maxAge = typeof allowed === "string" ? (durationIn(allowed) ?? 0) / 1_000 : allowed;
    if (info.stale !== undefined) {
      const message = `judged by the inventory of ${info.syncedAt}, ${inWords(age)} old: ${info.stale}`;
      return [{ message, expected: maxAge, actual: age }];
    }
    if (age <= maxAge) return [];
    const message = `the inventory is of ${info.syncedAt}, ${inWords(age)} old, and may be ${inWords(maxAge)} old; fetch it again with orange-cmdb sync`;
    return [{ message, expected: maxAge, actual: age }];
  },
};

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;

function inWords(seconds: number): string {
  const [name, size] = units.find(([, length]) => seconds >= length) ?? ["second", 1];
  const count = Math.floor(seconds / size);
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}
