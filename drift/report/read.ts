import { z } from "zod";
import { readInput } from "../../provider/files/read-input.js";
import { DriftError, reasonOf } from "../common/errors.js";
import { reportSchema, reportVersion, type Report } from "./schema.js";

/** Reads a report in JSON. @throws DriftError */
export function readReport(path: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(readInput(path));
  } catch (error) {
    const why = error instanceof SyntaxError ? "is not complete JSON" : `cannot be read: ${reasonOf(error)}`;
    throw new DriftError(`the report ${path} ${why}; create it with orange-cmdb drift -o json=${path}`);
  }
  const version = z.looseObject({ version: z.int(), generator: z.string() }).safeParse(value).data?.version;
  if (version !== undefined && version !== reportVersion)
    throw new DriftError(
      `${path} has version ${version} of the report format, but only version ${reportVersion} is supported: create it again with orange-cmdb drift -o json of this release`,
    );
  const result = reportSchema.safeParse(value);
  if (result.success && !result.data.plan) return result.data;
  if (result.success)
    throw new DriftError(
      `${path} is a report of orange-cmdb check, not a drift report: create one with orange-cmdb drift -o json=${path}`,
    );
  const [issue] = result.error.issues;
  throw new DriftError(
    `${path} is not a drift report of this version (${issue?.path.join(".") || "top level"}: ${issue?.message}); create it again with -o json`,
  );
}
