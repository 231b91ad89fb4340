import { nearestName } from "../../provider/inventory/nearest.js";
import { isJudged } from "./references.js";
import type { Reference, RulesFile } from "./rules-file.js";
import { some } from "./show.js";
import { fits } from "./wildcard.js";

/** An entry of the rules that governs no resource. */
export interface UnusedEntry {
  readonly entry: Reference;
  readonly message: string;
  /** Whether resources of its provider's package occur. */
  readonly isPackageUsed: boolean;
  /** The type of a resource that the entry's types may be meant as. */
  readonly nearest?: string;
}

/**
 * Returns the entries of the rules that govern no resource.
 * @param used the entries that govern a resource
 * @param types the types of all resources
 */
export function unusedEntries(
  { references }: RulesFile,
  used: ReadonlySet<Reference>,
  types: Iterable<string>,
): UnusedEntry[] {
  const judged = [...new Set(types)].filter(isJudged);
  return references.flatMap((entry, index) => {
    if (used.has(entry)) return [];
    const candidates = entry.types.map((pattern) => ({
      pattern,
      types: judged.filter((type) => fits(packageOf(pattern), packageOf(type))),
    }));
    const nearest = candidates.map((candidate) => nearestType(candidate.pattern, candidate.types)).find(Boolean);
    return [
      {
        entry,
        message: `the rules' references.${index} (${some(entry.types, 3)}) governs no resource`,
        isPackageUsed: candidates.some((candidate) => candidate.types.length > 0),
        ...(nearest === undefined ? {} : { nearest }),
      },
    ];
  });
}

/** Returns the package of a type or pattern: `aws` of `aws:ec2/vpc:Vpc` and of `aws_vpc`. A name alone has any package. */
function packageOf(type: string): string {
  const [, name] = /^([^:]*):/.exec(type) ?? /^([^_]*)_/.exec(type) ?? [];
  return name ?? "*";
}

/** Compares whole types, then the names at their ends: a pattern may leave out the rest. */
function nearestType(pattern: string, types: readonly string[]): string | undefined {
  const wanted = pattern.replaceAll("*", "");
  const near = nearestName(wanted, types);
  if (near !== undefined) return near;
  const byName = new Map(types.map((type) => [nameOf(type), type]));
  return byName.get(nearestName(nameOf(wanted), [...byName.keys()]) ?? "");
}

function nameOf(type: string): string {
  return type.split(/[:/]/).at(-1) ?? "";
}
