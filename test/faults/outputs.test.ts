import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "yaml";
import type { Report } from "../../drift/report/schema";
import { sharedScene } from "../helpers/lifetimes";
import type { Ended } from "../helpers/mirror";
import { shell as shellOf } from "../helpers/shell";

const scene = sharedScene();
let folder: string;
let inventory: string;

/** Runs a line of the shell in the folder, in which `$CMDB` is the command, and the inventory is a file. */
const shell = (line: string, env: NodeJS.ProcessEnv = {}): Promise<Ended> =>
  shellOf(scene(), folder, line, { ORANGE_CMDB_INVENTORY_FILE: inventory, ...env });

/** The same, with the API. */
const online = (line: string): Promise<Ended> => shell(line, { ORANGE_CMDB_INVENTORY_FILE: "" });

const at = (name: string): string => join(folder, name);
const text = (name: string): string => readFileSync(at(name), "utf8");
const names = (): string[] => readdirSync(folder).sort();
const isRoot = process.getuid?.() === 0;

beforeAll(async () => {
  inventory = join(scene().cacheDir, "carried.db");
  expect((await scene().cli(["sync", "--output", inventory])).code).toBe(0);
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "orange-cmdb-outputs-"));
  const type = "aws:ec2/customerGateway:CustomerGateway";
  const inputs = { tags: { "cmdb:configuration-item": "CI-NONE" } };
  const resources = [{ urn: `urn:pulumi:dev::net::${type}::gw`, type, inputs }];
  writeFileSync(at("st.json"), JSON.stringify({ version: 3, deployment: { resources } }));
  writeFileSync(
    at("rules.yaml"),
    "references: [{ types: ['*'], kind: configurationItem, id: 'tags.\"cmdb:configuration-item\"' }]",
  );
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const drift = "$CMDB drift --state st.json --rules rules.yaml";

/** Every option that names a file to be written, the command with it, and what its exit code is then. */
const writers: [option: string, command: (path: string) => string, code: number][] = [
  ["-o", (path) => `${drift} -o json=${path}`, 2],
  ["check -o", (path) => `$CMDB check --plan plan.json --rules rules.yaml -o json=${path}`, 0],
  ["--history", (path) => `${drift} --history ${path}`, 2],
  ["--write-ignore", (path) => `${drift} --write-ignore=${path}`, 2],
  ["sync --output", (path) => `$CMDB sync --output ${path}`, 0],
  ["doctor --write", (path) => `ORANGE_CMDB_PAGE_SIZE=7 $CMDB doctor --write ${path}`, 0],
];

function writePlan(): void {
  const plan = { format_version: "1.2", terraform_version: "1.9.0", planned_values: { root_module: {} } };
  writeFileSync(at("plan.json"), JSON.stringify({ ...plan, resource_changes: [], configuration: { root_module: {} } }));
}

describe.each(writers)("%s", (option, command, code) => {
  const run = (path: string): Promise<Ended> => (/sync|doctor/.test(option) ? online : shell)(command(path));
  // A healthy sandbox: doctor proposes nothing, and writes nothing.
  const writes = !option.startsWith("doctor");
  beforeEach(writePlan);

  test("writes into a device, which stays one", async () => {
    if (isRoot) execFileSync("mknod", [at("null"), "c", "1", "3"]);
    else symlinkSync("/dev/null", at("null"));
    const ended = await run("null");
    expect([ended.code, ended.err.includes("cannot be written")]).toEqual([code, false]);
    expect(statSync(at("null")).isCharacterDevice()).toBe(true);
  });

  test("fails if a device takes nothing", async () => {
    if (!writes) return;
    expect(await run("/dev/full")).toMatchObject({
      code: 1,
      err: expect.stringContaining("/dev/full cannot be written: it has no room") as string,
    });
  });

  test("writes into a FIFO, which stays one", async () => {
    if (!writes) return;
    execFileSync("mkfifo", [at("pipe")]);
    const ended = await (/sync/.test(option) ? online : shell)(
      `timeout 20 cat pipe >read & ${command("pipe")}; x=$?; wait; exit $x`,
    );
    expect(ended.code).toBe(code);
    expect(statSync(at("pipe")).isFIFO()).toBe(true);
    expect(statSync(at("read")).size).toBeGreaterThan(40);
  });

  test("follows symbolic links, also to a file that does not exist yet", async () => {
    if (!writes) return;
    // The runs of a history are read: of a link to nothing it is not known that there are none.
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

  test("refuses everything else before work starts", async () => {
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
        const ended = await online(`${command(path)} </etc/hostname`);
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

describe("a path that stands for a descriptor", () => {
  test.each(["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "/proc/thread-self/fd/1", "link"])("%s", async (path) => {
    symlinkSync("/dev/stdout", at("link"));
    // A pipe, a file that is appended to, and a socket as Node.js makes them.
    const piped = await shell(`${drift} -o json=${path} | cat`);
    expect((JSON.parse(piped.out) as Report).findings).toHaveLength(1);
    expect((await shell(`echo before >out; ${drift} -o json=${path} >>out`)).code).toBe(2);
    expect(text("out")).toMatch(/^before\n\{/);
    const socket = await shell(`${drift} -o json=${path}`);
    expect((JSON.parse(socket.out) as Report).findings).toHaveLength(1);
  });

  test("/dev/stderr and others that the shell has opened", async () => {
    const ended = await shell(
      `${drift} -o json=/dev/stderr -o csv=/dev/fd/3 -o ndjson=/proc/self/fd/4 3>three 4> >(cat >four)`,
    );
    expect((JSON.parse(ended.err) as Report).findings).toHaveLength(1);
    expect(text("three")).toContain("CI-NONE");
    expect(text("four")).toContain("CI-NONE");
  });

  test("keeps the exit code if its reader has had enough", async () => {
    const { out } = await shell(`(${drift} -o json=/dev/fd/3 3> >(true); echo $?)`);
    expect(out).toBe("2\n");
  });
});

test("a FIFO without a reader is waited for, which is said, and Ctrl-C ends that", async () => {
  execFileSync("mkfifo", [at("pipe")]);
  const line = `${drift} -o csv=first.csv -o json=pipe 2>err & echo $! >pid; wait $!; echo $? >code`;
  const { code } = await shell(`set -m; (${line}) & sleep 3; kill -INT $(cat pid); wait`);
  expect(code).toBe(0);
  expect(text("err")).toContain("waiting for a reader of pipe");
  expect(text("code")).toBe("130\n");
  expect(names().filter((name) => name.includes("partial"))).toEqual([]);
});

describe("one file for two purposes is refused before work starts, and is as it was", () => {
  const refused = async (line: string, ...files: string[]): Promise<string> => {
    const before = scene().sandbox.requests.length;
    const content = files.map((name) => readFileSync(at(name), "latin1"));
    const { code, err, out } = await shell(line);
    expect([code, out]).toEqual([1, ""]);
    expect(files.map((name) => readFileSync(at(name), "latin1"))).toEqual(content);
    expect(scene().sandbox.requests.length).toBe(before);
    return err;
  };

  test.each([
    ["-o json=st.json", "--state st.json"],
    ["-o csv=./sub/../st.json", "--state st.json"],
    ["-o csv=sub/up/st.json", "--state st.json"],
    ["--history hard.json", "--state st.json"],
    ["--write-ignore=soft.json", "--state st.json"],
    ["-o json=rules.yaml", "the rules file"],
    ["--write-ignore=rules.yaml", "the rules file"],
    ["-o json=inv.db --inventory inv.db", "the inventory file"],
    ["-o json=ignore.yaml --ignore-file ignore.yaml", "--ignore-file"],
    ["-o json=.cmdbignore.yaml", "--ignore-file"],
    ["-o json=.cmdbignore.yaml --write-ignore", "-o json=.cmdbignore.yaml"],
    ["-o json=base.json --baseline base.json", "--baseline"],
    ["-o json=a -o csv=a", "-o json=a"],
    ["-o json=a -o csv=sub/../a", "-o json=a"],
    ["-o json=new/a -o csv=new/b/../a", "-o json=new/a"],
    ["-o json=a -o csv=dangling", "-o json=a"],
    ["-o json=a --history a", "-o json=a"],
    ["--history a --write-ignore=$PWD/a", "--history a"],
    ["-o csv -o json=/dev/stdout", "standard output"],
    ["-o json=pipe -o csv=pipe", "-o json=pipe"],
    ["-o json=record/x.json --record record", "in the folder of --record"],
  ])("drift %s", async (options, other) => {
    mkdirSync(at("sub"));
    symlinkSync("..", at("sub/up"));
    linkSync(at("st.json"), at("hard.json"));
    symlinkSync("st.json", at("soft.json"));
    symlinkSync("a", at("dangling"));
    execFileSync("mkfifo", [at("pipe")]);
    for (const name of ["ignore.yaml", ".cmdbignore.yaml"]) writeFileSync(at(name), "ignore: []\n");
    writeFileSync(at("inv.db"), readFileSync(inventory));
    await shell(`${drift} -o json=base.json`);
    const err = await refused(`${drift} ${options}`, "st.json", "rules.yaml", "inv.db", "base.json", "ignore.yaml");
    expect(err).toContain(other);
    expect(names()).not.toContain("a");
  });

  test.each([
    ["drift merge part.json -o json=part.json", "the report part.json"],
    ["drift merge part.json -o html=x -o csv=x", "-o html=x"],
    ["drift merge part.json --ignore-file ignore.yaml -o json=ignore.yaml", "--ignore-file"],
    ["drift merge - -o json=part.json <part.json", "standard input"],
    ["check --plan plan.json -o json=plan.json", "--plan"],
    ["check --plan - -o json=plan.json <plan.json", "standard input"],
    ["check --plan plan.json --on-unavailable warn -o json=inv.db --inventory inv.db", "the inventory file"],
    ["check --plan plan.json --policy-pack-config pack.json -o junit=pack.json", "--policy-pack-config"],
  ])("%s", async (line, other) => {
    writePlan();
    writeFileSync(at("ignore.yaml"), "ignore: []\n");
    writeFileSync(at("pack.json"), "{}");
    writeFileSync(at("inv.db"), readFileSync(inventory));
    await shell(`${drift} -o json=part.json`);
    expect(await refused(`$CMDB ${line}`, "part.json", "plan.json", "ignore.yaml", "pack.json", "inv.db")).toContain(
      other,
    );
  });

  test.each(["notes.txt", "one-line.json", "other.db", "half.db"])("sync --output over %s", async (name) => {
    writeFileSync(at("notes.txt"), "my notes\n");
    writeFileSync(at("one-line.json"), "{}");
    writeFileSync(at("other.db"), `SQLite format 3\0${"x".repeat(200)}`);
    writeFileSync(at("half.db"), readFileSync(inventory).subarray(0, 40));
    const before = text(name);
    const ended = await online(`$CMDB sync --output ${name}`);
    expect(ended).toMatchObject({ code: 1, err: expect.stringContaining("is not an inventory") as string });
    expect(text(name)).toBe(before);
  });

  test("sync --output over the mirror itself", async () => {
    const mirror =
      readdirSync(scene().cacheDir).find((name) => /^[^.]+\.db$/.test(name) && name !== "carried.db") ?? "";
    symlinkSync(join(scene().cacheDir, mirror), at("mirror.db"));
    expect(await online("$CMDB sync --output mirror.db")).toMatchObject({
      code: 1,
      err: expect.stringContaining("the mirror") as string,
    });
  });

  test("but a device may be named twice, and another file of the same content", async () => {
    expect((await shell(`${drift} -o json=/dev/null -o csv=/dev/null --history /dev/null`)).code).toBe(2);
    writeFileSync(at("copy.json"), readFileSync(at("st.json")));
    expect((await shell(`${drift} -o json=copy.json -o csv=st.json.csv`)).code).toBe(2);
  });

  test("a history that is another file is an error, and is as it was", async () => {
    for (const content of ['{"a":1}', '{"at":"x","b', "notes", "{}\n"]) {
      writeFileSync(at("other.txt"), content);
      const { code } = await shell(`${drift} --history other.txt`);
      // The beginning of a run is taken for one that was cut; all else is the user's.
      expect([content, code]).toEqual([content, content.startsWith('{"at":"') ? 2 : 1]);
      if (code === 1) expect(text("other.txt")).toBe(content);
    }
  });
});

describe("a write that is cut off", () => {
  const history = `${drift} --history history.ndjson`;
  const lines = (): unknown[] =>
    text("history.ndjson")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);

  test.each([
    ["a half", (line: string) => line.slice(0, 30)],
    ["one character", (line: string) => line.slice(0, 1)],
    ["all but the end", (line: string) => line.slice(0, -1)],
    ["zeros", () => "\0".repeat(40)],
    ["a half and zeros", (line: string) => `${line.slice(0, 20)}\0\0\0`],
  ])("of a history, %s of a line, is repaired with a warning", async (_name, cut) => {
    await shell(history);
    const [first = ""] = text("history.ndjson").trimEnd().split("\n");
    writeFileSync(at("history.ndjson"), `${first}\n${cut(first)}`);
    const { code, err } = await shell(`${history} -o json=report.json`);
    expect([code, err]).toEqual([2, expect.stringMatching(/^orange-cmdb: warning: the last line .* was cut/m)]);
    expect(lines()).toHaveLength(2);
    expect((JSON.parse(text("report.json")) as Report).trend).toHaveLength(2);
    expect((await shell(history)).err).not.toContain("warning");
    expect(lines()).toHaveLength(3);
  });

  test("a whole last line without its line feed stays", async () => {
    await shell(history);
    writeFileSync(at("history.ndjson"), text("history.ndjson").trimEnd());
    expect((await shell(history)).err).not.toContain("warning");
    expect(lines()).toHaveLength(2);
  });

  /** The length of a file that leaves room for no whole line more, in blocks of 1024 bytes. */
  async function almostFull(): Promise<string> {
    await shell(history);
    const line = text("history.ndjson");
    writeFileSync(at("history.ndjson"), line.repeat(Math.floor(4096 / line.length)));
    return text("history.ndjson");
  }

  test("by a limit of the file's size: a history is cut back", async () => {
    const before = await almostFull();
    const { code, err } = await shell(`ulimit -f 4; exec ${history} -o csv=/dev/null`);
    expect([code, err]).toEqual([1, expect.stringContaining("history.ndjson cannot be written: it has no room")]);
    expect(text("history.ndjson")).toBe(before);
  });

  const entry = (index: number): string => `  # why ${index}\n  - { record: CI-${index}, reason: lab }\n`;
  const ignore = (count: number): string =>
    `ignore:\n${Array.from({ length: count }, (_, index) => entry(index)).join("")}`;

  test("by a limit of the file's size: an ignore file is as it was", async () => {
    writeFileSync(at(".cmdbignore.yaml"), ignore(80));
    const { code, err } = await shell(`ulimit -f 2; exec ${drift} --write-ignore -o csv=/dev/null`);
    expect([code, err]).toEqual([1, expect.stringContaining(".cmdbignore.yaml cannot be written: it has no room")]);
    expect(text(".cmdbignore.yaml")).toBe(ignore(80));
    expect(names()).toEqual([".cmdbignore.yaml", "rules.yaml", "st.json"]);
  });

  test("by a disk that is full, where a small one can be mounted", async () => {
    const before = await almostFull();
    mkdirSync(at("small"));
    const mounted = await shell("mount -t tmpfs -o size=16k tmpfs small");
    // Only the superuser can; the limits above hold for everybody.
    if (mounted.code !== 0) return expect(mounted.err).not.toBe("");
    try {
      writeFileSync(at("small/history"), before);
      writeFileSync(at("small/ignore.yaml"), ignore(80));
      writeFileSync(at("small/report.json"), "the report before");
      // What is left of the disk is taken.
      await shell("cat /dev/zero >small/zeros; exit 0");
      const left = readdirSync(at("small")).sort();
      for (const [options, file, old] of [
        ["--history small/history", "history", before],
        ["--write-ignore=small/ignore.yaml", "ignore.yaml", ignore(80)],
        ["-o json=small/report.json", "report.json", "the report before"],
      ] as const) {
        const { code, err } = await shell(`${drift} ${options}`);
        expect([options, code, err]).toEqual([options, 1, expect.stringContaining("it has no room: the disk is full")]);
        expect(text(`small/${file}`)).toBe(old);
      }
      const synced = await online("$CMDB sync --output small/inv.db");
      expect(synced).toMatchObject({ code: 1, err: expect.stringContaining("the disk is full") as string });
      expect(readdirSync(at("small")).sort()).toEqual(left);
    } finally {
      await shell("umount small");
    }
  });

  test("by SIGKILL at any time: the old file or the new one, and the next write removes what was left", async () => {
    writeFileSync(at("report.json"), "the report before");
    for (let round = 0; round < 8; round += 1) {
      await shell(`${drift} -o json=report.json >/dev/null & sleep 0.${String(10 + round * 6)}; kill -9 $!; wait`);
      if (text("report.json") !== "the report before")
        expect(JSON.parse(text("report.json"))).toHaveProperty("summary");
    }
    const dead = spawn(process.execPath, ["-e", ""]);
    await new Promise((done) => dead.once("close", done));
    writeFileSync(at(`report.json.${dead.pid}.partial`), "half");
    writeFileSync(at(`report.json.${process.pid}.partial`), "of a process that runs");
    await shell(`${drift} -o json=report.json`);
    expect(names().filter((name) => name.includes("partial"))).toEqual([`report.json.${process.pid}.partial`]);
  });

  test.each(["SIGINT", "SIGTERM"])(
    "by %s while a FIFO waits for an inventory: no copy of it is left",
    async (signal) => {
      execFileSync("mkfifo", [at("pipe")]);
      mkdirSync(at("tmp"));
      const line = `$CMDB sync --output pipe 2>err & echo $! >pid; wait $!; echo $? >code`;
      const wait = "until grep -q waiting err; do sleep 0.1; done; ls tmp >held";
      await online(`export TMPDIR=$PWD/tmp; set -m; (${line}) & ${wait}; kill -${signal} $(cat pid); wait`);
      expect(text("held")).toContain("orange-cmdb-");
      expect(text("code")).toBe(signal === "SIGINT" ? "130\n" : "143\n");
      expect(readdirSync(at("tmp"))).toEqual([]);
    },
  );
});

describe("--write-ignore", () => {
  const written = [
    "# Owned by the network team.",
    "",
    "ignore:",
    "  # The lab comes and goes.",
    "  - reason: lab # ticket 7",
    "    record: CI-LAB",
    "",
    "  - record: CI-OLD",
    "    reason: old",
    "    until: 2020-01-31",
    '  - { record: "CI-*", reason: "last", resource: "urn:pulumi:none::*" }',
    "# The end.",
    "",
  ];

  test("keeps comments and order, and drops what has ended", async () => {
    writeFileSync(at(".cmdbignore.yaml"), written.join("\n"));
    chmodSync(at(".cmdbignore.yaml"), 0o640);
    expect((await shell(`${drift} --write-ignore`)).code).toBe(2);
    const now = text(".cmdbignore.yaml");
    const before = [...written.slice(0, 6), ...written.slice(10, 11)].join("\n");
    expect(now.startsWith(before)).toBe(true);
    expect(now).toContain("# The end.");
    expect(now).not.toContain("CI-OLD");
    expect((parse(now) as { ignore: unknown[] }).ignore).toHaveLength(3);
    expect(statSync(at(".cmdbignore.yaml")).mode & 0o777).toBe(0o640);
    expect((await shell(drift)).code).toBe(0);
  });

  test.each([
    ["an empty file", ""],
    ["a comment alone", "# nothing yet\n"],
    ["a map without entries", "{} # none\n"],
    ["an empty list", "ignore: [] # none\n"],
    ["JSON", '{ "ignore": [{ "record": "CI-1", "reason": "x" }] }'],
    ["CRLF", "# why\r\nignore:\r\n  - record: CI-1\r\n    reason: x\r\n"],
    ["anchors", "ignore:\n  - &a { record: CI-1, reason: x }\n  - *a\n"],
  ])("extends %s", async (_name, content) => {
    writeFileSync(at("ignore.yaml"), content);
    const count = ((parse(content) as { ignore?: unknown[] } | null)?.ignore ?? []).length;
    expect((await shell(`${drift} --write-ignore=ignore.yaml`)).code).toBe(2);
    expect((parse(text("ignore.yaml")) as { ignore: unknown[] }).ignore).toHaveLength(count + 1);
    for (const comment of content.match(/#[^\r\n]*/g) ?? []) expect(text("ignore.yaml")).toContain(comment);
    expect((await shell(`${drift} --ignore-file ignore.yaml`)).code).toBe(0);
  });

  test("changes nothing if an alias loses its anchor", async () => {
    const content =
      "ignore:\n  - &a { record: CI-1, reason: x, until: 2020-01-01 }\n  - { <<: *a, until: 2999-01-01 }\n";
    const list = "x: &l []\n";
    for (const before of [content, list]) {
      writeFileSync(at("ignore.yaml"), before);
      expect((await shell(`${drift} --write-ignore=ignore.yaml`)).code).toBe(1);
      expect(text("ignore.yaml")).toBe(before);
    }
  });
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
    chmodSync(folder, 0o700);
    writeFileSync(at("old.json"), "old");
    chmodSync(at("old.json"), 0o644);
    const env = { ORANGE_CMDB_CACHE_DIR: at("cache/deep"), ORANGE_CMDB_INVENTORY_FILE: "" };
    for (const line of [
      "sync --output inv.db --record rec/ord",
      "drift --state st.json --rules rules.yaml -o json=out/deep/a.json -o html=b.html --history history --write-ignore",
      "drift --state st.json --rules rules.yaml -o json=old.json --history history --write-ignore",
      "search paris",
      "doctor --record other --write doctor.env",
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
    walk(folder);
    expect(made).toEqual([at("old.json")]);
  },
);
