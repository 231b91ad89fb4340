import type { Kind } from "../../provider/inventory/records.js";
import { isTag } from "./convention.js";
import { isIgnored } from "./ignored.js";
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

/** A tracked record watches what it refers to; it claims nothing. Neither does a tag: the tagged resource may show it too. */
const watches = new Set(trackedReferences);

type StackFinding = RuleFinding & { readonly resource?: Resource };

/** Who claims which record of a kind, of whom it is not all known, and which ids come of secrets. */
class Claims {
  /** By id; a lone claimant, as nearly all are, stands for itself. */
  readonly byId = new Map<string, Resource | Resource[]>();
  readonly open: Resource[] = [];
  readonly hidden = new Set<string>();

  constructor(kind: Kind, resources: readonly Referring[]) {
    for (const { resource, references, withheld } of resources) {
      let isOpen = false;
      for (const reference of references) {
        if (reference.kind !== kind) continue;
        // Whoever knows that another claims the same knows the secret.
        if (reference.secret) for (const id of reference.ids) this.hidden.add(id);
        if (resource.external === true || watches.has(reference.entry) || isTag(resource.type)) continue;
        isOpen ||= withheld || reference.undecided;
        for (const id of reference.ids) this.#add(id, resource);
      }
      if (isOpen) this.open.push(resource);
    }
  }

  /** A resource claims a record once, however often it names it. */
  #add(id: string, resource: Resource): void {
    const earlier = this.byId.get(id);
    if (earlier === undefined) this.byId.set(id, resource);
    else if (Array.isArray(earlier)) {
      if (earlier.at(-1) !== resource) earlier.push(resource);
    } else if (earlier !== resource) this.byId.set(id, [earlier, resource]);
  }
}

function checkKind(kind: Kind, most: number, { resources, rules, now }: StackContext): StackFinding[] {
  const { byId, open, hidden } = new Claims(kind, resources);
  // A claim that is passed over is none; the others may still be too many.
  const counts = ({ urn }: Resource): boolean => !isIgnored(referenceUnique.name, urn, rules, now);
  const findings: StackFinding[] = [];
  for (const [id, several] of byId) {
    if (!Array.isArray(several) || several.length <= most) continue;
    const claimants = several.filter(counts);
    if (claimants.length > most) findings.push(tooMany(kind, id, most, claimants, hidden.has(id)));
  }
  const unknown = open.filter(counts);
  return unknown.length > 0 ? [...findings, notKnownYet(kind, unknown)] : findings;
}

const urnsOf = (resources: readonly Resource[]): string[] => resources.map(({ urn }) => urn).sort();

function tooMany(kind: Kind, id: string, most: number, several: readonly Resource[], secret: boolean): StackFinding {
  const sorted = [...several].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  const names = some(sorted.map(({ name }) => name));
  const allowed = most === 1 ? "only one may" : `only ${most} may`;
  const message = `${named(kind, id, secret)} is claimed by ${several.length} resources (${names}), ${allowed}; let each name its own record`;
  const resource = sorted[most];
  const about = { kind, ...(secret ? {} : { recordId: id }), ...(resource ? { resource } : {}) };
  return {
    ...about,
    subject: { what: ["claims"], all: urnsOf(several) },
    message,
    expected: most,
    actual: several.length,
  };
}

function notKnownYet(kind: Kind, open: readonly Resource[]): StackFinding {
  const claim = open.length === 1 ? "claims" : "claim";
  const names = some(open.map(({ name }) => name).sort());
  const message = `which ${kind} ${names} ${claim} is not known in this run: whether it is claimed once is decided at update`;
  return { kind, subject: { what: ["undecided"], all: urnsOf(open) }, decidedAtUpdate: true, message };
}
