import { readdirSync, readFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { parse } from "yaml";
import { testFileSchema } from "../../drift/rules-test/schema";
import { parseRulesFile } from "../../policy/rules/file/rules-file";
import { memoize } from "../../provider/platform/memoize";

const root = resolve(__dirname, "../..");
const documents = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
const pages = [
  "README.md",
  ...documents.filter((name) => /^(?!\.vitepress).+\.md$/.test(name)).map((name) => `docs/${name}`),
];
const blocks = (language: string): [string, string][] =>
  pages.flatMap((page) =>
    [...readFileSync(join(root, page), "utf8").matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, "gm"))].map(
      ([, code = ""]): [string, string] => [page, code],
    ),
  );

test("every TypeScript example compiles against the package's declarations", () => {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-docs-"));
  try {
    const examples = blocks("ts");
    expect(examples.length).toBeGreaterThan(3);
    // Inside the checkout the package's own name is found through its exports.
    const files = examples.map(([, code], index) => {
      const name = join(folder, `example-${index}.mts`);
      writeFileSync(name, `declare const accessToken: string;\n${code}`);
      return name;
    });
    const config = {
      compilerOptions: {
        target: "es2023",
        module: "nodenext",
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        types: [],
        paths: {
          "pulumi-orange-cmdb": [join(root, "dist/provider/index.d.ts")],
          "pulumi-orange-cmdb/policy": [join(root, "dist/policy/index.d.ts")],
          "pulumi-orange-cmdb/testing": [join(root, "dist/provider/testing/index.d.ts")],
        },
      },
      files,
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    expect(spawnSync(process.execPath, [tsc, "-p", folder], { encoding: "utf8" }).stdout).toBe("");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("every example of a rules file or its test file is valid", () => {
  // Examples in the guides of languages are programs of Pulumi YAML.
  const examples = blocks("yaml").filter(([page]) => !page.startsWith("docs/guides/languages/"));
  expect(examples.length).toBeGreaterThan(0);
  for (const [page, code] of examples) {
    const value = parse(code, { schema: "core" }) as object;
    if ("cases" in value) testFileSchema.parse(value);
    else parseRulesFile(value, page);
  }
});

/** Returns what a command prints for --help. */
const helpOf = memoize((path: string): string => {
  const args = [join(root, "dist/cli/main.js"), ...path.split(" "), "--help"];
  const { status, stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  expect([path, status]).toEqual([path, 0]);
  return stdout;
});

test("every option in an example of a command exists", () => {
  const examples = [...blocks("sh"), ...blocks("console")]
    .flatMap(([, code]) => code.split("\n"))
    // A number after the name is a version, of the plugin.
    .map((line) => /(?:orange-cmdb|run -s cli --) ([a-z]\w*)(.*)$/.exec(line))
    .filter((match) => match !== null);
  expect(examples.length).toBeGreaterThan(5);
  for (const [, command = "", rest = ""] of examples) {
    // The options of a group belong to its commands.
    const help = helpOf(command === "rules" ? `${command} ${/^ (\w+)/.exec(rest)?.[1] ?? ""}` : command);
    for (const [option] of rest.replace(/#.*/, "").matchAll(/(?<=\s)--?[a-z][a-z-]*/g)) expect(help).toContain(option);
  }
});
