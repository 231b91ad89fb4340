import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MirrorCorruptError, type Mirror } from "../../provider/inventory/mirror/mirror";
import type { SyncEvent } from "../../provider/inventory/events";
import { withLock } from "../../provider/inventory/mirror/lock";
import { kinds, type Attributes, type Kind } from "../../provider/model/records";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { expectSame } from "../helpers/expect-same";
import { servedBy } from "../helpers/served";
import { inventoryFileIn, rewriteInventory } from "../inventory/helpers/files";

let scene: TestEnvironment;
let file: string;
let manifest: string;
/** The mirror as a sync has left it. */
let whole: Buffer;
let wholeManifest: Buffer;

beforeAll(async () => {
  scene = await createTestEnvironment({ size: 120 });
  await scene.cli(["sync"]);
  file = inventoryFileIn(scene.cacheDir);
  manifest = file.replace(/\.\d+\.db$/, ".json");
  whole = readFileSync(file);
  wholeManifest = readFileSync(manifest);
});
afterAll(() => scene.end());

/** @param isNoticed false: as where the disk loses something of what was verified a moment ago */
function restore(bytes: Buffer, isNoticed: boolean): void {
  for (const name of readdirSync(scene.cacheDir)) if (name.endsWith(".db")) rmSync(join(scene.cacheDir, name));
  writeFileSync(file, bytes, { mode: 0o600 });
  writeFileSync(manifest, wholeManifest);
  const verified = new Date(Date.now() + (isNoticed ? -1_000 : 1_000));
  utimesSync(manifest, verified, verified);
}

/** Changes the mirror as it could be written. */
function rewrite(sql: string): void {
  restore(whole, true);
  rewriteInventory(file, sql);
}

const lock = (): string => manifest.replace(/\.json$/, ".lock");

/** The records that the sandbox serves in the current test. Each outcome is compared with them. */
const expected = new Map<Kind, Attributes[]>();
beforeEach(() => expected.clear());

function served(kind: Kind): Attributes[] {
  const records = expected.get(kind) ?? servedBy(scene.sandbox, kind);
  expected.set(kind, records);
  return records;
}

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
    if (!(error instanceof MirrorCorruptError)) throw error;
    return "refused";
  } finally {
    mirror?.close();
    // The old file is removed under the lock.
    await withLock(lock(), { work: async () => undefined, onWait: () => undefined });
  }
}

const everything = (mirror: Mirror): void => {
  for (const kind of kinds) {
    const records = served(kind);
    expectSame(
      mirror.list(kind).map(({ attributes }) => attributes),
      records,
    );
    expectSame(
      records.map(({ id }) => mirror.get(kind, String(id))?.attributes["id"]),
      records.map(({ id }) => id),
    );
  }
};

test.each<[string, (sector: Buffer) => void]>([
  ["zeros", (sector) => sector.fill(0)],
  ["ones", (sector) => sector.fill(255)],
])(
  "a mirror with a sector of %s at any place is fetched again",
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

test("a mirror with a flipped bit at any place is fetched again", async () => {
  for (let round = 0; round < 150; round += 1) {
    restore(withBit(round, 150), true);
    expect(await outcome(everything)).toBe("rebuilt");
  }
}, 300_000);

test("a mirror with a later change is fetched again after a flipped bit, too", async () => {
  restore(whole, true);
  const location = scene.sandbox.records("location").find(({ id }) => id === "LOC-PAR-001") as Record<string, unknown>;
  const { name } = location;
  location["name"] = "Paris, as it is called now";
  try {
    expect((await scene.cli(["sync"])).code).toBe(0);
    const next = inventoryFileIn(scene.cacheDir);
    expect(next).not.toBe(file);
    const changed = readFileSync(next);
    expect(await outcome(everything)).toBe("right");
    const at = changed.lastIndexOf("as it is called now");
    expect(at).toBeGreaterThan(0);
    changed[at] = "A".charCodeAt(0);
    writeFileSync(next, changed);
    expect(await outcome(everything)).toBe("rebuilt");
  } finally {
    location["name"] = name;
  }
});

test.each<[string, (sector: Buffer) => void]>([
  ["zeros", (sector) => sector.fill(0)],
  ["ones", (sector) => sector.fill(255)],
])(
  "a mirror that loses a sector to %s after verification never returns a wrong list",
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

test("corruption found during a read is repaired by orange-cmdb sync, as the error suggests", async () => {
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

test("a bit that flips after verification neither removes nor duplicates a record", async () => {
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

test("a sync verifies the mirror that it copies", async () => {
  const bytes = Buffer.from(whole);
  const at = bytes.indexOf('"name":"Paris 001"');
  expect(at).toBeGreaterThan(0);
  bytes[at + 8] = "Q".charCodeAt(0);
  restore(bytes, false);
  scene.sandbox.update("configurationItem", "CI-RTR-PAR-001", { note: "a change that must be written" });
  const { code, err } = await scene.cli(["sync", "--verbose"]);
  expect([code, err]).toEqual([0, expect.stringMatching(/the mirror is corrupt \(.*\): it is fetched again/)]);
  expect(await outcome(everything)).toBe("right");
});

test("a search verifies the mirror that it copies for its index", async () => {
  const bytes = Buffer.from(whole);
  bytes[bytes.indexOf('"name":"Paris 001"') + 8] = "Q".charCodeAt(0);
  restore(bytes, false);
  // However long the tests before took, the mirror is young enough.
  expect((await scene.cli(["search", "paris"], { ORANGE_CMDB_MAX_AGE: "1d" })).code).toBe(0);
  expect(await outcome(everything)).toBe("right");
});

describe("a manifest", () => {
  test("with a flipped bit causes a new fetch", async () => {
    for (let at = 0; at < wholeManifest.length; at += 7) {
      restore(whole, true);
      const bytes = Buffer.from(wholeManifest);
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      writeFileSync(manifest, bytes);
      expect([at, await outcome(everything)]).toEqual([at, "rebuilt"]);
    }
  }, 120_000);

  test("that is truncated or names a deleted file causes a new fetch", async () => {
    for (const length of [0, 10, wholeManifest.length - 1]) {
      restore(whole, true);
      writeFileSync(manifest, wholeManifest.subarray(0, length));
      expect([length, await outcome(everything)]).toEqual([length, "rebuilt"]);
    }
    restore(whole, true);
    rmSync(file);
    const before = scene.lists().length;
    expect(await outcome(everything)).toBe("right");
    expect(scene.lists().length).toBeGreaterThan(before);
  });
});

/** The token endpoint is not reachable, which maxStale tolerates. */
const noToken = { ORANGE_CMDB_TOKEN_URL: "http://127.0.0.1:9/token", ORANGE_CMDB_TIMEOUT: "1" };

describe("a corrupt mirror", () => {
  beforeEach(() => restore(withBit(75, 150), true));

  test("is kept while the API is unavailable, and is never used", async () => {
    const before = readFileSync(file);
    const { code, out, err } = await scene.cli(["list", "locations"], {
      ORANGE_CMDB_MAX_STALE: "86400",
      ...noToken,
    });
    expect([code, out, err]).toEqual([1, "", expect.stringContaining("no token")]);
    expect(readFileSync(file)).toEqual(before);
    expect(await outcome(everything)).toBe("rebuilt");
  });

  test.each([["history"], ["diff"]])(
    "makes orange-cmdb %s fail until the next sync, because its history is lost",
    async (command) => {
      const { code, out, err } = await scene.cli([command]);
      expect([code, out]).toEqual([1, ""]);
      expect(err).toMatch(
        /the mirror .* is corrupt \(.*\), and its history is lost; run orange-cmdb sync to fetch it again/,
      );
      expect((await scene.cli(["sync"])).code).toBe(0);
      expect((await scene.cli([command])).code).toBe(0);
    },
  );
});

test("a mirror that is truncated at any place is fetched again or rejected", async () => {
  for (let part = 0; part < 40; part += 1) {
    for (const isNoticed of [true, false]) {
      restore(whole.subarray(0, Math.floor((whole.length * part) / 40)), isNoticed);
      const ended = await outcome(everything);
      expect(["rebuilt", ...(isNoticed ? [] : ["refused"])]).toContain(ended);
    }
  }
}, 120_000);

test("a mirror of another version is fetched again with a warning", async () => {
  rewrite("PRAGMA user_version = 99");
  expect(await outcome(everything)).toBe("rebuilt");
});

test("a corrupt record is replaced by the next sync", async () => {
  const bytes = Buffer.from(whole);
  bytes[bytes.lastIndexOf('{"id":"LOC-PAR-001"')] = 0x20;
  restore(bytes, false);
  expect(await outcome(everything)).toBe("refused");
  (await scene.open({ refresh: true })).close();
  expect(await outcome(everything)).toBe("right");
});

test("maxStale does not allow a mirror from a clock that was ahead", async () => {
  rewrite(`UPDATE kind_state SET synced_at = ${Date.now() + 1e10}, ended_at = ${Date.now() + 1e10}`);
  const env = { ORANGE_CMDB_MAX_STALE: "60", ...noToken };
  expect(await scene.cli(["list", "locations"], env)).toMatchObject({ code: 1, out: "" });
  // Nor does a failure that it noted count for those who wait.
  const db = new DatabaseSync(lock());
  db.exec(`CREATE TABLE IF NOT EXISTS failure (ended_at INTEGER, error TEXT); DELETE FROM failure`);
  db.prepare("INSERT INTO failure VALUES (?, '{}')").run(Date.now() + 1e10);
  const told = jest.fn();
  db.exec("BEGIN EXCLUSIVE");
  const waiting = withLock(lock(), {
    work: async () => "done",
    onWait: () => db.exec("COMMIT"),
    deserializeError: told,
  });
  expect(await waiting).toBe("done");
  expect(told).not.toHaveBeenCalled();
  db.close();
});

describe("a mirror from a clock that was two hours off", () => {
  test.each([
    ["fast", 7_200_000],
    ["slow", -7_200_000],
  ])("is fetched again if the clock was %s", async (_name, off) => {
    rewrite(`UPDATE kind_state SET synced_at = ${Date.now() + off}, ended_at = ${Date.now() + off}`);
    const before = scene.lists().length;
    (await scene.open({}, { maxAge: 3600 })).close();
    expect(scene.lists().length).toBeGreaterThan(before);
    // Once is enough.
    const after = scene.lists().length;
    (await scene.open({}, { maxAge: 3600 })).close();
    expect(scene.lists()).toHaveLength(after);
  });
});

test("a file system without locks is rejected, and doctor reports it", async () => {
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
      [
        "granted",
        { status: "failed", detail: expect.stringContaining("grants a lock to several processes") as string },
      ],
      ["real", { status: "ok", detail: "exclude other processes" }],
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
