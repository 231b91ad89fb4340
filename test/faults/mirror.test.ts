import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MirrorDamagedError, type Mirror } from "../../provider/inventory/mirror";
import type { SyncEvent } from "../../provider/inventory/events";
import { withLock } from "../../provider/inventory/lock";
import { sealMirror, sealOf } from "../../provider/inventory/mirror-seal";
import { kinds, type Attributes, type Kind } from "../../provider/inventory/records";
import { makeScene, type Scene } from "../helpers/mirror";
import { servedBy } from "../helpers/served";

let scene: Scene;
let file: string;
/** The mirror as a sync has left it, with nothing beside it but its seal. */
let whole: Buffer;
let seal: string;

beforeAll(async () => {
  scene = await makeScene({ size: 120 });
  await scene.cli(["sync"]);
  file = join(scene.cacheDir, readdirSync(scene.cacheDir).find((name) => name.endsWith(".db")) ?? "none");
  whole = readFileSync(file);
  seal = readFileSync(sealOf(file), "utf8");
});
afterAll(() => scene.end());

/** @param isSealed false: as where a process was killed before it had sealed the mirror */
function restore(bytes: Buffer, isSealed: boolean): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
  // The seal is the older one: what is touched after it was sealed is read again.
  writeFileSync(sealOf(file), isSealed ? seal : "");
  writeFileSync(file, bytes);
}

/** Changes the mirror as it could be, and seals it. */
async function rewrite(sql: string): Promise<void> {
  restore(whole, false);
  const db = new DatabaseSync(file);
  db.exec(sql);
  db.close();
  await sealMirror(file);
}

const served = (kind: Kind): Attributes[] => servedBy(scene.sandbox, kind);

/** Opens the mirror as it is, and reads all of it; answers what came of it. */
async function outcome(look: (mirror: Mirror) => void): Promise<"rebuilt" | "right" | "refused"> {
  const events: SyncEvent[] = [];
  let mirror: Mirror | undefined;
  try {
    mirror = await scene.open({ onEvent: (event) => events.push(event) }, { maxAge: 3600 });
    look(mirror);
    return events.some(({ type }) => type === "rebuilt") ? "rebuilt" : "right";
  } catch (error) {
    // Whatever else is thrown, by a wrong answer too, fails the test.
    if (!(error instanceof MirrorDamagedError)) throw error;
    return "refused";
  } finally {
    mirror?.close();
    // What was fetched anew is sealed under the lock.
    await withLock(`${file}.lock`, { work: async () => undefined, onWait: () => undefined });
  }
}

const everything = (mirror: Mirror): void => {
  for (const kind of kinds) {
    expect(mirror.list(kind).map(({ attributes }) => attributes)).toEqual(served(kind));
    for (const { id } of served(kind)) expect(mirror.get(kind, String(id))?.attributes["id"]).toBe(id);
  }
};

test.each<[string, (sector: Buffer) => void]>([
  ["zeros", (sector) => sector.fill(0)],
  ["ones", (sector) => sector.fill(255)],
])(
  "a mirror with a sector of %s, anywhere: fetched anew",
  async (_name, spoil) => {
    for (let at = 0; at < whole.length; at += 512 * 3) {
      const bytes = Buffer.from(whole);
      spoil(bytes.subarray(at, at + 512));
      restore(bytes, true);
      expect(await outcome(everything)).toBe(bytes.equals(whole) ? "right" : "rebuilt");
    }
  },
  300_000,
);

/** The mirror with one bit that differs: of so many, spread over all of it, this one. */
function withBit(round: number, rounds: number): Buffer {
  const bytes = Buffer.from(whole);
  const at = Math.floor((whole.length / rounds) * round) + ((round * 37) % 512);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << (round % 8));
  return bytes;
}

test("a mirror with a bit that differs, anywhere: fetched anew", async () => {
  for (let round = 0; round < 150; round += 1) {
    restore(withBit(round, 150), true);
    expect(await outcome(everything)).toBe("rebuilt");
  }
}, 300_000);

test("a mirror that has changed since, too", async () => {
  restore(whole, true);
  const location = scene.sandbox.records("location").find(({ id }) => id === "LOC-PAR-001") as Record<string, unknown>;
  const { name } = location;
  location["name"] = "Paris, as it is called now";
  try {
    expect((await scene.cli(["sync"])).code).toBe(0);
    const changed = readFileSync(file);
    expect(changed).not.toEqual(whole);
    expect(await outcome(everything)).toBe("right");
    const at = changed.lastIndexOf("as it is called now");
    expect(at).toBeGreaterThan(0);
    changed[at] = "A".charCodeAt(0);
    writeFileSync(file, changed);
    expect(await outcome(everything)).toBe("rebuilt");
  } finally {
    location["name"] = name;
  }
});

test.each<[string, (sector: Buffer) => void]>([
  ["zeros", (sector) => sector.fill(0)],
  ["ones", (sector) => sector.fill(255)],
])(
  "a mirror that nobody has sealed, with a sector of %s, anywhere: fetched anew, refused, or right; never another answer",
  async (_name, spoil) => {
    const seen = new Set<string>();
    for (let at = 0; at < whole.length; at += 512 * 3) {
      const bytes = Buffer.from(whole);
      spoil(bytes.subarray(at, at + 512));
      restore(bytes, false);
      seen.add(await outcome(everything));
    }
    expect([...seen].sort()).toEqual(["rebuilt", "refused", "right"]);
  },
  300_000,
);

test("what is refused while it is read, the next sync mends, as the refusal says", async () => {
  let refused = 0;
  for (let at = 512; at < whole.length; at += 512 * 11) {
    const bytes = Buffer.from(whole);
    bytes.fill(255, at, at + 512);
    restore(bytes, false);
    if ((await outcome(everything)) !== "refused") continue;
    refused += 1;
    (await scene.open({ refresh: true })).close();
    expect([at, await outcome(everything)]).toEqual([at, "right"]);
  }
  expect(refused).toBeGreaterThan(0);
}, 300_000);

test("a mirror that nobody has sealed, with a bit that differs: no record is missing, and none is there twice", async () => {
  for (let round = 0; round < 150; round += 1) {
    restore(withBit(round, 150), false);
    await outcome((mirror) => {
      for (const kind of kinds) {
        expect(mirror.list(kind)).toHaveLength(served(kind).length);
        // What stands in a text cannot be told from what was written: an id that differs is another record's.
        const ids = new Set(mirror.list(kind).map(({ id }) => id));
        for (const { id } of served(kind)) {
          if (ids.has(String(id))) expect(mirror.get(kind, String(id))?.id).toBe(id);
        }
      }
    });
  }
}, 300_000);

test("a text that changed in a mirror that nobody has sealed is as the API has it after the next sync", async () => {
  const bytes = Buffer.from(whole);
  const at = bytes.indexOf('"name":"Paris 001"');
  expect(at).toBeGreaterThan(0);
  bytes[at + 8] = "Q".charCodeAt(0);
  restore(bytes, false);
  expect((await scene.cli(["sync"])).code).toBe(0);
  expect(await outcome(everything)).toBe("right");
  expect(readFileSync(sealOf(file), "utf8")).not.toBe("");
});

describe("in a mirror that nobody has sealed, what differs is not sealed by the next sync", () => {
  const change = (sql: string): void => {
    restore(whole, false);
    const db = new DatabaseSync(file);
    // Past what SQLite keeps right by itself.
    db.enableDefensive?.(false);
    db.exec(`PRAGMA writable_schema = ON; ${sql}`);
    db.close();
  };
  const named = (mirror: Mirror): unknown => {
    everything(mirror);
    return [mirror.get("location", "LOC-PAR-001")?.name, mirror.list("location", { name: "Paris 001" }).length];
  };

  test.each<[string, string]>([
    ["a named column", "UPDATE record SET name = 'Paris 00!' WHERE id = 'LOC-PAR-001'"],
    ["a column of another kind", "UPDATE record SET location_id = 'X' WHERE kind = 3"],
    ["a record that has become another kind's", "UPDATE record SET kind = 2 WHERE id = 'LOC-PAR-001'"],
    ["an id", "UPDATE record SET id = 'LOC-PAR-00!' WHERE id = 'LOC-PAR-001'"],
  ])("%s", async (_name, sql) => {
    change(sql);
    // Of the other kinds too.
    expect((await scene.cli(["sync", "locations"])).code).toBe(0);
    let seen: unknown;
    expect(await outcome((mirror) => (seen = named(mirror)))).toBe("right");
    expect(seen).toEqual(["Paris 001", 1]);
    const db = new DatabaseSync(file);
    const differing = db.prepare(
      `SELECT count(*) AS n FROM record WHERE until IS NULL AND kind = 3 AND location_id = 'X'`,
    );
    expect(differing.get()?.["n"]).toBe(0);
    db.close();
    expect(readFileSync(sealOf(file), "utf8")).not.toBe("");
  });

  test("an index: it is fetched anew", async () => {
    // The schema says that the index is of another order: it no longer leads to what it should.
    change("UPDATE sqlite_schema SET sql = replace(sql, '(kind, name)', '(kind, status)') WHERE name = 'record_name'");
    const { code, err } = await scene.cli(["sync", "locations", "--verbose"]);
    expect([code, err]).toEqual([0, expect.stringMatching(/the mirror is damaged \(.*\): it has to be fetched anew/)]);
    expect(await outcome(named)).toBe("right");
  });

  test.each([
    [
      "what SQLite cannot read",
      "UPDATE sqlite_schema SET sql = replace(sql, 'ended_at', 'ended_bt') WHERE name = 'kind_state'",
    ],
    ["when a kind was held first", "UPDATE kind_state SET since = 9 WHERE kind = 2"],
    ["a version that has not been", "UPDATE record SET since = 5 WHERE id = 'LOC-PAR-001'"],
  ])("%s: it is fetched anew", async (_name, sql) => {
    change(sql);
    expect((await scene.cli(["sync"])).code).toBe(0);
    expect(await outcome(named)).toBe("right");
    expect((await scene.cli(["diff"])).out).toContain("is the only one");
  });

  test("the words that are searched are found anew, and what was not sealed is not sealed by that", async () => {
    change("SELECT 1");
    // However long the tests before took, nothing is fetched.
    expect((await scene.cli(["search", "paris"], { ORANGE_CMDB_MAX_AGE: "1d" })).code).toBe(0);
    expect(readFileSync(sealOf(file), "utf8")).toBe("");
  });
});

describe("a damaged mirror", () => {
  beforeEach(() => restore(withBit(75, 150), true));

  test("stays while the API cannot be had, and is never served", async () => {
    const before = readFileSync(file);
    const { code, out, err } = await scene.cli(["list", "locations"], {
      ORANGE_CMDB_MAX_STALE: "86400",
      ORANGE_CMDB_CLIENT_SECRET: "another-secret",
    });
    expect([code, out, err]).toEqual([1, "", expect.stringContaining("no token")]);
    expect(readFileSync(file)).toEqual(before);
    expect(await outcome(everything)).toBe("rebuilt");
  });

  test.each([["history"], ["diff"]])("has no %s, and that is said", async (command) => {
    const { code, out, err } = await scene.cli([command]);
    expect([code, out]).toEqual([1, ""]);
    expect(err).toMatch(/the mirror .* is damaged \(.*\), and its history is lost; orange-cmdb sync fetches it anew/);
    expect((await scene.cli(["sync"])).code).toBe(0);
    expect((await scene.cli([command])).code).toBe(0);
  });
});

test("a mirror that is cut short, anywhere: fetched anew, or refused", async () => {
  for (let part = 0; part < 40; part += 1) {
    for (const isSealed of [true, false]) {
      restore(whole, isSealed);
      truncateSync(file, Math.floor((whole.length * part) / 40));
      const ended = await outcome(everything);
      expect(["rebuilt", ...(isSealed ? [] : ["refused"])]).toContain(ended);
    }
  }
}, 120_000);

test("a mirror of another version is fetched anew, and that is said", async () => {
  await rewrite("PRAGMA user_version = 99");
  expect(await outcome(everything)).toBe("rebuilt");
});

test("a damaged record heals with the next sync", async () => {
  await rewrite(
    `UPDATE record SET attributes = substr(attributes, 2) WHERE id = 'LOC-PAR-001';
     UPDATE kind_state SET known = 'nonsense'`,
  );
  expect(await outcome(everything)).toBe("refused");
  (await scene.open({ refresh: true })).close();
  expect(await outcome(everything)).toBe("right");
});

test("what a clock that was ahead has made is as old as it may be: maxStale does not serve it", async () => {
  await rewrite(`UPDATE kind_state SET synced_at = ${Date.now() + 1e10}, ended_at = ${Date.now() + 1e10}`);
  const env = { ORANGE_CMDB_MAX_STALE: "60", ORANGE_CMDB_CLIENT_SECRET: "another-secret" };
  expect(await scene.cli(["list", "locations"], env)).toMatchObject({ code: 1, out: "" });
  // Nor does a failure that it noted count for those who wait.
  const lock = new DatabaseSync(`${file}.lock`);
  lock.exec(`CREATE TABLE IF NOT EXISTS failure (ended_at INTEGER, error TEXT); DELETE FROM failure`);
  lock.prepare("INSERT INTO failure VALUES (?, '{}')").run(Date.now() + 1e10);
  const told = jest.fn();
  lock.exec("BEGIN EXCLUSIVE");
  const waiting = withLock(`${file}.lock`, { work: async () => "done", onWait: () => lock.exec("COMMIT"), told });
  expect(await waiting).toBe("done");
  expect(told).not.toHaveBeenCalled();
  lock.close();
});

describe("a clock that was two hours off when the mirror was made", () => {
  test.each([
    ["fast", 7_200_000],
    ["slow", -7_200_000],
  ])("and was %s: what says that it is of another time is fetched again", async (_name, off) => {
    await rewrite(`UPDATE kind_state SET synced_at = ${Date.now() + off}, ended_at = ${Date.now() + off}`);
    const before = scene.lists().length;
    (await scene.open({}, { maxAge: 3600 })).close();
    expect(scene.lists().length).toBeGreaterThan(before);
    // Once is enough.
    const after = scene.lists().length;
    (await scene.open({}, { maxAge: 3600 })).close();
    expect(scene.lists()).toHaveLength(after);
  });
});

test("a file system without locks, as a network share may be: an error that says so", async () => {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-locks-"));
  try {
    const source = join(folder, "locks.c");
    const library = join(folder, "locks.so");
    writeFileSync(source, withoutLocks);
    const made = spawnSync("cc", ["-shared", "-fPIC", "-o", library, source, "-ldl"], { encoding: "utf8" });
    // It takes a C compiler and Linux to take locks away from a process.
    if (made.error || process.platform !== "linux") return expect(made.error ?? process.platform).toBeTruthy();
    expect(made.stderr).toBe("");
    for (const [errno, cache] of [
      ["ENOLCK", join(folder, "fresh")],
      ["EOPNOTSUPP", join(folder, "fresh")],
      ["ENOLCK", scene.cacheDir],
    ] as const) {
      const { code, err } = await scene.cli(["sync"], {
        LD_PRELOAD: library,
        NO_LOCKS: errno,
        ORANGE_CMDB_CACHE_DIR: cache,
      });
      expect(err).toMatch(
        /the mirror .* (because it )?cannot be locked on this file system; set ORANGE_CMDB_CACHE_DIR/,
      );
      expect(code).toBe(1);
    }
    // What grants a lock to everybody looks like one that works, until somebody asks a second process.
    for (const [locks, said] of [
      ["ENOLCK", { status: "failed", detail: expect.stringContaining("cannot be locked") as string }],
      ["granted", { status: "failed", detail: expect.stringContaining("grants a lock to everybody") as string }],
      ["real", { status: "ok", detail: "keep other processes out" }],
    ] as const) {
      const { out } = await scene.cli(["doctor", "-o", "json"], { LD_PRELOAD: library, NO_LOCKS: locks });
      const { checks } = JSON.parse(out) as { checks: { area: string; name: string }[] };
      expect(checks.find(({ area, name }) => area === "mirror" && name === "locks")).toMatchObject(said);
    }
    // The inventory needs no file.
    const { code } = await scene.cli(["list", "locations"], {
      LD_PRELOAD: library,
      NO_LOCKS: "ENOLCK",
      ORANGE_CMDB_CACHE_DIR: ":memory:",
    });
    expect(code).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 240_000);

const withoutLocks = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
static int answer(const char *name, int fd, int cmd, void *argument) {
  if (cmd == F_SETLK || cmd == F_SETLKW || cmd == F_OFD_SETLK || cmd == F_OFD_SETLKW) {
    const char *locks = getenv("NO_LOCKS");
    if (strcmp(locks, "granted") == 0) return 0;
    if (strcmp(locks, "real") != 0) {
      errno = strcmp(locks, "ENOLCK") == 0 ? ENOLCK : EOPNOTSUPP;
      return -1;
    }
  }
  int (*real)(int, int, void *) = dlsym(RTLD_NEXT, name);
  return real(fd, cmd, argument);
}
#define WRAP(name) int name(int fd, int cmd, ...) { \\
  va_list list; va_start(list, cmd); void *argument = va_arg(list, void *); va_end(list); \\
  return answer(#name, fd, cmd, argument); }
#undef fcntl
#undef fcntl64
WRAP(fcntl)
WRAP(fcntl64)
`;
