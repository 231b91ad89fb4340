import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { adoptionSchema } from "../../drift/adopt/report/schema";
import { ignoreFileSchema } from "../../drift/ignore/ignore-file";
import { reportLineSchema, reportSchema } from "../../drift/report/schema";
import { testFileSchema } from "../../drift/rules-test/schema";
import { format, resolveConfig } from "prettier";

const folder = join(__dirname, "../../schemas");

test.each(Object.entries(jsonSchemas()))("%s agrees with the validation in the code", async (name, schema) => {
  const path = join(folder, name);
  const text = await format(JSON.stringify(schema), { ...(await resolveConfig(path)), filepath: path });
  if (process.env["ORANGE_CMDB_UPDATE"]) writeFileSync(path, text);
  expect(readFileSync(path, "utf8")).toBe(text);
});

/** The published JSON Schemas, by file name. */
function jsonSchemas(): Readonly<Record<string, object>> {
  const titled = (title: string, schema: z.ZodType, io: "input" | "output"): object => {
    const { $schema, ...rest } = z.toJSONSchema(schema, { io, reused: "ref" });
    return { $schema, title, ...rest };
  };
  return {
    "drift-report.schema.json": titled("Drift report of orange-cmdb", reportSchema, "output"),
    "drift-report-line.schema.json": titled("A line of a drift report as NDJSON", reportLineSchema, "output"),
    "adoption.schema.json": titled("Proposal of orange-cmdb adopt", adoptionSchema, "output"),
    "cmdbignore.schema.json": titled(
      "Findings that the drift report ignores (.cmdbignore.yaml)",
      ignoreFileSchema,
      "input",
    ),
    "rules-test.schema.json": titled("Cases of orange-cmdb rules test (*.rules.test.yaml)", testFileSchema, "input"),
  };
}
