import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MirrorDamagedError, type Mirror } from "../../provider/inventory/mirror";
import type { SyncEvent } from "../../provider/inventory/events";
import { kinds, type Attributes, type Kind } from "../../provider/inventory/records";
import { makeScene, type Scene } from "../helpers/mirror";

let scene: Scene;
let file: string;
/** The mirror as a sync has left it, with nothing beside it. */
let whole: Buffer;

beforeAll(async () => {
  scene = await makeScene({ size: 120 });
  await scene.cli(["sync"]);
  file = join(scene.cacheDir, readdirSync(scene.cacheDir).find((name) => name.endsWith(".db")) ?? "none");
  whole = readFileSync(file);
});
afterAll(() => scene.end());

function restore(bytes: Buffer): void {
  for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
  writeFileSync(file, bytes);
}

const byId = (a: Attributes, b: Attributes): number => (String(a["id"]) < String(b["id"]) ? -1 : 1);
const served = (kind: Kind): Attributes[] => [...scene.sandbox.records(kind)].sort(byId);

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
  "a mirror with a sector of %s, anywhere: fetched anew, refused, or right; never another answer",
  async (_name, spoil) => {
    const seen = new Set<string>();
    for (let at = 0; at < whole.length; at += 512 * 3) {
      const bytes = Buffer.from(whole);
      spoil(bytes.subarray(at, at + 512));
      restore(bytes);
      seen.add(await outcome(everything));
    }
    expect([...seen].sort()).toEqual(["rebuilt", "refused", "right"]);
  },
  300_000,
);

test("a mirror with a byte that differs, anywhere: no record is missing, and none is there twice", async () => {
  for (let round = 0; round < 150; round += 1) {
    const bytes = Buffer.from(whole);
    const at = Math.floor((whole.length / 150) * round) + ((round * 37) % 512);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << (round % 8));
    restore(bytes);
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

test("a mirror that is cut short, anywhere: fetched anew, or refused", async () => {
  for (let part = 0; part < 40; part += 1) {
    restore(whole);
    truncateSync(file, Math.floor((whole.length * part) / 40));
    expect(["rebuilt", "refused"]).toContain(await outcome(everything));
  }
}, 120_000);

test("a mirror of another version is fetched anew, and that is said", async () => {
  restore(whole);
  const db = new DatabaseSync(file);
  db.exec("PRAGMA user_version = 99");
  db.close();
  expect(await outcome(everything)).toBe("rebuilt");
});

test("a damaged record heals with the next sync", async () => {
  restore(whole);
  const db = new DatabaseSync(file);
  db.exec("UPDATE record SET attributes = substr(attributes, 2) WHERE id = 'LOC-PAR-001'");
  db.exec("UPDATE kind_state SET known = 'nonsense'");
  db.close();
  expect(await outcome(everything)).toBe("refused");
  (await scene.open({ refresh: true })).close();
  expect(await outcome(everything)).toBe("right");
});

describe("a clock that was two hours off when the mirror was made", () => {
  test.each([
    ["fast", 7_200_000],
    ["slow", -7_200_000],
  ])("and was %s: what says that it is of another time is fetched again", async (_name, off) => {
    restore(whole);
    const db = new DatabaseSync(file);
    db.exec(`UPDATE kind_state SET synced_at = ${Date.now() + off}, ended_at = ${Date.now() + off}`);
    db.close();
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
    errno = strcmp(getenv("NO_LOCKS"), "ENOLCK") == 0 ? ENOLCK : EOPNOTSUPP;
    return -1;
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
