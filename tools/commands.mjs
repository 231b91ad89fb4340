import { spawnSync } from "node:child_process";
import { delimiter, join } from "node:path";
import { build } from "./build.mjs";
import { engineEnvironment } from "./engine/env.mjs";
import { findEngine } from "./engine/find.mjs";
import { builtYamlHost, findYamlHost, isYamlProject, projectFolder } from "./engine/yaml.mjs";
import { mutate } from "./mutation.mjs";
import { root } from "./paths.mjs";
import { packPlugin } from "./plugin/archive.mjs";
import { test } from "./test.mjs";

/** Where the user stands: npm runs scripts in the checkout's root. */
const userFolder = process.env["INIT_CWD"] ?? process.cwd();

const checks = [
  ["format", "prettier", ["--check", "--log-level", "warn", "."]],
  ["lint", "eslint", ["--max-warnings", "0", "."]],
  ["types", "tsc", ["--noEmit", "-p", "."]],
  ["types of the report's page", "tsc", ["-p", "drift/formats/html/page"]],
  ["public types", "typedoc", ["--logLevel", "Warn"]],
  ["unused code", "knip", []],
  ["one-way arrows", "depcruise", ["provider", "policy", "drift", "cli", "sandbox"]],
  ["package", "publint", ["--strict"]],
  ["package's types", "attw", ["--pack", "--quiet", "."]],
];

function check() {
  const failed = checks.filter(([name, program, args]) => {
    const { status } = spawnSync(join(root, "node_modules", ".bin", program), args, {
      cwd: root,
      stdio: ["ignore", 2, 2],
    });
    console.error(`${status === 0 ? "ok    " : "FAILED"} ${name}`);
    return status !== 0;
  });
  return failed.length === 0;
}

/** The environment in which Pulumi finds what runs a program in YAML: as it is there already, or made for a project in YAML. */
function withYaml(env, args) {
  const host = isYamlProject(projectFolder(args, userFolder)) ? findYamlHost() : builtYamlHost();
  return host ? { ...env, PATH: [env.PATH, host].join(delimiter) } : env;
}

/** Dispatches an npm script. */
export async function run(command, args, become) {
  if (command === "check") {
    process.exitCode = check() ? 0 : 1;
    return;
  }
  if (command === "build:terraform") {
    return become(process.execPath, [join(root, "tools", "terraform", "build.mjs"), ...args], process.env, userFolder);
  }
  if (!build({ force: command.startsWith("build") })) throw new Error("the build failed");
  if (command === "build") return;
  if (command === "test:mutation") {
    process.exitCode = mutate(args, process.env);
    return;
  }
  if (command === "build:plugin") return console.log(packPlugin());
  const cli = (env) => become(process.execPath, [join(root, "dist", "cli", "main.js"), ...args], env, userFolder);
  // Only what reads a stack needs the engine, and the backend that `npm run pulumi` uses.
  if (command === "cli" && !args.some((argument) => /^--(all-stacks|stack)(=|$)/.test(argument)))
    return cli(process.env);
  const engine = await findEngine();
  const env = engineEnvironment(engine);
  if (command === "cli") return cli(env);
  if (command === "start") return become(process.execPath, [join(root, "tools", "start.mjs")], env, root);
  if (command === "bench") return become(process.execPath, [join(root, "bench", "index.mjs"), ...args], env, root);
  if (command === "test") {
    process.exitCode = test(args, env);
    return;
  }
  if (command !== "pulumi") throw new Error(`no such script: ${command}`);
  if (args[0] === "--where") console.log(engine.pulumi);
  else become(engine.pulumi, args, withYaml(env, args), userFolder);
}
