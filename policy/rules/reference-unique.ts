import type { Kind } from "../../provider/model/records.js";
import { isTag } from "./resource/convention.js";
import { isIgnored } from "./core/ignored.js";
import { recordLabel, summarizeList } from "./core/show.js";
import { trackedReferences } from "./file/rules-file.js";
import type { RuleFinding, StackContext, StackResource, StackRule } from "./core/types.js";

/** Reports a record that more resources claim than allowed. */
export const referenceUnique: StackRule = {
  scope: "stack",
  name: "reference-unique",
  title: "Records are not claimed too often",
  severity: "error",
  remediation: "Refer to a different record in each resource, or raise the number under unique.",
  inactiveReason: ({ unique }) => (Object.keys(unique).length > 0 ? undefined : "no unique in the rules"),
  examines: ({ stack, rules }) =>
    (Object.keys(rules.unique) as Kind[]).some((kind) => {
      const { byId, open } = new ReferencedIds(kind, stack.resources);
      return byId.size + open.length > 0;
    }),
  check: (context) =>
    (Object.entries(context.rules.unique) as [Kind, number][]).flatMap(([kind, most]) =>
      checkKind(kind, most, context),
    ),
};

type Resource = StackResource["resource"];

/**
 * Returns whether a resource claims the records of a kind that it refers to. A resource that the stack only reads claims nothing. A
 * tag claims nothing, because the tagged resource can have it too. A tracked record only observes the record that it tracks.
 */
function claims({ type, external }: Resource, kind: Kind): boolean {
  if (external === true || isTag(type)) return false;
  return !trackedReferences.some((entry) => entry.kind === kind && entry.types.includes(type));
}

/** Resources by claimed record of a kind, resources with unknown claims, and secret ids. */
class ReferencedIds {
  /** By id. Most records have one claimant, which is stored without a list. */
  readonly byId = new Map<string, Resource | Resource[]>();
  readonly open: Resource[] = [];
  readonly hidden = new Set<string>();

  constructor(kind: Kind, resources: readonly StackResource[]) {
    for (const { resource, references, propertiesOmitted } of resources) {
      const own = references.filter((reference) => reference.kind === kind);
      if (own.length === 0) continue;
      const isClaimant = claims(resource, kind);
      for (const reference of own) {
        // Another claimant of the record would reveal the secret id.
        if (reference.secret) for (const id of reference.ids) this.hidden.add(id);
        if (isClaimant) for (const id of reference.ids) this.#add(id, resource);
      }
      if (isClaimant && (propertiesOmitted === true || own.some(({ undecided }) => undecided)))
        this.open.push(resource);
    }
  }

  /** Adds a claim. A resource claims a record once, even with several references. */
  #add(id: string, resource: Resource): void {
    const earlier = this.byId.get(id);
    if (earlier === undefined) this.byId.set(id, resource);
    else if (Array.isArray(earlier)) {
      if (earlier.at(-1) !== resource) earlier.push(resource);
    } else if (earlier !== resource) this.byId.set(id, [earlier, resource]);
  }
}

function checkKind(kind: Kind, most: number, { stack, rules, now }: StackContext): RuleFinding[] {
  const { byId, open, hidden } = new ReferencedIds(kind, stack.resources);
  // Ignored claims do not count; the remaining ones can still exceed the limit.
  const counts = ({ urn }: Resource): boolean => !isIgnored(referenceUnique.name, urn, rules, now);
  const findings: RuleFinding[] = [];
  for (const [id, several] of byId) {
    if (!Array.isArray(several) || several.length <= most) continue;
    const claimants = several.filter(counts);
    if (claimants.length > most) findings.push(tooMany(kind, id, most, claimants, hidden.has(id)));
  }
  const unknown = open.filter(counts);
  return unknown.length > 0 ? [...findings, notKnownYet(kind, unknown)] : findings;
}

const urnsOf = (resources: readonly Resource[]): string[] => resources.map(({ urn }) => urn).sort();

function tooMany(kind: Kind, id: string, most: number, several: readonly Resource[], secret: boolean): RuleFinding {
  const sorted = [...several].sort((a, b) => (a.urn < b.urn ? -1 : 1));
  const names = summarizeList(sorted.map(({ name }) => name));
  const allowed = most === 1 ? "only one is allowed" : `only ${most} are allowed`;
  const message = `${recordLabel(kind, id, secret)} is claimed by ${several.length} resources (${names}), but ${allowed}; refer to a different record in each`;
  const resource = sorted[most];
  const facts = { kind, ...(secret ? {} : { recordId: id }), ...(resource ? { resource } : {}) };
  return {
    ...facts,
    about: ["claims"],
    affects: urnsOf(several),
    message,
    expected: most,
    actual: several.length,
  };
}

function notKnownYet(kind: Kind, open: readonly Resource[]): RuleFinding {
  const claim = open.length === 1 ? "claims" : "claim";
  const names = summarizeList(open.map(({ name }) => name).sort());
  const message = `the ${kind} that ${names} ${claim} is unknown at preview: uniqueness will be checked during the update`;
  return { kind, about: ["undecided"], affects: urnsOf(open), undecided: true, message };
}
