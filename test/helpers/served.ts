import type { Attributes, Kind } from "../../provider/model/records";
import type { Sandbox } from "../../sandbox";
import { withoutNulls } from "../../sandbox/fields";

/** Compares records by their id, as the inventory sorts them. */
export function byId(a: Attributes, b: Attributes): number {
  return String(a["id"]) < String(b["id"]) ? -1 : 1;
}

/** Returns the records of a kind as the sandbox sends them by default, without nulls, sorted by id. */
export function servedBy(sandbox: Sandbox, kind: Kind): Attributes[] {
  return sandbox
    .records(kind)
    .map((record) => withoutNulls(record) as Attributes)
    .sort(byId);
}
