import { fieldValues, type InventoryRecord } from "../../provider/inventory/records.js";
import type { RulesFile } from "./rules-file.js";
import { named, show } from "./show.js";
import { statusWord } from "./status-word.js";
import type { Resource, ResourceRule, RuleFinding } from "./types.js";

/**
 * Statuses of records that are no longer there. Of the API's own, TERMINATED and CANCELLED are among them; OPERATIONAL, INSTALLING
 * (resources are often deployed before the equipment works) and UNKNOWN are not. [spec]
 */
const outOfService = new Set(
  [
    ["cancelled", "canceled", "ceased", "closed", "decommissioned", "deleted", "disposed", "inactive", "obsolete"],
    ["outofservice", "removed", "retired", "scrapped", "terminated", "uninstalled"],
  ].flat(),
);

/** A reference to a record that is not in service. */
export const recordInService: ResourceRule = {
  scope: "resource",
  name: "record-in-service",
  title: "Referenced records are in service",
  severity: "warning",
  cure: "Refer to a record that is in service, correct its status in the CMDB, or allow the status under inService.",
  check: ({ resource, references, rules }) => {
    const findings: RuleFinding[] = [];
    for (const { kind, records, secret } of references)
      for (const record of records) {
        if (!serves(record, rules)) findings.push(notInService(resource, record, rules.inService[kind], secret));
      }
    return findings;
  },
};

/**
 * Returns whether a record is in service. One with several statuses is if any of them is. One without a status is unless the rules
 * list the statuses of its kind.
 */
export function serves(record: InventoryRecord, { inService }: Pick<RulesFile, "inService">): boolean {
  const allowed = inService[record.kind];
  const statuses = fieldValues(record, "status").map(statusWord);
  if (statuses.length === 0) return allowed === undefined;
  return statuses.some((status) =>
    allowed ? allowed.some((text) => statusWord(text) === status) : !outOfService.has(status),
  );
}

function notInService(
  resource: Resource,
  record: InventoryRecord,
  allowed: readonly string[] | undefined,
  secret: boolean | undefined,
): RuleFinding {
  const { kind, id, status } = record;
  const subject = `${resource.name} refers to ${named(kind, id, secret)}`;
  const about = { kind, ...(secret ? {} : { recordId: id }) };
  if (status === undefined) {
    const message = `${subject}, for which the inventory gives no status; correct the CMDB, or the field map`;
    return { ...about, subject: { what: ["no status"] }, message, expected: allowed };
  }
  const hint = allowed ? ` (in service: ${allowed.join(", ")})` : "";
  const message = `${subject}, whose status is ${show(status)}, not in service${hint}; refer to another, or correct the CMDB`;
  return { ...about, message, actual: status, ...(allowed ? { expected: allowed } : {}) };
}
