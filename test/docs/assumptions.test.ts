import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { assumptions } from "../../provider/api/assumptions";

const root = resolve(__dirname, "../..");

describe("the documentation page about assumptions", () => {
  const rows = assumptions.map(
    ({ number, claim, grade, where, settings }) =>
      `| ${number} | ${claim.replaceAll("|", "\\|")} | ${grade} | \`${where}\` | ${settings.map((setting) => `\`${setting}\``).join(", ") || "none"} |`,
  );
  const table = ["| no | what is assumed | grade | where | setting |", "| --- | --- | --- | --- | --- |", ...rows];
  const page = join(root, "docs/explanation/assumptions.md");

  test("has the same text as the list in the code", () => {
    const text = readFileSync(page, "utf8");
    const made = text.replace(
      /(<!-- assumptions -->\n)[^]*(<!-- end of assumptions -->)/,
      (_all, start: string, end: string) => `${start}\n${table.join("\n")}\n\n${end}`,
    );
    if (process.env["ORANGE_CMDB_UPDATE"]) writeFileSync(page, made);
    const squeezed = (source: string): string => source.replace(/ +/g, " ").replace(/-{3,}/g, "---");
    expect(squeezed(text)).toBe(squeezed(made));
  });

  test("has places in the code that name their own number, and no other", () => {
    for (const { number, where } of assumptions) {
      expect([where, readFileSync(join(root, where), "utf8")]).toEqual([
        where,
        expect.stringContaining(`[assumption ${number}]`) as string,
      ]);
    }
    const numbers = new Set(assumptions.map(({ number }) => number));
    for (const file of readdirSync(join(root, "provider"), { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".ts")) continue;
      for (const [, number] of readFileSync(join(root, "provider", file), "utf8").matchAll(/\[assumption (\d+)\]/g))
        expect([file, numbers.has(Number(number))]).toEqual([file, true]);
    }
  });
});
