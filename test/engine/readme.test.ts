import { execFile, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { dependOnTarball, packTarball } from "../helpers/package";
import { lazySdk, root, type CommandResult } from "./helpers/project";

/** A command of a page, and the output that the page shows under it. */
interface Command {
  readonly line: string;
  readonly shown: readonly string[];
}

function commandsOf(page: string): Command[] {
  return [...page.matchAll(/^```(sh|console)\n([^]*?)^```/gm)].flatMap(([, language, code = ""]) => {
    const lines = code.trimEnd().split("\n");
    if (language === "sh") return lines.map((line) => ({ line: line.replace(/\s+#.*/, ""), shown: [] }));
    const commands: { line: string; shown: string[] }[] = [];
    for (const line of lines) {
      if (line.startsWith("$ ")) commands.push({ line: line.slice(2), shown: [] });
      else commands.at(-1)?.shown.push(line.trim());
    }
    return commands;
  });
}

const [ofPackage = "", ofClone = ""] = readFileSync(join(root, "README.md"), "utf8").split("\n## In a clone");
const tour = readFileSync(join(root, "docs/get-started.md"), "utf8");
const pulumi = process.env["ORANGE_CMDB_PULUMI"] ?? "";
let folder: string;
let env: NodeJS.ProcessEnv;
let sandbox: ChildProcess | undefined;

beforeAll(() => {
  if (!pulumi) throw new Error("run the tests with npm test, which finds the Pulumi CLI");
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-readme-"));
  const { PULUMI_BACKEND_URL: _url, ORANGE_CMDB_RUN: _run, INIT_CWD: _cwd, ...inherited } = process.env;
  env = {
    ...inherited,
    NPM_CONFIG_PREFER_OFFLINE: "true",
    PATH: [dirname(pulumi), process.env["PATH"]].join(delimiter),
    PULUMI_HOME: join(folder, "home"),
    PULUMI_CONFIG_PASSPHRASE: "test",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ORANGE_CMDB_CACHE_DIR: join(folder, "mirror"),
    NO_COLOR: "1",
    NODE_OPTIONS: "",
  };
});
afterAll(() => {
  // The group: npx starts a shell, which starts the CLI.
  if (sandbox?.pid) process.kill(-sandbox.pid);
  rmSync(folder, { recursive: true, force: true });
});

function run(line: string, cwd: string): Promise<CommandResult> {
  return new Promise((done) => {
    execFile("bash", ["-c", line], { cwd, env, maxBuffer: 1 << 26 }, (error, stdout, stderr) =>
      done({ code: error ? Number(error.code ?? 1) : 0, text: stdout + stderr }),
    );
  });
}

/** Starts the sandbox on a free port, and takes the settings that it prints into the environment. */
function startSandbox(line: string, cwd: string): Promise<void> {
  const child = spawn("bash", ["-c", line.replace("8080", "0")], { cwd, env, detached: true });
  sandbox = child;
  return new Promise((done, fail) => {
    let text = "";
    child.stdout.on("data", (data) => {
      text += String(data);
      if (!/^export ORANGE_CMDB_API_KEY=.+\n/m.test(text)) return;
      for (const [, name = "", value] of text.matchAll(/^export (\w+)=(.+)$/gm)) env[name] = value;
      done();
    });
    child.once("exit", (code) => fail(new Error(`the sandbox ended with ${code}: ${text}`)));
  });
}

test("every command of the README is part of the tour, except help", () => {
  const lines = commandsOf(ofPackage).map(({ line }) => line);
  expect(lines.length).toBeGreaterThan(8);
  const known = new Set(commandsOf(tour).map(({ line }) => line));
  expect(lines.filter((line) => !known.has(line))).toEqual(["npx orange-cmdb help"]);
});

test("every command of the tour works in an empty folder", async () => {
  const tarball = packTarball(folder);
  let cwd = join(folder, "work");
  mkdirSync(cwd);
  mkdirSync(join(folder, "state"));
  const commands = commandsOf(tour);
  expect(commands.length).toBeGreaterThan(15);
  const texts = new Map<string, string>();
  for (const { line, shown } of commands) {
    if (line.startsWith("cd ")) cwd = join(cwd, line.slice(3));
    else if (line.includes(" sandbox ")) await startSandbox(line, cwd);
    else {
      // The tarball of this checkout stands for the published package.
      if (line === "npm install") dependOnTarball(cwd, tarball);
      // `--local` is the home folder of the user, whatever HOME says.
      const command = line
        .replace("install pulumi-orange-cmdb", `install ${tarball}`)
        .replace("login --local", `login file://${join(folder, "state")}`);
      const { code, text } = await run(command, cwd);
      const fails = shown.some((row) => row.includes("[mandatory]"));
      expect([line, code !== 0, fails ? "" : text]).toEqual([line, fails, fails ? "" : text]);
      for (const row of shown) expect(text).toContain(row);
      texts.set(line, text);
    }
  }
  const [, found = ""] = [...texts].find(([line]) => line.includes(" list locations ")) ?? [];
  expect(found).toContain("LOC-PAR-001");
  const [, report] = [...texts].find(([line]) => line.includes(" drift ")) ?? [];
  expect(report).toMatch(/attributes-match[^]*192\.0\.2\.250/);
  expect(existsSync(join(cwd, "drift.html"))).toBe(true);
}, 900_000);

test("both commands for a clone work", async () => {
  expect(commandsOf(ofClone).map(({ line }) => line)).toEqual(["npm start", "npm test"]);
  // The tour has shown the SDK as users load it.
  env["NODE_OPTIONS"] = lazySdk;
  const start = await run("npm start", root);
  expect([start.code, start.text]).toEqual([0, expect.stringMatching(/warning record-in-service[^]*2 warnings/)]);
  const violations =
    /── 1\.[^]*\[mandatory\][^\n]*record-exists[^]*── 2\.[^]*\[advisory\][^\n]*attributes-match[^]*── 3\./;
  expect(start.text).toMatch(violations);
  // One test file is enough: this file is one of the others.
  const tests = await run("npm test -- test/docs/platforms.test.ts", root);
  expect([tests.code, tests.text]).toEqual([0, expect.stringContaining("1 passed, 0 failed")]);
}, 900_000);
