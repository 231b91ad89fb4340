import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { changedScene, sampleReport, steady } from "./helpers/sample";

test("the sample of the format tests is the output of the command", async () => {
  const scene = await changedScene();
  try {
    const path = join(__dirname, "../fixtures/drift/report.json");
    const report = JSON.stringify(steady(await sampleReport(scene)));
    const text = await format(report, { ...(await resolveConfig(path)), filepath: path });
    if (process.env["ORANGE_CMDB_UPDATE"]) writeFileSync(path, text);
    expect(text).toBe(readFileSync(path, "utf8"));
  } finally {
    await scene.end();
  }
});
