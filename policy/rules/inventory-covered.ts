import { unavailable } from "./lookup.js";
import { some } from "./show.js";
import type { RuleFinding, StackContext, StackRule } from "./types.js";

/** Records that nobody refers to. */
export const inventoryCovered: StackRule = {
  scope: "stack",
  name: "inventory-covered",
  title: "Records that should be deployed are referred to",
  severity: "warning",
  cure: "Deploy a resource that names the record, or narrow cover in the rules file.",
  off: ({ cover }) => (cover.length > 0 ? undefined : "nothing to cover in the rules"),
  check: (context) => context.rules.cover.flatMap((_, index) => checkEntry(index, context)),
};

function checkEntry(index: number, { resources, lookup, rules }: StackContext): RuleFinding[] {
  const entry = rules.cover[index];
  if (entry === undefined) return [];
  const { kind, where } = entry;
  const what = ["cover", ...(where === undefined ? [] : [where])];
  const referred = new Set<string>();
  const open: string[] = [];
  for (const { resource, references, withheld } of resources) {
    let isOpen = false;
    for (const reference of references) {
      if (reference.kind !== kind) continue;
      isOpen ||= withheld || reference.undecided;
      for (const id of reference.ids) referred.add(id);
    }
    if (isOpen) open.push(resource.name);
  }
  const uncovered: string[] = [];
  let total = 0;
  try {
    for (const { id } of lookup.list(kind, where)) {
      total += 1;
      if (!referred.has(id)) uncovered.push(id);
    }
  } catch (error) {
    const message = `whether every ${kind} is referred to could not be checked: ${unavailable(error)}`;
    return [{ kind, subject: { what: ["not checked", ...what] }, message }];
  }
  if (uncovered.length === 0) return [];
  const all = [...uncovered].sort();
  const which = where === undefined ? kind : `${kind} (${where})`;
  const count = `${uncovered.length} of ${total} records of ${which}`;
  if (open.length > 0) {
    const message = `${count} may be referred to by ${some(open.sort())}, of which not all is known in this run: decided at update`;
    return [{ kind, subject: { what: ["undecided", ...what], all }, decidedAtUpdate: true, message }];
  }
  const message = `${count} are referred to by no resource: ${some(uncovered)}; deploy what they stand for, or narrow cover.${index}`;
  return [{ kind, subject: { what, all }, message, expected: total, actual: total - uncovered.length }];
}
