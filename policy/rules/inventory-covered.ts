import { unavailable } from "./core/lookup.js";
import { summarizeList } from "./core/show.js";
import type { RuleFinding, StackContext, StackRule } from "./core/types.js";

/** Reports records without a resource. */
export const inventoryCovered: StackRule = {
  scope: "stack",
  name: "inventory-covered",
  title: "Selected records have a resource",
  severity: "warning",
  remediation: "Deploy a resource that refers to the record, or narrow cover in the rules file.",
  inactiveReason: ({ cover }) => (cover.length > 0 ? undefined : "no cover in the rules"),
  examines: ({ stack, rules }) => rules.cover.some((_, index) => stack.recordsToCover(index).length > 0),
  check: (context) => context.rules.cover.flatMap((_, index) => checkEntry(index, context)),
};

function checkEntry(index: number, { stack, rules }: StackContext): RuleFinding[] {
  const entry = rules.cover[index];
  if (entry === undefined) return [];
  const { kind, where } = entry;
  const what = ["cover", ...(where === undefined ? [] : [where])];
  const referred = new Set<string>();
  const open: string[] = [];
  for (const { resource, references, propertiesOmitted } of stack.resources) {
    let isOpen = false;
    for (const reference of references) {
      if (reference.kind !== kind) continue;
      isOpen ||= propertiesOmitted === true || reference.undecided;
      for (const id of reference.ids) referred.add(id);
    }
    if (isOpen) open.push(resource.name);
  }
  let records: string[];
  try {
    records = stack.recordsToCover(index);
  } catch (error) {
    const message = `coverage of ${kind} could not be checked: ${unavailable(error)}`;
    return [{ kind, about: ["not checked", ...what], message }];
  }
  const uncovered = records.filter((id) => !referred.has(id));
  if (uncovered.length === 0) return [];
  const all = [...uncovered].sort();
  const which = where === undefined ? kind : `${kind} (${where})`;
  const count = `${uncovered.length} of ${records.length} records of ${which}`;
  if (open.length > 0) {
    const message = `${count} have no known resource, but ${summarizeList(open.sort())} can refer to them: unknown at preview`;
    return [{ kind, about: ["undecided", ...what], affects: all, undecided: true, message }];
  }
  const message = `${count} have no resource: ${summarizeList(uncovered)}; deploy resources for them, or narrow cover.${index}`;
  return [
    { kind, about: what, affects: all, message, expected: records.length, actual: records.length - uncovered.length },
  ];
}
