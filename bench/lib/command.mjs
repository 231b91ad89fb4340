// The command `orange-cmdb` as a process, with an inventory file of the stand-in of the API.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./measure.mjs";

const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

/** A module that writes the peak memory of its process, in kB, to a file at its end. */
const memoryHook = (file) =>
  `process.on("exit", () => require("node:fs").writeFileSync(${JSON.stringify(file)}, String(process.resourceUsage().maxRSS)));`;

/**
 * Writes a rules file and the inventory of an API into a folder. Returns a function that runs a command with both, and returns its
 * stdout, its duration in milliseconds and its peak memory in bytes.
 * @param variables added to the environment of the command
 */
export async function prepareCommand(folder, endpoint, rules, variables = {}) {
  const at = (name) => join(folder, name);
  writeFileSync(at("rules.json"), JSON.stringify(rules));
  writeFileSync(at("memory.cjs"), memoryHook(at("memory")));
  const env = { ...process.env, ...variables, NODE_OPTIONS: "", ORANGE_CMDB_CACHE_DIR: at("mirror") };
  const api = {
    ORANGE_CMDB_ENDPOINT: endpoint,
    ORANGE_CMDB_ACCESS_TOKEN: "bench",
    ORANGE_CMDB_API_KEY: "bench",
    ORANGE_CMDB_REQUESTS_PER_SECOND: "1000",
  };
  await run(process.execPath, [main, "sync", "--save", at("inventory.db")], { env: { ...env, ...api } });
  const shared = ["--inventory", at("inventory.db"), "--rules", at("rules.json")];
  return async (args, { options = [], expect = [0] } = {}) => {
    const all = [...options, "--require", at("memory.cjs"), main, ...args, ...shared];
    const { out, milliseconds } = await run(process.execPath, all, { env, expect });
    return { out, milliseconds, memory: Number(readFileSync(at("memory"), "utf8")) * 1024 };
  };
}
