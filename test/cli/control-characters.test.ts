import { parse } from "csv-parse/sync";
import { createTestEnvironment } from "../helpers/environment";

test("list and search -o csv keep line feeds and tabs of a text, and no other control characters", async () => {
  const scene = await createTestEnvironment();
  try {
    scene.sandbox.update("location", "LOC-PAR-001", {
      name: "\u001b]0;title\u0007 Paris\u009b31m\u202e\r\nsecond\tline\rthird",
    });
    for (const args of [
      ["list", "locations"],
      ["search", "LOC-PAR-001", "--kind", "locations"],
    ]) {
      const { code, out } = await scene.cli([...args, "-o", "csv"]);
      expect(code).toBe(0);
      expect(out.replace(/^\ufeff/, "")).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      const rows = parse(out, { columns: true, bom: true }) as Record<string, string>[];
      const found = rows.find(({ id }) => id === "LOC-PAR-001");
      expect(found?.["name"]).toBe(" ]0;title  Paris 31m \nsecond\tline\nthird");
    }
  } finally {
    await scene.end();
  }
});
