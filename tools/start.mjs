// The main job: a sandbox of the API, and one stack's life against it, with the real Pulumi engine.
import { spawn } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createRequire } from "node:module";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { startSandbox } = createRequire(import.meta.url)("../dist/sandbox/index.js");

const stack = "dev";

const colour = process.stdout.isTTY && !process.env["NO_COLOR"];
const bold = (text) => (colour ? `\u001b[1m${text}\u001b[22m` : text);
const dim = (text) => (colour ? `\u001b[2m${text}\u001b[22m` : text);

const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-start-"));
const project = makeProject(join(folder, "quickstart"));
const sandbox = await startSandbox({ port: 0 });
const environment = {
  ...process.env,
  ...sandbox.environment,
  // As a shell sets it at `cd`: the policy pack searches its rules file from there.
  PWD: project,
  ORANGE_CMDB_CACHE_DIR: join(folder, "mirror"),
  // The demonstration keeps to itself, whatever backend the user is logged in to.
  PULUMI_BACKEND_URL: `file://${folder}`,
  PULUMI_CONFIG_PASSPHRASE: "demonstration",
  PULUMI_HOME: join(root, ".pulumi-home"),
};

/** The programs behind the commands. `npm start` has found the Pulumi CLI. */
const programs = {
  pulumi: [process.env["ORANGE_CMDB_PULUMI"]],
  "orange-cmdb": [process.execPath, join(root, "dist", "cli", "main.js")],
};

/** Copies the quick start, with links to this checkout in place of an installation; returns its folder. */
function makeProject(path) {
  const modules = join(path, "node_modules");
  cpSync(join(root, "examples", "quickstart"), path, {
    recursive: true,
    filter: (source) => basename(source) !== "node_modules",
  });
  mkdirSync(modules);
  // On Windows a junction needs no privilege; other systems ignore the type.
  const link = (name, target) => symlinkSync(target, join(modules, name), "junction");
  link("pulumi-orange-cmdb", root);
  for (const name of ["@pulumi", "@types", "ts-node", "typescript"]) link(name, join(root, "node_modules", name));
  return path;
}

/** Arguments that only a demonstration needs are not shown. */
const hidden = new Set(["--stack", stack, "--non-interactive", "--suppress-progress", "--yes"]);

/** Runs a command of the project; shows it, and what it prints. */
async function run(command, args, { expect = 0, quiet = false, why = "" } = {}) {
  if (!quiet)
    console.log(
      `\n${bold(`$ ${command} ${args.filter((argument) => !hidden.has(argument)).join(" ")}`)}${why ? dim(`   # ${why}`) : ""}`,
    );
  const [program, ...first] = programs[command];
  const child = spawn(program, [...first, ...args], {
    cwd: project,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      text += data;
      if (!quiet) process.stdout.write(data);
    });
  }
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve(status ?? 1));
  });
  const expected = [expect].flat();
  if (!expected.includes(code)) {
    if (quiet) process.stdout.write(text);
    throw new Error(`${command} ${args.join(" ")} ended with ${code}, not ${expected.join(" or ")}`);
  }
  return text;
}

const step = (text) => console.log(`\n${bold(`── ${text}`)}`);
const pulumi = (args, options) => run("pulumi", [...args, "--stack", stack, "--non-interactive"], options);
const pack = ["--policy-pack", "node_modules/pulumi-orange-cmdb/policy"];
const preview = ["preview", ...pack, "--suppress-progress"];
const up = ["up", "--yes", "--skip-preview", ...pack, "--suppress-progress"];

try {
  console.log(`A sandbox of the Core Information API listens on ${sandbox.endpoint} (invented data, no real service).`);
  await run("pulumi", ["stack", "init", stack, "--non-interactive"], { quiet: true });

  step("1. A program with a mistake: a router that the inventory does not have");
  await pulumi(["config", "set", "routerId", "CI-RTR-PAR-0O1"], { quiet: true });
  await pulumi(["config", "set", "routerAddress", "192.0.2.250"], { quiet: true });
  await pulumi(preview, { expect: [1, 255], why: "the policy pack stops it" });

  step("2. The right router, but the wrong address: reported");
  await pulumi(["config", "set", "routerId", "CI-RTR-PAR-001"], { quiet: true });
  await pulumi(preview, { why: "attributes-match is a warning by default" });

  step("3. Fixed by configuration: the address now comes from the inventory");
  await pulumi(["config", "rm", "routerAddress"], { quiet: true });
  await pulumi(up, { why: "nothing to complain about" });

  step("4. A record changes in the CMDB; the refresh shows it");
  sandbox.update("configurationItem", "CI-RTR-PAR-001", { state: ["TERMINATED"] });
  console.log(dim("(in the CMDB: the state of CI-RTR-PAR-001 becomes TERMINATED)"));
  await pulumi(["refresh", "--preview-only", "--diff", "--suppress-progress"]);

  step("5. The drift report: what is deployed against what the inventory says");
  const state = join(folder, "state.json");
  writeFileSync(state, await pulumi(["stack", "export"], { quiet: true }));
  await run("orange-cmdb", ["drift", "--state", state, "--rules", "cmdb.rules.yaml"]);

  console.log(`
${bold("Next, with real credentials")}
  export ORANGE_CMDB_CLIENT_ID=…  ORANGE_CMDB_CLIENT_SECRET=…  ORANGE_CMDB_API_KEY=…
  npm run -s cli -- doctor                  settings, credentials, and everything that is assumed of the API
  npm run -s cli -- list locations          your own sites
  npm run -s cli -- sandbox                 this sandbox again, to try things by hand`);
} finally {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
}
