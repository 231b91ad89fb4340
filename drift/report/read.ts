import { z } from "zod";
import { readInput } from "../../provider/read-input.js";
import { DriftError, reasonOf } from "../errors.js";
import { reportSchema, reportVersion, type Report } from "./schema.js";

/** Reads a report that was written as JSON. @throws DriftError */
export function readReport(path: string): Report {
  let value: unknown;
  try {
    value = JSON.parse(readInput(path));
  } catch (error) {
    const why = error instanceof SyntaxError ? "is not whole JSON" : `cannot be read: ${reasonOf(error)}`;
    throw new DriftError(`the report ${path} ${why}; make it with orange-cmdb drift -o json=${path}`);
  }
  const version = z.looseObject({ version: z.int(), generator: z.string() }).safeParse(value).data?.version;
  if (version !== undefined && version !== reportVersion)
    throw new DriftError(
      `${path} is of version ${version} of the report format, and only ${reportVersion} is known: make it again with orange-cmdb drift -o json of this version`,
    );
  const result = reportSchema.safeParse(value);
  if (result.success && !result.data.plan) return result.data;
  if (result.success) throw new DriftError(`${path} is what orange-cmdb check says of a plan, and no drift report`);
  const [issue] = result.error.issues;
  throw new DriftError(
    `${path} is no drift report of this version (${issue?.path.join(".") || "top level"}: ${issue?.message}); make it anew with -o json`,
  );
}
