// The drift report of a fleet of stacks, read from a folder and from S3, beside a bare script that reads and parses the same states.
// npm run bench -- states
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { installEmulator } from "../tools/emulators/install.mjs";
import { prepareCommand } from "./lib/command.mjs";
import { fleetRecords, rules, writeFleet } from "./lib/fleet.mjs";
import { interleave, mb, median, ms, row, run as runs, withServer } from "./lib/measure.mjs";

const bare = fileURLToPath(new URL("lib/read-backend.mjs", import.meta.url));
const [few, stacks, many] = [1_000, 2_000, 10_000];
const keys = { id: "AKIABENCH", secret: "bench-secret" };

/** Returns a side that runs the report over a location. */
function reporter(at, command) {
  return async (location, resources, options = []) => {
    const figures = await command(["drift", "--from", location, "-o", `json=${at("report.json")}`], { options });
    const { summary } = JSON.parse(readFileSync(at("report.json"), "utf8"));
    if (summary.resources !== resources)
      throw new Error(`the report has ${summary.resources} of ${resources} resources`);
    return figures;
  };
}

/** Runs versitygw over a folder, whose subfolders are its buckets. */
async function withS3(folder, work) {
  const program = await installEmulator("versitygw");
  const port = await freePort();
  const child = spawn(program, ["--port", `127.0.0.1:${port}`, "--quiet", "posix", folder], {
    env: { ROOT_ACCESS_KEY: keys.id, ROOT_SECRET_KEY: keys.secret },
    stdio: "ignore",
  });
  const endpoint = `http://127.0.0.1:${port}`;
  try {
    for (let attempt = 0; attempt < 100; attempt += 1) {
      if (await fetch(endpoint).catch(() => undefined)) break;
      await sleep(50);
    }
    return await work(endpoint);
  } finally {
    child.kill();
  }
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

async function measure(place, api) {
  const at = (name) => join(place, name);
  writeFleet(at("few"), few);
  writeFleet(at("buckets/states"), stacks);
  writeFleet(at("many"), many);
  const variables = {
    AWS_ACCESS_KEY_ID: keys.id,
    AWS_SECRET_ACCESS_KEY: keys.secret,
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_REGION: "us-east-1",
  };
  const report = reporter(at, await prepareCommand(place, api, { ...rules, unique: {} }, variables));
  const env = { ...process.env, ...variables, NODE_OPTIONS: "" };
  const time = async (args) => (await runs(process.execPath, [bare, ...args], { env })).milliseconds;
  return withS3(at("buckets"), async (endpoint) => {
    const url = `s3://states?endpoint=${endpoint}&s3ForcePathStyle=true&region=us-east-1`;
    const folder = at("buckets/states");
    const local = await interleave(3, {
      bare: () => time([folder]),
      report: () => report(folder, stacks * 50),
    });
    const remote = await interleave(3, {
      bare: () => time([endpoint, "states"]),
      report: () => report(url, stacks * 50),
    });
    // Without limits, the size of the heap depends on when the collector runs, and on how long.
    const limited = ["--max-old-space-size=48", "--max-semi-space-size=4"];
    return {
      local,
      remote,
      many: await report(at("many"), many * 50),
      limited: await interleave(3, {
        few: () => report(at("few"), few * 50, limited),
        many: () => report(at("many"), many * 50, limited),
      }),
    };
  });
}

const memoryOf = (figures) => median(figures.map(({ memory }) => memory));
const timeOf = (figures) => median(figures.map(({ milliseconds }) => milliseconds));

/** All as processes from their start to their end. */
export async function run() {
  const place = mkdtempSync(join(tmpdir(), "orange-cmdb-bench-states-"));
  try {
    const { local, remote, many: most, limited } = await withServer(fleetRecords, 0, (api) => measure(place, api));
    const [folder, folderBare] = [timeOf(local.report), median(local.bare)];
    const [bucket, bucketBare] = [timeOf(remote.report), median(remote.bare)];
    const detail = (one, other) => ({ detail: `${ms(one)} and ${ms(other)}` });
    return [
      row(
        "drift report of 2,000 stacks in a folder, against a script that parses them",
        folder / folderBare,
        3,
        detail(folder, folderBare),
      ),
      row(
        "the same in S3, against a script with the same client",
        bucket / bucketBare,
        1.5,
        detail(bucket, bucketBare),
      ),
      row("time for a stack, of 10,000 against of 2,000", most.milliseconds / many / (folder / stacks), 1.2, {
        detail: `${ms(most.milliseconds)} and ${ms(folder)}`,
      }),
      row(
        "memory of 10,000 stacks, against of 1,000, in a heap of 48 MB",
        memoryOf(limited.many) / memoryOf(limited.few),
        1.3,
        {
          detail: `${mb(memoryOf(limited.many))} and ${mb(memoryOf(limited.few))}`,
        },
      ),
    ];
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
