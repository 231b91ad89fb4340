import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { format } from "prettier";
import { createProgram } from "../../cli/program";
import { cliPage } from "./helpers/cli-page";
import { settingsPage } from "./helpers/settings-page";

const root = resolve(__dirname, "../..");

test.each<[string, () => string | Promise<string>]>([
  ["settings.md", settingsPage],
  ["cli.md", () => cliPage(createProgram("0.0.0"))],
])("docs/reference/%s agrees with the source", async (name, page) => {
  const path = join(root, "docs/reference", name);
  const text = await format(await page(), { parser: "markdown", printWidth: 120 });
  if (process.env["ORANGE_CMDB_UPDATE"]) writeFileSync(path, text);
  expect(readFileSync(path, "utf8")).toBe(text);
});
