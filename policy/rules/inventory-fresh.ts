import { durationIn } from "../../provider/platform/time.js";
import type { StackRule } from "./core/types.js";

/** Reports a mirror that is too old, or used because the API is unavailable. */
export const inventoryFresh: StackRule = {
  scope: "stack",
  name: "inventory-fresh",
  title: "The inventory is recent",
  severity: "warning",
  remediation: "Fetch the inventory again with orange-cmdb sync, or raise the maximum age under fresh.",
  examines: () => true,
  check: ({ stack, rules, now }) => {
    const info = stack.inventory;
    const age = Math.max(0, Math.round((now.getTime() - Date.parse(info.syncedAt)) / 1000));
    const { maxAge: allowed } = rules.fresh;
    const maxAge = typeof allowed === "string" ? (durationIn(allowed) ?? 0) / 1_000 : allowed;
    if (info.staleReason !== undefined) {
      const message = `checked with the inventory of ${info.syncedAt}, ${inWords(age)} old: ${info.staleReason}`;
      return [{ message, expected: maxAge, actual: age }];
    }
    if (age <= maxAge) return [];
    const message = `the inventory of ${info.syncedAt} is ${inWords(age)} old, more than ${inWords(maxAge)}; fetch it again with orange-cmdb sync`;
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
