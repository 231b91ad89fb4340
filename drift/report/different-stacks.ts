import { DriftError } from "../errors.js";
import { stackNameOf } from "../stack-name.js";
import type { Report } from "./schema.js";

/**
 * Checks that no stack comes twice. A stack that was read without its organisation, from a file, can be the same as one of
 * an organisation: then a resource would count twice.
 * @param urns the resources that refer to records, or that a rule found something in
 * @throws DriftError
 */
export function mustBeDifferent(stacks: Report["stacks"], urns: Iterable<string>): void {
  const names = new Set<string>();
  for (const { name } of stacks) {
    if (names.has(name)) throw new DriftError(`the stack ${name} comes twice: name each stack in one source only`);
    names.add(name);
  }
  const pairs = [...names].flatMap((full) => {
    const short = full.slice(full.indexOf("/") + 1);
    return short !== full && names.has(short) ? [{ full, short }] : [];
  });
  // A file of Terraform can have either name, too.
  const pulumi = pairs.length === 0 ? new Set<string | undefined>() : pulumiStacks(urns);
  const same = pairs.find(({ full, short }) => pulumi.has(full) && pulumi.has(short));
  if (same === undefined) return;
  throw new DriftError(
    `the stacks ${same.short} and ${same.full} can be the same one, as the organisation of the first is not known: ` +
      `read both from the backend, with --stack ORGANISATION/${same.short} in place of the file`,
  );
}

/** Returns the names of the stacks in Pulumi URNs, with the organisation if the URN has one. */
function pulumiStacks(urns: Iterable<string>): Set<string | undefined> {
  const names = new Set<string | undefined>();
  for (const urn of urns) if (urn.startsWith("urn:pulumi:")) names.add(stackNameOf(urn));
  return names;
}
