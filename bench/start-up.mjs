import { createRequire } from "node:module";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { interleave, median, ms, row, startUp } from "./lib/measure.mjs";

const require = createRequire(import.meta.url);
const { credentials } = require("@grpc/grpc-js");
const { Empty } = require("google-protobuf/google/protobuf/empty_pb.js");
const { GetSchemaRequest } = require("@pulumi/pulumi/proto/provider_pb.js");
const { ResourceProviderClient } = require("@pulumi/pulumi/proto/provider_grpc_pb.js");
const path = (name) => fileURLToPath(new URL(name, import.meta.url));

/** `serving`: time until it prints its address. `answering`: time until the first calls have a response or an error. */
const start = ({ command, args, firstCall }, env) => startUp(command, args, env, firstCall);

function pulumiPlugin(program) {
  return {
    command: process.execPath,
    args: [program],
    async firstCall(port) {
      if (!/^\d+$/.test(port)) throw new Error(`${program} printed no port, but: ${port}`);
      const client = new ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure());
      await new Promise((done) => client.getPluginInfo(new Empty(), done));
      await new Promise((done) => client.getSchema(new GetSchemaRequest(), done));
      client.close();
    },
  };
}

/** The programs, each compared with an empty program of the same kind. */
const pairs = [
  {
    name: "the Pulumi plugin",
    ours: pulumiPlugin(path("../dist/plugin/pulumi-resource-orange-cmdb")),
    nothing: pulumiPlugin(path("start-up/nothing.mjs")),
  },
];

/** The start of plugins. */
export async function run({ rounds = 15 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-bench-"));
  const env = { ...process.env, ORANGE_CMDB_CACHE_DIR: folder };
  try {
    const rows = [];
    for (const { name, ours, nothing } of pairs) {
      // Warm the compile cache.
      await start(ours, env);
      const figures = await interleave(rounds, { ours: () => start(ours, env), nothing: () => start(nothing, env) });
      for (const [what, point] of [
        ["its port is printed", "serving"],
        ["its first calls are answered", "answering"],
      ]) {
        const [a, b] = [figures.ours, figures.nothing].map((all) => median(all.map((figure) => figure[point])));
        rows.push(
          row(`start of ${name} until ${what}, against one that does nothing`, a / b, 2, {
            detail: `${ms(a)} against ${ms(b)}`,
          }),
        );
      }
    }
    return rows;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
