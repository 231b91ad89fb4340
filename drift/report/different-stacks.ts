import { DriftError } from "../common/errors.js";
import { stackNameOf } from "../common/stack-name.js";
import type { Report } from "./schema.js";

/**
 * Checks that each stack occurs once. A stack from a file has no organisation and can be the same as one of an organisation:
 * its resources would count twice.
 * @param urns returns the resources that refer to records, or have a finding
 * @throws DriftError
 */
export function mustBeDifferent(
  stacks: readonly Pick<Report["stacks"][number], "name">[],
  urns: () => Iterable<string>,
): void {
  const names = new Set<string>();
  for (const { name } of stacks) {
    if (names.has(name)) throw new DriftError(`the stack ${name} occurs twice: pass each stack in one source only`);
    names.add(name);
  }
  const pairs = [...names].flatMap((full) => {
    const short = full.slice(full.indexOf("/") + 1);
    return short !== full && names.has(short) ? [{ full, short }] : [];
  });
  // A Terraform file can have either name, but has no organisation.
  const pulumi = pairs.length === 0 ? new Set<string | undefined>() : pulumiStacks(urns());
  const same = pairs.find(({ full, short }) => pulumi.has(full) && pulumi.has(short));
  if (same === undefined) return;
  throw new DriftError(
    `the stacks ${same.short} and ${same.full} can be the same stack, because the organisation of the first is unknown: ` +
      `read both from the backend, with --stack ORGANISATION/${same.short} instead of the file`,
  );
}

/** Returns the names of the stacks in Pulumi URNs, with the organisation if the URN has one. */
function pulumiStacks(urns: Iterable<string>): Set<string | undefined> {
  const names = new Set<string | undefined>();
  for (const urn of urns) if (urn.startsWith("urn:pulumi:")) names.add(stackNameOf(urn));
  return names;
}
