import { safeJson } from "../../formats/text/safe-json.js";
import type { Kind } from "../../../provider/model/records.js";
import type { Match } from "../report/schema.js";

/** Types of tracked records of the provider plugin. The type of a TypeScript program cannot be imported. */
const types: Readonly<Partial<Record<Kind, string>>> = {
  configurationItem: "orange-cmdb:index:ConfigurationItem",
  location: "orange-cmdb:index:Location",
  servicePoint: "orange-cmdb:index:ServicePoint",
};

/**
 * Returns the text for `pulumi import --file`: each record of the matches as a tracked record, once.
 * @returns undefined without a record to import
 */
export function importsText(matches: readonly Match[]): string | undefined {
  const names = new Set<string>();
  const records = new Map(matches.map(({ kind, recordId }) => [`${kind} ${recordId}`, { kind, recordId }]));
  const resources = [...records.values()]
    .sort((one, other) => (`${one.kind} ${one.recordId}` < `${other.kind} ${other.recordId}` ? -1 : 1))
    .flatMap(({ kind, recordId: id }) => {
      const type = types[kind];
      return type === undefined ? [] : [{ type, name: unique(nameOf(id), names), id }];
    });
  return resources.length === 0 ? undefined : `${safeJson({ resources }, 2)}\n`;
}

/** Returns a name that is an identifier in every language of Pulumi. */
function nameOf(id: string): string {
  const name = id
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "");
  return /^[a-z]/.test(name) ? name : `record-${name}`;
}

function unique(base: string, names: Set<string>): string {
  let name = base;
  for (let number = 2; names.has(name); number += 1) name = `${base}-${number}`;
  names.add(name);
  return name;
}
