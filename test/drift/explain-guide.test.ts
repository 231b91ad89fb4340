import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { useTestEnvironment } from "../helpers/hooks";

const page = join(__dirname, "../../docs/guides/explain-a-finding.md");
const scene = useTestEnvironment();

/** Returns the first block of a language in the guide. */
function block(language: string): string {
  const [, code] = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "m").exec(readFileSync(page, "utf8")) ?? [];
  if (code === undefined) throw new Error(`${page} has no block of ${language}`);
  return code;
}

test("the command of the guide prints the steps that the guide shows", async () => {
  const folder = mkdtempSync(join(scene().cacheDir, "guide-"));
  writeFileSync(join(folder, "cmdb.rules.yaml"), block("yaml"));
  writeFileSync(join(folder, "state.json"), block("json"));
  const [program, ...args] = block("sh").trim().split(" ");
  expect(program).toBe("orange-cmdb");
  const inFolder = args.map((word) => (word === "state.json" ? join(folder, word) : word));
  const { code, out, err } = await scene().cli([...inFolder, "--cwd", folder]);
  if (code !== 0) throw new Error(err);
  const steps = out.slice(out.indexOf("\nEntry ") + 1);
  // The command runs beside the folder of the guide.
  expect(steps.replace(/of \S*cmdb\.rules\.yaml/, "of cmdb.rules.yaml")).toBe(block("text"));
});
