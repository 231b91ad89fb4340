import { expiryDate } from "../resource/expiry-date.js";
import type { RuleName, RulesFile } from "../file/rules-file.js";
import { fitsResource } from "../resource/organization-urn.js";
import { matchesWildcard } from "../../../provider/platform/wildcard.js";

/** Returns whether the rules ignore findings of a rule on a resource. */
export function isIgnored(rule: RuleName, urn: string, { ignore }: Pick<RulesFile, "ignore">, now: Date): boolean {
  return ignore.some(
    (entry) =>
      matchesWildcard(entry.rule, rule) &&
      fitsResource(entry.resource, urn) &&
      (entry.until === undefined || now <= expiryDate(entry.until)),
  );
}
