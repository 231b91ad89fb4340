import { spawn } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createTestEnvironment, type CommandResult, type TestEnvironment } from "../helpers/environment";
import { environmentOf, shell as shellOf } from "../helpers/shell";

let scene: TestEnvironment;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-faults-"));
});
afterEach(async () => {
  await scene.end();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a line of the shell, in which `$CMDB` is the command. */
const shell = (line: string, env: NodeJS.ProcessEnv = {}): Promise<CommandResult> => shellOf(scene, folder, line, env);

describe("Ctrl-C", () => {
  /** Starts the command in a shell that says how it ended, and interrupts it once it is at work. */
  async function interrupted(args: string, signal: string): Promise<{ code: string; seconds: number }> {
    const line = `$CMDB ${args} & echo $! >pid; wait $!; echo $? >code`;
    const options = { cwd: folder, env: environmentOf(scene) };
    // Job control: what a shell starts in the background without it does not hear of Ctrl-C.
    const child = spawn("bash", ["-m", "-c", line], { ...options, stdio: ["ignore", "ignore", "pipe"] });
    const closed = new Promise((done) => child.once("close", done));
    while (scene.sandbox.requests.length < 5) await new Promise((done) => setTimeout(done, 20));
    const began = Date.now();
    process.kill(Number(readFileSync(join(folder, "pid"), "utf8")), signal);
    await closed;
    return { code: readFileSync(join(folder, "code"), "utf8").trim(), seconds: (Date.now() - began) / 1000 };
  }

  test.each([
    ["SIGINT", "130"],
    ["SIGTERM", "143"],
  ])("as %s ends a sync at once with exit code %s, and leaves no partial file", async (signal, code) => {
    scene = await createTestEnvironment({ size: 3_000, delay: 100 });
    const ended = await interrupted(`sync --save ${join(folder, "inventory.db")}`, signal);
    expect(ended.code).toBe(code);
    expect(ended.seconds).toBeLessThan(5);
    expect(readdirSync(folder).sort()).toEqual(["code", "pid"]);
    expect(readdirSync(scene.cacheDir).filter((name) => /\.(db|json)$/.test(name))).toEqual([]);
    const again = await scene.cli(["sync", "--save", join(folder, "inventory.db")]);
    expect([again.code, again.err.includes("waiting")]).toEqual([0, false]);
  });

  test("of npm run ends the started process with exit code 130", async () => {
    scene = await createTestEnvironment({ delay: 5_000 });
    const root = resolve(__dirname, "../..");
    const line = `node ${join(root, "tools/run.mjs")} cli -- status & echo $! >pid; wait $!; echo $? >code`;
    const child = spawn("bash", ["-m", "-c", line], { cwd: folder, env: environmentOf(scene), stdio: "ignore" });
    const closed = new Promise((done) => child.once("close", done));
    while (scene.sandbox.requests.length < 1) await new Promise((done) => setTimeout(done, 20));
    process.kill(Number(readFileSync(join(folder, "pid"), "utf8")), "SIGINT");
    await closed;
    expect(readFileSync(join(folder, "code"), "utf8").trim()).toBe("130");
  });
});

test("the partial inventory file of a killed process is removed by the next sync", async () => {
  scene = await createTestEnvironment();
  const file = join(folder, "inventory.db");
  const dead = spawn(process.execPath, ["-e", ""]);
  await new Promise((done) => dead.once("close", done));
  for (const left of [`${file}.${dead.pid}.partial`, `${file}.${dead.pid}.partial-journal`])
    writeFileSync(left, "half");
  // Another process that is still at it keeps its own.
  writeFileSync(`${file}.${process.pid}.partial`, "theirs");
  writeFileSync(`${file}.notes.partial`, "somebody's");
  expect((await scene.cli(["sync", "--save", file])).code).toBe(0);
  expect(readdirSync(folder).sort()).toEqual(
    ["inventory.db", `inventory.db.${process.pid}.partial`, "inventory.db.notes.partial"].sort(),
  );
});

describe("a full disk", () => {
  const sound = async (): Promise<void> => {
    const reader = await scene.open({}, { maxAge: 3600 });
    expect(reader.list("configurationItem")).toHaveLength(2_000);
    expect(reader.get("configurationItem", "CI-RTR-PAR-001")?.attributes["round"]).toBeUndefined();
    reader.close();
  };

  test("fails the first sync with the reason, and leaves no mirror", async () => {
    scene = await createTestEnvironment({ size: 2_000 });
    // In units of 1024 bytes; the limit of a file's size stands for that of a disk.
    const { code, err } = await shell("ulimit -f 200; exec $CMDB sync");
    expect(err).toMatch(
      /the mirror .* (is on a full disk|exceeds the maximum file size|cannot be read or written).*ORANGE_CMDB_CACHE_DIR/,
    );
    expect(code).toBe(1);
    expect(readdirSync(scene.cacheDir).filter((name) => /\.(db|json)(\.new)?$/.test(name))).toEqual([]);
    expect((await scene.cli(["sync"])).code).toBe(0);
  });

  test("fails a later sync, and leaves the mirror unchanged", async () => {
    scene = await createTestEnvironment({ size: 2_000 });
    (await scene.open()).close();
    scene.sandbox.records("configurationItem").forEach(({ id }) => {
      scene.sandbox.update("configurationItem", String(id), { round: 1, more: "x".repeat(300) });
    });
    const { code, err } = await shell("ulimit -f 200; exec $CMDB sync");
    expect(err).toMatch(/the mirror .* (is on a full disk|exceeds the maximum file size|cannot be read or written)/);
    expect(code).toBe(1);
    await sound();
  });

  test("fails sync --save, and leaves no partial inventory file", async () => {
    scene = await createTestEnvironment({ size: 2_000 });
    (await scene.open()).close();
    const { code, err } = await shell("ulimit -f 400; exec $CMDB sync --save inventory.db");
    expect(err).toMatch(
      /orange-cmdb: inventory\.db cannot be written: it (is on a full disk|exceeds the maximum file size|cannot be read or written)/,
    );
    expect(code).toBe(1);
    expect(existsSync(join(folder, "inventory.db"))).toBe(false);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("fails a report, and leaves the previous report unchanged", async () => {
    scene = await createTestEnvironment();
    const resource = { urn: "urn:pulumi:dev::net::a:b:C::x", type: "a:b:C", inputs: { note: "x" } };
    writeFileSync(join(folder, "state.json"), JSON.stringify({ version: 3, deployment: { resources: [resource] } }));
    writeFileSync(join(folder, "report.json"), "the report before");
    const memory = { ORANGE_CMDB_CACHE_DIR: ":memory:" };
    const { code, err } = await shell("ulimit -f 1; exec $CMDB drift --state state.json -o json=report.json", memory);
    expect(err).toMatch(/report\.json/);
    expect(code).toBe(1);
    expect(readFileSync(join(folder, "report.json"), "utf8")).toBe("the report before");
    expect(readdirSync(folder).sort()).toEqual(["report.json", "state.json"]);
  });

  test("behind standard output fails the command", async () => {
    scene = await createTestEnvironment();
    const { code, err } = await shell("$CMDB list configuration-items -o json >/dev/full");
    expect(err).toContain("cannot write to standard output: ENOSPC");
    expect(code).toBe(1);
  });

  test("fails a sync on a real disk, if a small disk can be mounted", async () => {
    scene = await createTestEnvironment({ size: 2_000 });
    const small = join(folder, "small");
    mkdirSync(small, { mode: 0o700 });
    const mounted = await shell(`mount -t tmpfs -o size=512k,mode=0700 tmpfs ${small}`);
    // Only the superuser can; the limits above hold for everybody.
    if (mounted.code !== 0) return expect(mounted.err).not.toBe("");
    try {
      const { code, err } = await shell("$CMDB sync", { ORANGE_CMDB_CACHE_DIR: small });
      expect(err).toMatch(/is on a full disk; set ORANGE_CMDB_CACHE_DIR/);
      expect(code).toBe(1);
      expect(readdirSync(small).filter((name) => /\.(db|json)(\.new)?$/.test(name))).toEqual([]);
    } finally {
      await shell(`umount ${small}`);
    }
  });
});

test("a missing cache folder is created with its parents, or the error names the reason", async () => {
  scene = await createTestEnvironment();
  const deep = join(folder, "not", "yet", "there");
  expect((await scene.cli(["sync"], { ORANGE_CMDB_CACHE_DIR: deep })).code).toBe(0);
  expect(statSync(deep).mode & 0o777).toBe(0o700);
  const { code, err } = await scene.cli(["sync"], { ORANGE_CMDB_CACHE_DIR: "/proc/none/of/this" });
  expect(err).toMatch(/the mirror .* (is not writable|is not in a folder|cannot be|there is no)/);
  expect(err).toContain("ORANGE_CMDB_CACHE_DIR");
  expect(code).toBe(1);
});

/** Deletes a folder in which other processes create files. */
const deleteInUse = (path: string): void => rmSync(path, { recursive: true, maxRetries: 50, retryDelay: 2 });

test("a cache folder that is deleted during a run is fetched again", async () => {
  scene = await createTestEnvironment({ size: 1_000, delay: 50 });
  const cache = join(folder, "cache");
  const child = scene.start(["sync"], { ORANGE_CMDB_CACHE_DIR: cache, ORANGE_CMDB_PAGE_SIZE: "50" });
  const closed = new Promise<number | null>((done) => child.once("close", done));
  while (scene.sandbox.requests.length < 6) await new Promise((done) => setTimeout(done, 10));
  deleteInUse(cache);
  expect(await closed).toBe(0);
  const asked = scene.lists().length;
  const { code, out } = await scene.cli(["list", "configuration-items", "-o", "json"], {
    ORANGE_CMDB_CACHE_DIR: cache,
  });
  expect(code).toBe(0);
  expect(JSON.parse(out)).toHaveLength(1_000);
  // The sync has made another.
  expect(scene.lists()).toHaveLength(asked);
});

test("a mirror that is deleted as soon as it is published is fetched again", async () => {
  scene = await createTestEnvironment({ size: 200 });
  let most = 0;
  // The process can read the mirror before it is deleted.
  for (let attempt = 0; attempt < 20 && most < 2; attempt += 1) {
    const cache = join(folder, `cache-${attempt}`);
    mkdirSync(cache, { mode: 0o700 });
    const child = scene.start(["list", "configuration-items", "-o", "json"], { ORANGE_CMDB_CACHE_DIR: cache });
    let out = "";
    child.stdout?.on("data", (data) => (out += String(data)));
    let code: number | null | undefined;
    child.once("close", (status) => (code = status));
    for (let deleted = 0; code === undefined; await new Promise((done) => setImmediate(done)))
      for (const name of deleted < 2 ? readdirSync(cache).filter((file) => file.endsWith(".json")) : []) {
        rmSync(join(cache, name));
        most = Math.max(most, (deleted += 1));
      }
    expect(code).toBe(0);
    expect(JSON.parse(out)).toHaveLength(200);
  }
  expect(most).toBe(2);
});

test("a cache folder with a mirror that is deleted during a sync is fetched again", async () => {
  scene = await createTestEnvironment({ size: 1_000 });
  const env = { ORANGE_CMDB_CACHE_DIR: join(folder, "cache"), ORANGE_CMDB_PAGE_SIZE: "50" };
  expect((await scene.cli(["sync"], env)).code).toBe(0);
  scene.sandbox.records("configurationItem").forEach(({ id }) => {
    scene.sandbox.update("configurationItem", String(id), { round: 1 });
  });
  const before = scene.sandbox.requests.length;
  const child = scene.start(["list", "configuration-items", "-o", "json"], { ...env, ORANGE_CMDB_MAX_AGE: "0" });
  let out = "";
  child.stdout?.on("data", (data) => (out += String(data)));
  const closed = new Promise<number | null>((done) => child.once("close", done));
  while (scene.sandbox.requests.length < before + 4) await new Promise((done) => setTimeout(done, 1));
  deleteInUse(env.ORANGE_CMDB_CACHE_DIR);
  expect(await closed).toBe(0);
  expect(
    (JSON.parse(out) as { attributes: { round: number } }[]).filter(({ attributes }) => attributes.round === 1),
  ).toHaveLength(1_000);
});

test("a cache folder that is deleted while several processes use it gives each the whole inventory", async () => {
  scene = await createTestEnvironment({ size: 1_000, delay: 30 });
  const env = { ORANGE_CMDB_CACHE_DIR: join(folder, "cache"), ORANGE_CMDB_PAGE_SIZE: "100" };
  const ended = Array.from({ length: 6 }, (_, at) =>
    scene.cli(at % 2 === 0 ? ["list", "configuration-items", "-o", "json"] : ["sync"], {
      ...env,
      ORANGE_CMDB_MAX_AGE: "0",
    }),
  );
  while (scene.sandbox.requests.length < 6) await new Promise((done) => setTimeout(done, 5));
  deleteInUse(env.ORANGE_CMDB_CACHE_DIR);
  for (const [at, { code, out, err }] of (await Promise.all(ended)).entries()) {
    expect([code, err]).toEqual([0, expect.any(String)]);
    if (at % 2 === 0) expect(JSON.parse(out)).toHaveLength(1_000);
  }
}, 120_000);

test("50 processes that start with an empty mirror make one sync, and each has the whole inventory", async () => {
  scene = await createTestEnvironment({ size: 1_500, delay: 100 });
  const ended = await Promise.all(
    Array.from({ length: 50 }, () =>
      scene.cli(["list", "configuration-items", "--filter", "type=ROUTER", "-o", "json"]),
    ),
  );
  const [first] = ended;
  expect((JSON.parse(first?.out ?? "") as unknown[]).length).toBeGreaterThan(400);
  for (const { code, out } of ended) expect([code, out === first?.out]).toEqual([0, true]);
  // Pages of 250 records, of which the first is the last of the page before, each once.
  expect(scene.lists()).toHaveLength(7);
  expect(new Set(scene.lists()).size).toBe(7);
}, 300_000);

test("a command whose event loop drains while a promise is pending fails with an error", async () => {
  scene = await createTestEnvironment();
  const hook = join(folder, "lost.cjs");
  // A request is never answered, and no time-out waits for it.
  const lost = `require("node:http").request = () =>
      Object.assign(new (require("node:stream").Writable)({ write() {} }), { abort() {}, setTimeout() {} });
    const { setTimeout: real } = globalThis;
    globalThis.setTimeout = (...args) => real(...args).unref();`;
  writeFileSync(hook, lost);
  for (const args of [["status"], ["doctor"]]) {
    const { code, err } = await scene.cli(args, { NODE_OPTIONS: `--require ${hook}` });
    expect([code, err]).toEqual([1, expect.stringContaining("exited before the work was complete") as string]);
  }
});
