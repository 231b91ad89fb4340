import { endOf } from "./end-date.js";
import type { RuleName, RulesFile } from "./rules-file.js";
import { fitsResource } from "./organization-urn.js";
import { fits } from "./wildcard.js";

/** Does the rules file let this rule pass over the resource? */
export function isIgnored(rule: RuleName, urn: string, { ignore }: Pick<RulesFile, "ignore">, now: Date): boolean {
  return ignore.some(
    (entry) =>
      fits(entry.rule, rule) &&
      fitsResource(entry.resource, urn) &&
      (entry.until === undefined || now <= endOf(entry.until)),
  );
}
