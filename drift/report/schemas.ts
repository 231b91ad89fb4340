import { z } from "zod";
import { ignoreFileSchema } from "../ignore-file.js";
import { reportLineSchema, reportSchema } from "./schema.js";

/** The published JSON Schemas, by file name. */
export function jsonSchemas(): Readonly<Record<string, object>> {
  const titled = (title: string, schema: z.ZodType, io: "input" | "output"): object => {
    const { $schema, ...rest } = z.toJSONSchema(schema, { io, reused: "ref" });
    return { $schema, title, ...rest };
  };
  return {
    "drift-report.schema.json": titled("Drift report of orange-cmdb", reportSchema, "output"),
    "drift-report-line.schema.json": titled("A line of a drift report as NDJSON", reportLineSchema, "output"),
    "cmdbignore.schema.json": titled("What the drift report passes over (.cmdbignore.yaml)", ignoreFileSchema, "input"),
  };
}
