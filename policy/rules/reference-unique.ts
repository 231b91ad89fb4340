import type { Kind } from "../../provider/inventory/records.js";
import { some } from "./show.js";
import { trackedReferences } from "./rules-file.js";
import type { Referring, Resource, RuleFinding, StackContext, StackRule } from "./types.js";

/** One record claimed by more resources than allowed. */
export const referenceUnique: StackRule = {
  scope: "stack",
  name: "reference-unique",
  title: "No record is claimed by more resources than allowed",
  severity: "error",
  cure: "Let each resource name its own record, or raise the number under unique.",
  off: ({ unique }) => (Object.keys(unique).length > 0 ? undefined : "nothing is unique in the rules"),
  check: (context) =>
    (Object.entries(context.rules.unique) as [Kind, number][]).flatMap(([kind, most]) =>
      checkKind(kind, most, context),
    ),
};

/** A tracked record watches what it refers to; it claims nothing. */
function claims({ references }: Referring, kind: Kind): Referring["references"] {
  return references.filter((reference) => reference.kind === kind && !trackedReferences.includes(reference.entry));
}

function checkKind(kind: Kind, most: number, { resources }: StackContext): (RuleFinding & { resource?: Resource })[] {
  const claimants = new Map<string, Resource[]>();
  const open: string[] = [];
  for (const referring of resources) {
    const claimed = claims(referring, kind);
    if (claimed.some(({ undecided }) => undecided) || (referring.withheld && claimed.length > 0))
      open.push(referring.resource.name);
    for (const id of new Set(claimed.flatMap(({ ids }) => ids))) {
      const others = claimants.get(id);
      if (others) others.push(referring.resource);
      else claimants.set(id, [referring.resource]);
    }
  }
  const findings: (RuleFinding & { resource?: Resource })[] = [];
  for (const [id, several] of claimants) {
    if (several.length <= most) continue;
    const sorted = [...several].sort((a, b) => (a.urn < b.urn ? -1 : 1));
    const names = some(sorted.map(({ name }) => name));
    const allowed = most === 1 ? "only one may" : `only ${most} may`;
    const message = `${kind} "${id}" is claimed by ${several.length} resources (${names}), ${allowed}; let each name its own record`;
    const resource = sorted[most];
    findings.push({
      kind,
      recordId: id,
      message,
      expected: most,
      actual: several.length,
      ...(resource ? { resource } : {}),
    });
  }
  if (open.length > 0) {
    const message = `which ${kind} ${some(open)} claim${open.length === 1 ? "s" : ""} is not known in this run: whether it is theirs alone is decided at update`;
    findings.push({ kind, decidedAtUpdate: true, message });
  }
  return findings;
}
