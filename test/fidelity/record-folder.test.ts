import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { CoreInformationClient } from "../../provider/api/client";
import { RecordingError } from "../../provider/api/errors/recording-error";
import { resolveSettings } from "../../provider/settings/resolve";
import { createTestEnvironment, type CommandResult, type TestEnvironment } from "../helpers/environment";

let scene: TestEnvironment;
let folder: string;
let record: string;
beforeEach(async () => {
  scene = await createTestEnvironment();
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-record-"));
  record = join(folder, "record");
});
afterEach(async () => {
  await scene.end();
  rmSync(folder, { recursive: true, force: true });
});

const exchanges = (): { path: string; status: number; body: unknown }[] =>
  readdirSync(record)
    .sort()
    .map(
      (name) => JSON.parse(readFileSync(join(record, name), "utf8")) as { path: string; status: number; body: unknown },
    );

/** Ended with one line about the folder, and nothing else. */
const refusal = (path: string, why: string): CommandResult => ({
  code: 1,
  out: "",
  err: `orange-cmdb: the folder ${path} of --record-http ${why}\n`,
});

test("clients of one process share the folder, and replace equal values by equal ones", async () => {
  const { api } = resolveSettings({ ...scene.args, recordingDir: record }, () => undefined, {});
  const clients = [api, { ...api, recordingDir: relative(process.cwd(), record) }].map(
    (settings) => new CoreInformationClient(settings),
  );
  await clients[0]?.get("location", "LOC-PAR-001");
  await clients[1]?.get("configurationItem", "CI-RTR-PAR-001");
  await clients[1]?.get("location", "LOC-PAR-001");
  for (const client of clients) client.close();
  const [first, second, third] = exchanges();
  expect(third).toEqual(first);
  expect(second?.path.split("/").at(-1)).not.toBe(first?.path.split("/").at(-1));
});

test("the folder of another run is rejected before the first request", async () => {
  expect((await scene.cli(["status", "--record-http", record])).code).toBe(0);
  const before = scene.sandbox.requests.length;
  for (const command of ["status", "sync", "doctor"])
    expect(await scene.cli([command, "--record-http", record])).toEqual(
      refusal(record, "is not empty (00001.json); use an empty or a new folder"),
    );
  expect(scene.sandbox.requests.length).toBe(before);
  expect(exchanges()).toHaveLength(1);
});

test("hidden files such as .DS_Store are ignored in a recording folder", async () => {
  mkdirSync(record);
  for (const name of [".DS_Store", "._00001.json"]) writeFileSync(join(record, name), "");
  expect((await scene.cli(["status", "--record-http", record])).code).toBe(0);
  const replayed = await createTestEnvironment({ replay: record });
  expect((await replayed.cli(["status"]).finally(() => replayed.end())).code).toBe(0);
  for (const name of ["b.txt", "a.txt"]) writeFileSync(join(record, name), "");
  rmSync(join(record, "00001.json"));
  const why = "is not empty (a.txt and 1 more); use an empty or a new folder";
  expect(await scene.cli(["status", "--record-http", record])).toEqual(refusal(record, why));
});

test("an empty folder name, and a relative one in the environment, are rejected", async () => {
  for (const name of ["", " "])
    expect(await scene.cli(["status", "--record-http", name])).toEqual({
      code: 1,
      out: "",
      err: "orange-cmdb: --record-http is empty: name a folder\n",
    });
  const { code, err } = await scene.cli(["status"], { ORANGE_CMDB_RECORDING_DIR: "exchanges" });
  expect(code).toBe(1);
  expect(err).toContain("recordingDir is wrong: must be an absolute path");
  expect((await scene.cli(["status", "--record-http", relative(scene.cacheDir, record)])).code).toBe(0);
  expect(exchanges()).toHaveLength(1);
});

test("sandbox rejects --record-http, because it makes no requests", async () => {
  const ended = await scene.cli(["sandbox", "--record-http", record]);
  const err =
    "orange-cmdb: sandbox makes no API requests to record: pass --record-http to a command that calls the API\n";
  expect(ended).toEqual({ code: 1, out: "", err });
});

test("a file, and a folder that cannot be created, are rejected before the first request, without a stale inventory", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect((await scene.cli(["sync"])).code).toBe(0);
  const before = scene.sandbox.requests.length;
  for (const [path, why] of [
    [file, "is not a folder; use an empty or a new folder"],
    [join(file, "below"), "is not in a folder; use an empty or a new folder elsewhere"],
    ["/proc/record", "is in a folder that cannot be created; use an empty or a new folder elsewhere"],
  ] as const) {
    for (const command of [["status"], ["list", "locations"]])
      expect(await scene.cli([...command, "--record-http", path], { ORANGE_CMDB_MAX_STALE: "9999" })).toEqual(
        refusal(path, why),
      );
  }
  expect(scene.sandbox.requests.length).toBe(before);
});

test("a full disk is one error without a retry, and leaves no partial file", async () => {
  scene.sandbox.fail({ status: 503, body: Array.from({ length: 200 }, (_, index) => `text ${index}`), times: 9 });
  const main = resolve(__dirname, "../../dist/cli/main.js");
  const command = `ulimit -f 1; exec "${process.execPath}" "${main}" status --record-http "${record}"`;
  const env = { ...process.env, ...scene.sandbox.environment, ORANGE_CMDB_CACHE_DIR: scene.cacheDir, NODE_OPTIONS: "" };
  const ended = await new Promise<CommandResult>((done) => {
    execFile("bash", ["-c", command], { env }, (error, out, err) => done({ code: Number(error?.code ?? 0), out, err }));
  });
  const why = "exceeds the maximum file size (ulimit -f); use an empty or a new folder elsewhere";
  expect(ended).toEqual(refusal(record, why));
  expect(readdirSync(record)).toEqual([]);
  expect(scene.sandbox.requests.filter(({ path }) => path.endsWith("/status"))).toHaveLength(1);
});

test("a deleted folder is an error, also in doctor, and no stale inventory is used", async () => {
  await scene.end();
  scene = await createTestEnvironment({ delay: 700 });
  (await scene.open()).close();
  const taken = async (work: (record: string) => Promise<unknown>): Promise<unknown> => {
    const before = scene.sandbox.requests.length;
    // Not while the folder is created, which fails with another error: it exists before the first request, which is that of the token.
    const timer = setInterval(() => {
      if (scene.sandbox.requests.length > before) rmSync(record, { recursive: true, force: true });
    }, 20);
    return work(record).finally(() => clearInterval(timer));
  };
  const why = "was deleted meanwhile; use an empty or a new folder";
  const error = await taken(() =>
    scene.open({}, { recordingDir: record, maxStale: 9999 }).catch((caught: unknown) => caught),
  );
  expect(error).toBeInstanceOf(RecordingError);
  expect((error as Error).message).toMatchInlineSnapshot(
    `"the folder <tmp>/record of --record-http was deleted meanwhile; use an empty or a new folder"`,
  );
  expect(await taken(() => scene.cli(["doctor", "--record-http", record]))).toEqual(refusal(record, why));
});

test("a fresh mirror is fetched again completely, so that the recording can be replayed", async () => {
  expect((await scene.cli(["sync"])).code).toBe(0);
  expect((await scene.cli(["list", "locations", "--record-http", record])).code).toBe(0);
  expect(exchanges().map(({ path }) => path.split("?")[0])).toEqual(["/locations"]);
  rmSync(record, { recursive: true });
  expect((await scene.cli(["sync", "--record-http", record])).code).toBe(0);
  const kept = exchanges();
  expect(kept).toHaveLength(4);
  for (const { status, body } of kept) expect([status, Array.isArray(body)]).toEqual([200, true]);
  const replayed = await createTestEnvironment({ replay: record });
  const { code } = await replayed.cli(["sync"]).finally(() => replayed.end());
  expect(code).toBe(0);
});

test("a command without requests reports that nothing was recorded", async () => {
  expect((await scene.cli(["sync"])).code).toBe(0);
  expect((await scene.cli(["history", "--record-http", record])).err).toMatchInlineSnapshot(`
   "orange-cmdb: nothing was recorded: the command made no API request
   "
  `);
  expect((await scene.cli(["status", "--record-http", record])).err).toBe("");
  mkdirSync(join(folder, "other"));
  const list = [
    "list",
    "locations",
    "--inventory",
    join(folder, "inventory.db"),
    "--record-http",
    join(folder, "other"),
  ];
  const { code, err } = await scene.cli(list);
  expect(err).toContain("recordingDir cannot be used with an inventory file, because no API call is made");
  expect(code).toBe(1);
});

test("the processes of a stack are not passed the recording folder", async () => {
  const pulumi = join(folder, "pulumi");
  const state = JSON.stringify({ version: 3, deployment: { resources: [] } });
  writeFileSync(
    pulumi,
    `#!/bin/sh\ntest -z "$ORANGE_CMDB_RECORDING_DIR" && case "$2" in\nexport) echo '${state}' ;;\n*) echo organization/net/dev ;;\nesac\n`,
    { mode: 0o755 },
  );
  const { code, err } = await scene.cli(["drift", "--stack", "dev", "--record-http", record], {
    ORANGE_CMDB_PULUMI: pulumi,
    PULUMI_BACKEND_URL: "https://127.0.0.1:1",
  });
  expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining("nothing was recorded") as string });
  expect(exchanges().length).toBeGreaterThan(0);
});
