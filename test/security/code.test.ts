import { ESLint } from "eslint";
import { resolve } from "node:path";

const root = resolve(__dirname, "../..");

// npm run check holds the whole code to these rules; here each of them is seen to hold.
test.each([
  ["eval", `export const x = eval("1");`],
  ["a function of text", `export const x = new Function("return 1");`],
  ["a virtual machine", `import { runInThisContext } from "node:vm";\nrunInThisContext("1");`],
  ["a command in a shell", `import { exec } from "node:child_process";\nexec("ls");`],
  ["a command in a shell that waits", `import { execSync } from "node:child_process";\nexecSync("ls");`],
  ["all of child_process", `import * as run from "node:child_process";\nrun.exec("ls");`],
  [
    "an option for a shell",
    `import { execFile } from "node:child_process";\nexecFile("ls", [], { shell: true }, () => undefined);`,
  ],
  ["a write to stderr that escapes nothing", `process.stderr.write("a");`],
])(
  "%s does not occur in shipped code",
  async (_name, code) => {
    const lint = new ESLint({ cwd: root });
    for (const folder of ["provider", "policy", "drift", "cli", "sandbox"]) {
      const [result] = await lint.lintText(`${code}\n`, { filePath: resolve(root, folder, "index.ts") });
      expect([folder, result?.messages.map(({ ruleId }) => ruleId)]).toEqual([
        folder,
        expect.arrayContaining([expect.stringMatching(/^no-(eval|new-func|restricted-)/)]) as unknown,
      ]);
    }
  },
  60_000,
);
