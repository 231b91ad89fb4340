import { looksSame } from "../../provider/platform/unicode.js";
import { ambiguousValue, unmatchedValue } from "./core/key-findings.js";
import { keyOf } from "./file/reference-key.js";
import { placeOf } from "./core/references.js";
import { describeUnknown, show } from "./core/show.js";
import type { FoundReference, ResourceContext, ResourceRule, RuleFinding } from "./core/types.js";

/** Reports a reference to a record that the inventory does not have. */
export const recordExists: ResourceRule = {
  scope: "resource",
  name: "record-exists",
  title: "Referenced records exist",
  severity: "error",
  remediation: "Refer to an existing record, or add the record to the CMDB.",
  examines: ({ references }) => references.some((reference) => reference.ids.length > 0 || !isResolved(reference)),
  check: (context) =>
    context.references.every(isResolved)
      ? []
      : context.references.flatMap((reference) => checkReference(reference, context)),
};

/** Returns a suggestion; explains one that only looks the same as the id. */
function suggestion(text: string, id: string): string {
  return `"${text}"${looksSame(text, id) ? " (looks the same, but has other characters)" : ""}`;
}

function isResolved(reference: FoundReference): boolean {
  const { undecided, unavailable, missing, ambiguous, unmatched = [], invalidIds = [] } = reference;
  if (undecided || unavailable !== undefined || unmatched.length > 0) return false;
  return missing.length === 0 && ambiguous.length === 0 && invalidIds.length === 0;
}

function checkReference(reference: FoundReference, { resource, lookup }: ResourceContext): RuleFinding[] {
  const { entry, kind, ids, undecided, unmatched = [], secret } = reference;
  const key = keyOf(entry);
  const place = placeOf(entry);
  const open: RuleFinding[] = undecided
    ? [
        {
          kind,
          undecided: true,
          affects: [place],
          message: `${resource.name}: its ${kind} (${place}) ${describeUnknown(resource)}`,
        },
      ]
    : [];
  if (reference.unavailable !== undefined) {
    if (ids.length === 0 && unmatched.length === 0) return open;
    const message = `${resource.name}: its ${kind} could not be checked: ${reference.unavailable}`;
    return [...open, { kind, about: ["not checked"], message }];
  }
  const inSecret = `${resource.name} refers to a ${kind} (${place}, a secret)`;
  const facts = (how: string): Pick<RuleFinding, "kind" | "about"> => ({ kind, about: [place, how] });
  const unclear = reference.ambiguous.map(({ text, ids: several }): RuleFinding => {
    if (key) return ambiguousValue(reference, key, text, several, resource);
    if (secret) {
      const message = `${inSecret} by an ambiguous label; use an annotation instead`;
      return { ...facts("unclear"), message };
    }
    const names = several.map((id) => `"${id}"`).join(", ");
    const message = `${resource.name} refers to ${kind} "${text}" (${place}), which can be any of ${names} because labels are lower-case; use an annotation or a separate rule`;
    return { ...facts("unclear"), recordId: text, message, actual: text };
  });
  const missing = reference.missing.map((id): RuleFinding => {
    // A suggestion would reveal the secret.
    if (secret) return { ...facts("missing"), message: `${inSecret} which the inventory does not have` };
    const near = lookup.nearest(kind, id);
    const hint =
      near.length > 0
        ? `did you mean ${near.map((text) => suggestion(text, id)).join(", ")}?`
        : "refer to an existing record, or add it to the CMDB";
    const message = `${resource.name} refers to ${kind} "${id}" (${place}), which the inventory does not have; ${hint}`;
    return { ...facts("missing"), recordId: id, message, actual: id };
  });
  const strange = (reference.invalidIds ?? []).map((value): RuleFinding => {
    const what = secret ? "(a secret)" : show(value);
    const message = `${resource.name}: ${place} ${what} is not the ${key?.by ?? "id"} of a ${kind}; use ${key ? "a" : "the id as a"} string`;
    return { ...facts("strange"), message, ...(secret ? {} : { actual: value }) };
  });
  const without = key ? unmatched.map((value) => unmatchedValue(reference, key, value, resource, lookup)) : [];
  return [...open, ...missing, ...without, ...unclear, ...strange];
}
