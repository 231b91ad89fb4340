import { nearestName } from "../../../provider/platform/similar-strings.js";
import { canHaveRecord } from "./references.js";
import { withPlace } from "../file/rule-places.js";
import type { Reference, RulesFile } from "../file/rules-file.js";
import { summarizeList } from "./show.js";
import { matchesWildcard } from "../../../provider/platform/wildcard.js";

/** An entry of the rules that matches no resource. */
export interface UnusedEntry {
  readonly entry: Reference;
  readonly message: string;
  /** Whether resources of its provider's package occur. */
  readonly isPackageUsed: boolean;
  /** The nearest type of a resource. */
  readonly nearest?: string;
}

/**
 * Returns the entries of the rules that match no resource.
 * @param used the entries that match a resource
 * @param types the types of all resources
 */
export function unusedEntries(rules: RulesFile, used: ReadonlySet<Reference>, types: Iterable<string>): UnusedEntry[] {
  const all = [...new Set(types)].filter(canHaveRecord);
  return rules.references.flatMap((entry, index) => {
    if (used.has(entry)) return [];
    const candidates = entry.types.map((pattern) => ({
      pattern,
      types: all.filter((type) => matchesWildcard(packageOf(pattern), packageOf(type))),
    }));
    const nearest = candidates.map((candidate) => nearestType(candidate.pattern, candidate.types)).find(Boolean);
    return [
      {
        entry,
        message: withPlace(
          rules,
          ["references", index, "types"],
          `the rules' references.${index} (${summarizeList(entry.types, 3)}) matches no resource`,
        ),
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

/** Returns the nearest type. Compares whole types, then the names at their ends, because a pattern can omit the rest. */
export function nearestType(pattern: string, types: readonly string[]): string | undefined {
  const wanted = pattern.replaceAll("*", "");
  const near = nearestName(wanted, types);
  if (near !== undefined) return near;
  const byName = new Map(types.map((type) => [nameOf(type), type]));
  return byName.get(nearestName(nameOf(wanted), [...byName.keys()]) ?? "");
}

function nameOf(type: string): string {
  return type.split(/[:/]/).at(-1) ?? "";
}
