import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Report } from "../../drift/report/schema";
import type { CommandResult } from "../helpers/environment";
import { drift, useOutputs, writePlan } from "./helpers/outputs";

const { scene, shell, command: direct, online, at, text, names } = useOutputs();
const isRoot = process.getuid?.() === 0;

/** Every option that names a file to be written, the command with it, and what its exit code is then. */
const writers: [option: string, command: (path: string) => string, code: number][] = [
  ["-o", (path) => `${drift} -o json=${path}`, 2],
  ["check -o", (path) => `$CMDB check --plan plan.json --rules rules.yaml -o json=${path}`, 0],
  ["--history", (path) => `${drift} --history ${path}`, 2],
  ["--write-ignore", (path) => `${drift} --write-ignore=${path}`, 2],
  ["sync --save", (path) => `$CMDB sync --save ${path}`, 0],
  ["doctor --write-env", (path) => `ORANGE_CMDB_PAGE_SIZE=7 $CMDB doctor --write-env ${path}`, 0],
];

describe.each(writers)("%s", (option, command, code) => {
  const run = (path: string): Promise<CommandResult> =>
    direct(command(path), /sync|doctor/.test(option) ? { ORANGE_CMDB_INVENTORY_FILE: "" } : {});
  // A healthy sandbox: doctor proposes nothing, and writes nothing.
  const writes = !option.startsWith("doctor");
  beforeEach(() => writePlan(at("plan.json")));

  test("writes into a device, and keeps it", async () => {
    if (isRoot) execFileSync("mknod", [at("null"), "c", "1", "3"]);
    else symlinkSync("/dev/null", at("null"));
    const ended = await run("null");
    expect([ended.code, ended.err.includes("cannot be written")]).toEqual([code, false]);
    expect(statSync(at("null")).isCharacterDevice()).toBe(true);
  });

  test("fails if a device accepts no data", async () => {
    if (!writes) return;
    expect(await run("/dev/full")).toMatchObject({
      code: 1,
      err: expect.stringContaining("/dev/full cannot be written: it is on a full disk") as string,
    });
  });

  test("writes into a FIFO, and keeps it", async () => {
    if (!writes) return;
    execFileSync("mkfifo", [at("pipe")]);
    const ended = await (/sync/.test(option) ? online : shell)(
      `timeout 20 cat pipe >read & ${command("pipe")}; x=$?; wait; exit $x`,
    );
    expect(ended.code).toBe(code);
    expect(statSync(at("pipe")).isFIFO()).toBe(true);
    expect(statSync(at("read")).size).toBeGreaterThan(40);
  });

  test("follows symbolic links, also to a file that does not exist", async () => {
    if (!writes) return;
    // The runs of a history are read: a link without a target does not show that the history is empty.
    mkdirSync(at("far"));
    if (option === "--history") writeFileSync(at("far/target"), "");
    symlinkSync("second", at("link"));
    symlinkSync("far/target", at("second"));
    for (let round = 0; round < 2; round += 1) {
      expect((await run("link")).code).toBe(code);
      expect([readlinkSync(at("link")), readlinkSync(at("second"))]).toEqual(["second", "far/target"]);
      expect(lstatSync(at("far/target")).isFile()).toBe(true);
    }
    expect(readdirSync(at("far"))).toEqual(["target"]);
  });

  test("rejects every other target before work starts", async () => {
    const before = scene().sandbox.requests.length;
    const server = createServer().listen(at("socket"));
    await new Promise((done) => server.once("listening", done));
    try {
      if (isRoot) execFileSync("mknod", [at("disk"), "b", "7", "99"]);
      symlinkSync("loop", at("loop"));
      symlinkSync("/proc", at("proc"));
      mkdirSync(at("folder"));
      for (const [path, why] of [
        ["folder", "is a folder"],
        ["new/", "is a folder"],
        ["socket", "is a socket"],
        ["loop", "has too many symbolic links"],
        ["st.json/x", "is not in a folder"],
        ["proc/x", ""],
        ["/dev/fd/99", "is not open for writing"],
        ["/dev/fd/0", "is not open for writing"],
        ["x".repeat(256), "has a name that is too long"],
        ...(isRoot ? [["disk", "is a block device"]] : []),
      ] as const) {
        const ended = path.startsWith("/dev/fd/")
          ? await online(`${command(path)} </etc/hostname`)
          : await direct(command(path), { ORANGE_CMDB_INVENTORY_FILE: "" });
        expect([path, ended.code, ended.err]).toEqual([
          path,
          1,
          expect.stringContaining(`cannot be written: it ${why}`),
        ]);
        expect(ended.err.trim().split("\n")).toHaveLength(1);
      }
    } finally {
      server.close();
    }
    expect(scene().sandbox.requests.length).toBe(before);
  });
});

describe("an output path of a descriptor", () => {
  test.each(["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1", "link"])(
    "writes to the descriptor of %s",
    async (path) => {
      symlinkSync("/dev/stdout", at("link"));
      // A pipe, a file that is appended to, and a socket as Node.js makes them.
      const piped = await shell(`${drift} -o json=${path} | cat`);
      expect((JSON.parse(piped.out) as Report).findings).toHaveLength(1);
      expect((await shell(`echo before >out; ${drift} -o json=${path} >>out`)).code).toBe(2);
      expect(text("out")).toMatch(/^before\n\{/);
      const socket = await shell(`${drift} -o json=${path}`);
      expect((JSON.parse(socket.out) as Report).findings).toHaveLength(1);
    },
  );

  test("writes to /dev/stderr and to descriptors that the shell has opened", async () => {
    const ended = await shell(
      `${drift} -o json=/dev/stderr -o csv=/dev/fd/3 -o ndjson=/proc/self/fd/4 3>three 4> >(cat >four)`,
    );
    expect((JSON.parse(ended.err) as Report).findings).toHaveLength(1);
    expect(text("three")).toContain("CI-NONE");
    expect(text("four")).toContain("CI-NONE");
  });

  test("keeps the exit code if its reader closes early", async () => {
    const { out } = await shell(`(${drift} -o json=/dev/fd/3 3> >(true); echo $?)`);
    expect(out).toBe("2\n");
  });
});

test("a FIFO without a reader is reported and waited for until Ctrl-C", async () => {
  execFileSync("mkfifo", [at("pipe")]);
  const line = `${drift} -o csv=first.csv -o json=pipe 2>err & echo $! >pid; wait $!; echo $? >code`;
  const { code } = await shell(
    `set -m; (${line}) & until grep -q waiting err; do sleep 0.1; done; kill -INT $(cat pid); wait`,
  );
  expect(code).toBe(0);
  expect(text("err")).toContain("waiting for a reader of pipe");
  expect(text("code")).toBe("130\n");
  expect(names().filter((name) => name.includes("partial"))).toEqual([]);
});

(process.platform === "win32" ? test.skip : test)(
  "under umask 000 everything that is made is the user's alone",
  async () => {
    const made: string[] = [];
    const walk = (path: string): void => {
      const stat = lstatSync(path);
      if (!stat.isSymbolicLink() && (stat.mode & 0o077) !== 0) made.push(path);
      if (stat.isDirectory()) for (const name of readdirSync(path)) walk(join(path, name));
    };
    for (const name of names()) chmodSync(at(name), 0o600);
    chmodSync(at(), 0o700);
    writeFileSync(at("old.json"), "old");
    chmodSync(at("old.json"), 0o644);
    const env = {
      ORANGE_CMDB_CACHE_DIR: at("cache/deep"),
      ORANGE_CMDB_INVENTORY_FILE: "",
      NODE_COMPILE_CACHE: "",
    };
    for (const line of [
      "sync --save inv.db --record-http rec/ord",
      "drift --state st.json --rules rules.yaml -o json=out/deep/a.json -o html=b.html --history history --write-ignore",
      "drift --state st.json --rules rules.yaml -o json=old.json --history history --write-ignore",
      "search paris",
      "doctor --record-http other --write-env doctor.env",
    ])
      expect((await shell(`umask 000; exec $CMDB ${line}`, env)).code).toBeLessThan(3);
    for (const name of [
      "inv.db",
      "rec/ord/00001.json",
      "out/deep/a.json",
      "history",
      ".cmdbignore.yaml",
      "cache/deep/code",
    ])
      expect(existsSync(at(name))).toBe(true);
    walk(at());
    expect(made).toEqual([at("old.json")]);
  },
);
