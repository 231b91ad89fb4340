import { looksSame } from "../../provider/inventory/unicode.js";
import { placeOf } from "./references.js";
import { notKnown, show } from "./show.js";
import type { FoundReference, ResourceContext, ResourceRule, RuleFinding } from "./types.js";

/** A reference to a record that the inventory does not have. */
export const recordExists: ResourceRule = {
  scope: "resource",
  name: "record-exists",
  title: "Every reference names a record of the inventory",
  severity: "error",
  cure: "Name a record that the inventory has, or add the record to the CMDB.",
  check: (context) =>
    context.references.every(isThere)
      ? []
      : context.references.flatMap((reference) => checkReference(reference, context)),
};

/** A suggestion that looks like the id would seem to repeat it. */
function suggestion(text: string, id: string): string {
  return `"${text}"${looksSame(text, id) ? " (which looks the same, but has other characters)" : ""}`;
}

function isThere({ undecided, unavailable, missing, ambiguous, strange = [] }: FoundReference): boolean {
  if (undecided || unavailable !== undefined) return false;
  return missing.length === 0 && ambiguous.length === 0 && strange.length === 0;
}

function checkReference(reference: FoundReference, { resource, lookup }: ResourceContext): RuleFinding[] {
  const { entry, kind, ids, undecided, secret } = reference;
  const place = placeOf(entry);
  const open: RuleFinding[] = undecided
    ? [
        {
          kind,
          decidedAtUpdate: true,
          undecided: place,
          message: `${resource.name}: its ${kind} (${place}) ${notKnown(resource)}`,
        },
      ]
    : [];
  if (reference.unavailable !== undefined) {
    if (ids.length === 0) return open;
    const message = `${resource.name}: its ${kind} could not be checked: ${reference.unavailable}`;
    return [...open, { kind, subject: { what: ["not checked"] }, message }];
  }
  const inSecret = `${resource.name} refers to a ${kind} (${place}, a secret)`;
  const about = (how: string): Pick<RuleFinding, "kind" | "subject"> => ({ kind, subject: { what: [place, how] } });
  const unclear = reference.ambiguous.map(({ text, ids: several }): RuleFinding => {
    if (secret) {
      const message = `${inSecret} by a label that may be any of several; name it in an annotation`;
      return { ...about("unclear"), message };
    }
    const names = several.map((id) => `"${id}"`).join(", ");
    const message = `${resource.name} refers to ${kind} "${text}" (${place}), which may be any of ${names}: a label is lower-case; name it in an annotation or by a rule of its own`;
    return { ...about("unclear"), recordId: text, message, actual: text };
  });
  const missing = reference.missing.map((id): RuleFinding => {
    // Not even what is near it.
    if (secret) return { ...about("missing"), message: `${inSecret} which the inventory does not have` };
    const near = lookup.nearest(kind, id);
    const hint =
      near.length > 0
        ? `did you mean ${near.map((text) => suggestion(text, id)).join(", ")}?`
        : "name a record that it has, or add it to the CMDB";
    const message = `${resource.name} refers to ${kind} "${id}" (${place}), which the inventory does not have; ${hint}`;
    return { ...about("missing"), recordId: id, message, actual: id };
  });
  const strange = (reference.strange ?? []).map((value): RuleFinding => {
    const what = secret ? "(a secret)" : show(value);
    const message = `${resource.name}: ${place} ${what} is not an id of a ${kind}; name a record by its id, as a text`;
    return { ...about("strange"), message, ...(secret ? {} : { actual: value }) };
  });
  return [...open, ...missing, ...unclear, ...strange];
}
