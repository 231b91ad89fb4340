import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import { CoreInformationClient } from "../../provider/api/client";
import { RecordError } from "../../provider/api/record-error";
import { resolveSettings } from "../../provider/config";
import { makeScene, type Ended, type Scene } from "../helpers/mirror";

let scene: Scene;
let folder: string;
let record: string;
beforeEach(async () => {
  scene = await makeScene();
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
const refusal = (path: string, why: string): Ended => ({
  code: 1,
  out: "",
  err: `orange-cmdb: the folder ${path} of --record ${why}\n`,
});

test("clients of one process share the folder: the same becomes the same, and what differs does not", async () => {
  const { api } = resolveSettings({ ...scene.args, record }, () => undefined, {});
  const clients = [api, { ...api, record: relative(process.cwd(), record) }].map(
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

test("a folder of another run is refused before anything is asked for", async () => {
  expect((await scene.cli(["status", "--record", record])).code).toBe(0);
  const before = scene.sandbox.requests.length;
  for (const command of ["status", "sync", "doctor"])
    expect(await scene.cli([command, "--record", record])).toEqual(
      refusal(record, "holds something already (00001.json); name an empty or a new folder"),
    );
  expect(scene.sandbox.requests.length).toBe(before);
  expect(exchanges()).toHaveLength(1);
});

test("what is hidden, such as .DS_Store, is no recording: the folder is taken, and replayed", async () => {
  mkdirSync(record);
  for (const name of [".DS_Store", "._00001.json"]) writeFileSync(join(record, name), "");
  expect((await scene.cli(["status", "--record", record])).code).toBe(0);
  const replayed = await makeScene({ replay: record });
  expect((await replayed.cli(["status"]).finally(() => replayed.end())).code).toBe(0);
  for (const name of ["b.txt", "a.txt"]) writeFileSync(join(record, name), "");
  rmSync(join(record, "00001.json"));
  const why = "holds something already (a.txt and 1 more); name an empty or a new folder";
  expect(await scene.cli(["status", "--record", record])).toEqual(refusal(record, why));
});

test("a folder without a name, and a relative one of the environment, are refused", async () => {
  for (const name of ["", " "])
    expect(await scene.cli(["status", "--record", name])).toEqual({
      code: 1,
      out: "",
      err: "orange-cmdb: --record wants a folder, and its name is empty\n",
    });
  const { code, err } = await scene.cli(["status"], { ORANGE_CMDB_RECORD: "exchanges" });
  expect(code).toBe(1);
  expect(err).toContain("record is wrong: must be an absolute path");
  expect((await scene.cli(["status", "--record", relative(scene.cacheDir, record)])).code).toBe(0);
  expect(exchanges()).toHaveLength(1);
});

test("the sandbox has nothing to record, and says so at once", async () => {
  const ended = await scene.cli(["sandbox", "--record", record]);
  const err = "orange-cmdb: sandbox asks no API, and has nothing to record: give --record to a command that asks it\n";
  expect(ended).toEqual({ code: 1, out: "", err });
});

test("a file, and a folder that cannot be made, are refused before anything is asked for; no older inventory will do", async () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  expect((await scene.cli(["sync"])).code).toBe(0);
  const before = scene.sandbox.requests.length;
  for (const [path, why] of [
    [file, "is not a folder; name an empty or a new folder"],
    [join(file, "below"), "is not in a folder; name an empty or a new folder elsewhere"],
    ["/proc/record", "is in a folder that cannot be made; name an empty or a new folder elsewhere"],
  ] as const) {
    for (const command of [["status"], ["list", "locations"]])
      expect(await scene.cli([...command, "--record", path], { ORANGE_CMDB_MAX_STALE: "9999" })).toEqual(
        refusal(path, why),
      );
  }
  expect(scene.sandbox.requests.length).toBe(before);
});

test("a disk that is full is said once, without another attempt, and leaves no part of an exchange", async () => {
  scene.sandbox.fail({ status: 503, body: Array.from({ length: 200 }, (_, index) => `text ${index}`), times: 9 });
  const main = resolve(__dirname, "../../dist/cli/main.js");
  const command = `ulimit -f 1; exec "${process.execPath}" "${main}" status --record "${record}"`;
  const env = { ...process.env, ...scene.sandbox.environment, ORANGE_CMDB_CACHE_DIR: scene.cacheDir, NODE_OPTIONS: "" };
  const ended = await new Promise<Ended>((done) => {
    execFile("bash", ["-c", command], { env }, (error, out, err) => done({ code: Number(error?.code ?? 0), out, err }));
  });
  const why = "has no room: files may not be so large here (ulimit -f); name an empty or a new folder elsewhere";
  expect(ended).toEqual(refusal(record, why));
  expect(readdirSync(record)).toEqual([]);
  expect(scene.sandbox.requests.filter(({ path }) => path.endsWith("/status"))).toHaveLength(1);
});

test("a folder that is taken away is an error of its own, also in doctor, and no older inventory is served", async () => {
  await scene.end();
  scene = await makeScene({ delay: 700 });
  (await scene.open()).close();
  const taken = async (work: (record: string) => Promise<unknown>): Promise<unknown> => {
    const timer = setInterval(() => rmSync(record, { recursive: true, force: true }), 20);
    return work(record).finally(() => clearInterval(timer));
  };
  const why = "was taken away meanwhile; name an empty or a new folder";
  const error = await taken(() => scene.open({}, { record, maxStale: 9999 }).catch((caught: unknown) => caught));
  expect(error).toBeInstanceOf(RecordError);
  expect((error as Error).message).toBe(`the folder ${record} of --record ${why}`);
  expect(await taken(() => scene.cli(["doctor", "--record", record]))).toEqual(refusal(record, why));
});

test("a mirror that is young enough is fetched again, whole, so that the record can be replayed", async () => {
  expect((await scene.cli(["sync"])).code).toBe(0);
  expect((await scene.cli(["list", "locations", "--record", record])).code).toBe(0);
  expect(exchanges().map(({ path }) => path.split("?")[0])).toEqual(["/locations"]);
  rmSync(record, { recursive: true });
  expect((await scene.cli(["sync", "--record", record])).code).toBe(0);
  const kept = exchanges();
  expect(kept).toHaveLength(4);
  for (const { status, body } of kept) expect([status, Array.isArray(body)]).toEqual([200, true]);
  const replayed = await makeScene({ replay: record });
  const { code } = await replayed.cli(["sync"]).finally(() => replayed.end());
  expect(code).toBe(0);
});

test("where nothing is exchanged, that is said", async () => {
  expect((await scene.cli(["sync"])).code).toBe(0);
  expect((await scene.cli(["history", "--record", record])).err).toBe(
    "orange-cmdb: nothing was recorded: the API was asked for nothing\n",
  );
  expect((await scene.cli(["status", "--record", record])).err).toBe("");
  mkdirSync(join(folder, "other"));
  const list = ["list", "locations", "--inventory", join(folder, "inventory.db"), "--record", join(folder, "other")];
  const { code, err } = await scene.cli(list);
  expect(err).toContain("record cannot be used with an inventory file: nothing is exchanged with the API then");
  expect(code).toBe(1);
});

test("a stack's own processes, which could not share the folder, are not told of it", async () => {
  const pulumi = join(folder, "pulumi");
  const state = JSON.stringify({ version: 3, deployment: { resources: [] } });
  writeFileSync(
    pulumi,
    `#!/bin/sh\ntest -z "$ORANGE_CMDB_RECORD" && case "$2" in\nexport) echo '${state}' ;;\n*) echo organization/net/dev ;;\nesac\n`,
    { mode: 0o755 },
  );
  const { code, err } = await scene.cli(["drift", "--stack", "dev", "--record", record], {
    ORANGE_CMDB_PULUMI: pulumi,
  });
  expect({ code, err }).toEqual({ code: 0, err: expect.not.stringContaining("nothing was recorded") as string });
  expect(exchanges().length).toBeGreaterThan(0);
});
