import { fieldValues, type InventoryRecord } from "../../provider/model/records.js";
import type { RulesFile } from "./file/rules-file.js";
import { recordLabel, show } from "./core/show.js";
import { statusWord } from "./core/status-word.js";
import type { ResourceRule, RuleFinding } from "./core/types.js";
import type { Resource } from "./resource/resource.js";

/**
 * Statuses of removed records. They include TERMINATED and CANCELLED of the API, but not OPERATIONAL, INSTALLING (resources are
 * often deployed before the equipment works) and UNKNOWN. [spec]
 */
const outOfService = new Set(
  [
    ["cancelled", "canceled", "ceased", "closed", "decommissioned", "deleted", "disposed", "inactive", "obsolete"],
    ["outofservice", "removed", "retired", "scrapped", "terminated", "uninstalled"],
  ].flat(),
);

/** Reports a reference to a record that is not in service. */
export const recordInService: ResourceRule = {
  scope: "resource",
  name: "record-in-service",
  title: "Referenced records are in service",
  severity: "warning",
  remediation:
    "Refer to a record that is in service, correct its status in the CMDB, or allow the status under inService.",
  examines: ({ references, rules }) =>
    references.some(({ kind, records }) =>
      records.some(({ status }) => status !== undefined || rules.inService[kind] !== undefined),
    ),
  check: ({ resource, references, rules, observe }) => {
    const findings: RuleFinding[] = [];
    for (const { kind, records, secret } of references)
      for (const record of records) {
        const isServing = serves(record, rules);
        if (!isServing) findings.push(notInService(resource, record, rules.inService[kind], secret));
        observe?.({
          rule: "record-in-service",
          verdict: isServing ? "agrees" : "differs",
          ...{ record, secret, allowed: rules.inService[kind] },
        });
      }
    return findings;
  },
};

/**
 * Returns whether a record is in service. Of several statuses, one in service is enough. A record without a status is in service
 * unless the rules list the statuses of its kind.
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
  const subject = `${resource.name} refers to ${recordLabel(kind, id, secret)}`;
  const facts = { kind, ...(secret ? {} : { recordId: id }) };
  if (status === undefined) {
    const message = `${subject}, which has no status; correct the CMDB, or the field map`;
    return { ...facts, about: ["no status"], message, expected: allowed };
  }
  const hint = allowed ? ` (in service: ${allowed.join(", ")})` : "";
  const message = `${subject}, whose status is ${show(status)}, not in service${hint}; refer to another record, or correct the CMDB`;
  return { ...facts, message, actual: status, ...(allowed ? { expected: allowed } : {}) };
}
