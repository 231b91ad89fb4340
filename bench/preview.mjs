import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { interleave, median, ms, row, run as command } from "./lib/measure.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { startSandbox } = createRequire(import.meta.url)("../dist/sandbox/index.js");
const resources = 1_000;

/** A program in plain JavaScript: what is measured is the engine, the SDK and the pack. */
const manyResources = `
const pulumi = require("@pulumi/pulumi");
const provider = { create: async (outs) => ({ id: "x", outs }) };
class Gateway extends pulumi.dynamic.Resource {
  constructor(name, args) { super(provider, name, args, {}, "bench", "Gateway"); }
}
const sites = ["PAR", "LYS", "MRS", "FRA", "MAD", "LON", "BRU", "WAW", "NYC", "SIN"];
for (let index = 0; index < ${resources}; index += 1) {
  const site = sites[index % sites.length];
  new Gateway("gateway-" + index, {
    ipAddress: "10.0.0.1",
    tags: { "cmdb:configuration-item": "CI-RTR-" + site + "-001", "cmdb:location": "LOC-" + site + "-001", owner: "net" },
  });
}`;

const manyLookUps = `
const pulumi = require("@pulumi/pulumi");
const cmdb = require("pulumi-orange-cmdb");
const sites = ["PAR", "LYS", "MRS", "FRA", "MAD", "LON", "BRU", "WAW", "NYC", "SIN"];
const all = sites.flatMap((site) => {
  const location = cmdb.getLocationOutput({ id: "LOC-" + site + "-001" });
  return [
    location,
    cmdb.getConfigurationItemsOutput({ locationId: location.id }),
    cmdb.getServicePointsOutput({ locationId: location.id }),
    cmdb.getConfigurationItemOutput({ id: "CI-RTR-" + site + "-001" }),
    cmdb.getServicePointOutput({ id: "SP-" + site + "-001" }),
  ];
});
new cmdb.ConfigurationItem("tracked", { configurationItemId: "CI-RTR-PAR-001" });
exports.count = pulumi.all(all).apply((found) => found.length);`;

/** A project of its own, with a stack on a file backend and an empty policy pack beside it. */
async function withProject(sandbox, work) {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-bench-"));
  try {
    const link = (target, ...names) => {
      mkdirSync(dirname(join(folder, ...names)), { recursive: true });
      symlinkSync(target, join(folder, ...names));
    };
    for (const place of ["project", "empty"]) {
      link(join(root, "node_modules", "@pulumi"), place, "node_modules", "@pulumi");
      writeFileSync(
        join(folder, place, "package.json"),
        JSON.stringify({ name: place, version: "1.0.0", main: "index.js" }),
      );
    }
    link(root, "project", "node_modules", "pulumi-orange-cmdb");
    mkdirSync(join(folder, "state"));
    const runtime = { name: "nodejs", options: { typescript: false } };
    writeFileSync(join(folder, "project", "Pulumi.yaml"), JSON.stringify({ name: "bench", runtime }));
    writeFileSync(join(folder, "empty", "PulumiPolicy.yaml"), "runtime: nodejs\n");
    writeFileSync(
      join(folder, "empty", "index.js"),
      'new (require("@pulumi/policy").PolicyPack)("empty", { policies: [] });\n',
    );
    const env = {
      ...process.env,
      ...sandbox.environment,
      PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
      PULUMI_HOME: join(folder, "home"),
      PULUMI_CONFIG_PASSPHRASE: "bench",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      ORANGE_CMDB_CACHE_DIR: join(folder, "mirror"),
      ORANGE_CMDB_MAX_AGE: "100000",
      PWD: join(folder, "project"),
    };
    const pulumi = (...args) =>
      command(process.env["ORANGE_CMDB_PULUMI"], [...args, "--non-interactive"], { env, cwd: join(folder, "project") });
    const program = (text) => writeFileSync(join(folder, "project", "index.js"), text);
    await pulumi("stack", "init", "bench");
    const preview = (pack) => pulumi("preview", "--stack", "bench", "--suppress-progress", "--policy-pack", pack);
    return await work({
      program,
      ours: () => preview(join(root, "policy")),
      empty: () => preview(join(folder, "empty")),
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Previews with the real engine. */
export async function run({ rounds = 3 } = {}) {
  const sandbox = await startSandbox();
  try {
    return await withProject(sandbox, async ({ program, ours, empty }) => {
      const lists = () =>
        sandbox.requests.filter(({ path }) => path.includes("?")).map(({ path }) => /(\w+)\?/.exec(path)[1]);
      program(manyLookUps);
      await ours();
      const cold = lists();
      await ours();
      const warm = lists().length - cold.length;
      program(manyResources);
      const figures = await interleave(rounds, { ours, empty });
      const [a, b] = [figures.ours, figures.empty].map((all) => median(all.map(({ milliseconds }) => milliseconds)));
      return [
        row(
          "lists that a preview requests (50 look-ups, a tracked record, the pack), without a mirror",
          cold.length,
          3,
          {
            unit: "",
            detail: `${cold.toSorted().join(", ")}: each used kind is read once`,
          },
        ),
        row("the same with a mirror", warm, 0, { unit: "", detail: "none" }),
        row(`preview of ${resources} resources with the pack, against an empty pack`, a / b, 1.15, {
          detail: `${ms(a)} against ${ms(b)}`,
        }),
      ];
    });
  } finally {
    await sandbox.close();
  }
}
