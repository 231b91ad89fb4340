import type { Kind } from "../../provider/inventory/records.js";
import { named, some } from "./show.js";
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
const watches = new Set(trackedReferences);

/** The ids of a kind that a resource claims, each once. */
function claimsOf({ references }: Referring, kind: Kind): readonly string[] {
  const [first = [], ...more] = references
    .filter((reference) => reference.kind === kind && reference.ids.length > 0 && !watches.has(reference.entry))
    .map(({ ids }) => ids);
  return more.length === 0 ? first : [...new Set([...first, ...more.flat()])];
}

function isOpen({ references, withheld }: Referring, kind: Kind): boolean {
  return references.some(
    (reference) => reference.kind === kind && !watches.has(reference.entry) && (withheld || reference.undecided),
  );
}

type StackFinding = RuleFinding & { readonly resource?: Resource };

function checkKind(kind: Kind, most: number, { resources }: StackContext): StackFinding[] {
  const claims = new Map<string, number>();
  for (const referring of resources)
    for (const id of claimsOf(referring, kind)) claims.set(id, (claims.get(id) ?? 0) + 1);
  const claimants = new Map<string, Resource[]>();
  for (const [id, count] of claims) if (count > most) claimants.set(id, []);
  if (claimants.size > 0) {
    for (const referring of resources)
      for (const id of claimsOf(referring, kind)) claimants.get(id)?.push(referring.resource);
  }
  // Whoever knows that another claims the same knows the secret.
  const secret = resources.flatMap(({ references }) => references.filter((one) => one.secret && one.kind === kind));
  const hidden = new Set(secret.flatMap(({ ids }) => ids));
  const open = resources.filter((referring) => isOpen(referring, kind)).map(({ resource }) => resource.name);
  return [
    ...[...claimants].map(([id, several]) => tooMany(kind, id, most, several, hidden.has(id))),
    ...(open.length > 0 ? [notKnownYet(kind, open.sort())] : []),
  ];
}

function tooMany(kind: Kind, id: string, most: number, several: readonly Resource[], secret: boolean): StackFinding {
  const sorted = [...several].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  const names = some(sorted.map(({ name }) => name));
  const allowed = most === 1 ? "only one may" : `only ${most} may`;
  const message = `${named(kind, id, secret)} is claimed by ${several.length} resources (${names}), ${allowed}; let each name its own record`;
  const resource = sorted[most];
  const about = { kind, ...(secret ? {} : { recordId: id }), ...(resource ? { resource } : {}) };
  return { ...about, message, expected: most, actual: several.length };
}

function notKnownYet(kind: Kind, open: readonly string[]): StackFinding {
  const claim = open.length === 1 ? "claims" : "claim";
  const message = `which ${kind} ${some(open)} ${claim} is not known in this run: whether it is claimed once is decided at update`;
  return { kind, decidedAtUpdate: true, message };
}
