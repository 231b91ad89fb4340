import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { jsonSchemas } from "../../drift/report/schemas";
import { format, resolveConfig } from "prettier";

const folder = join(__dirname, "../../schemas");

test.each(Object.entries(jsonSchemas()))("%s is what the code checks", async (name, schema) => {
  const path = join(folder, name);
  const text = await format(JSON.stringify(schema), { ...(await resolveConfig(path)), filepath: path });
  if (process.env["ORANGE_CMDB_UPDATE"]) writeFileSync(path, text);
  expect(readFileSync(path, "utf8")).toBe(text);
});
