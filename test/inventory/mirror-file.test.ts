import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import os from "node:os";
import { resolve } from "node:path";
import { MirrorAccessError } from "../../provider/files/permissions";
import { History } from "../../provider/inventory/store/history";
import { isCorruption } from "../../provider/inventory/store/corruption";
import { defaultFieldMap } from "../../provider/model/field-map";
import { mustVerify, noteVerified, readManifest } from "../../provider/inventory/mirror/manifest";
import {
  filesOfMirror,
  MirrorUpdate,
  openMirror,
  settleMirror,
  type OpenedMirror,
} from "../../provider/inventory/mirror/mirror-file";
import { Store } from "../../provider/inventory/store/store";
import { Writer } from "../../provider/inventory/store/writer";
import { bytes, keep, openedIn, temporaryFolder, writeLocations } from "./helpers/files";

const at = temporaryFolder();
let path: string;
beforeEach(() => (path = at("mirror.json")));
afterEach(() => jest.restoreAllMocks());

const many = (count: number, name: string): object[] =>
  Array.from({ length: count }, (_, index) => ({ id: `LOC-${index}`, name: `${name} ${index} ${"-".repeat(200)}` }));
const names = (): string[] => readdirSync(at()).sort();
const mode = (name: string): number => statSync(at(name)).mode & 0o777;

function opened(always = false): OpenedMirror {
  const mirror = openMirror(path, { always });
  if (!mirror) throw new Error("there is no mirror");
  return mirror;
}

function read<T>(work: (mirror: OpenedMirror) => T): T {
  const mirror = opened();
  try {
    return work(mirror);
  } finally {
    mirror.db.close();
  }
}

const held = (): string[] => read(({ db }) => [...new Store(db).records("location")].map(({ id }) => id));

function damageOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    expect(isCorruption(error)).toBe(true);
    return (error as Error).message;
  }
  return "none";
}

describe("a mirror", () => {
  test("has a manifest and an inventory file, which are private to their owner", () => {
    expect(openMirror(path)).toBeUndefined();
    expect(names()).toEqual([]);
    writeLocations(path, [{ id: "A" }]);
    expect(names()).toEqual(["mirror.1.db", "mirror.json"]);
    expect([mode("mirror.1.db"), mode("mirror.json")]).toEqual([0o600, 0o600]);
    expect(held()).toEqual(["A"]);
    expect(filesOfMirror(path)).toEqual([path, at("mirror.1.db")]);
    expect(openedIn(at()) ?? []).toEqual([]);
  });

  test("gets another inventory file if records changed, and a reader keeps its own", async () => {
    writeLocations(path, many(300, "first"));
    const reader = opened();
    writeLocations(path, many(400, "second"));
    expect(names()).toEqual(["mirror.1.db", "mirror.2.db", "mirror.json"]);
    await settleMirror(path);
    expect(names()).toEqual(["mirror.2.db", "mirror.json"]);
    expect([...new Store(reader.db).records("location")]).toHaveLength(300);
    expect(held()).toHaveLength(400);
    expect(read(({ db }) => new History(db).versions())).toHaveLength(2);
    expect(() => reader.db.exec("DELETE FROM record")).toThrow("readonly");
    reader.db.close();
  });

  test("gets only a new manifest if no record changed, and the next change keeps its checksum", () => {
    const start = Date.now() - 10_000;
    writeLocations(path, [{ id: "A" }], start);
    const file = readFileSync(at("mirror.1.db"));
    const verified = statSync(path).mtimeMs;
    writeLocations(path, [{ id: "A" }], start + 1_000);
    expect(names()).toEqual(["mirror.1.db", "mirror.json"]);
    expect(readFileSync(at("mirror.1.db")).equals(file)).toBe(true);
    // What was not read was not verified.
    expect(statSync(path).mtimeMs).toBeCloseTo(verified, -1);
    expect(read(({ states }) => states.get("location"))).toMatchObject({ syncedAt: start + 1_000, count: 1 });
    const update = new MirrorUpdate(path, readManifest(path));
    const writer = new Writer(update.target(), defaultFieldMap, start + 2_000);
    writer.begin("servicePoint");
    writer.add("servicePoint", bytes([{ id: "S" }]));
    update.publish(writer.commit(new Map([["servicePoint", { is: "loaded" }]]), keep));
    update.close();
    expect(readManifest(path)).toEqual({ file: at("mirror.2.db"), checks: new Map() });
    expect(read(({ states }) => [...states.values()].map(({ kind, syncedAt }) => [kind, syncedAt]))).toEqual([
      ["location", start + 1_000],
      ["servicePoint", start + 2_000],
    ]);
  });

  test("is unchanged if a sync is not committed, and files of a killed one are removed", async () => {
    writeLocations(path, [{ id: "A" }]);
    writeFileSync(at("mirror.db.new"), "half");
    writeFileSync(at("mirror.7.db"), "whole, but never published");
    for (const record of [{ id: "B" }, { id: "A" }]) {
      const update = new MirrorUpdate(path, readManifest(path));
      const writer = new Writer(update.target(), defaultFieldMap, Date.now());
      writer.begin("location");
      writer.add("location", bytes([record]));
      update.close();
      expect(names()).toEqual(["mirror.1.db", "mirror.7.db", "mirror.json"]);
    }
    expect(held()).toEqual(["A"]);
    writeLocations(path, [{ id: "B" }]);
    expect(readManifest(path)?.file).toBe(at("mirror.8.db"));
    await settleMirror(path);
    expect(names()).toEqual(["mirror.8.db", "mirror.json"]);
    expect(openedIn(at()) ?? []).toEqual([]);
  });

  test("keeps which records a sync has seen if it is copied", () => {
    writeLocations(path, many(600, "first"));
    // The last record of the list is the first that changes.
    const changed = many(600, "first").map((record, index) => (index === 599 ? { ...record, name: "new" } : record));
    writeLocations(path, changed);
    expect(held()).toHaveLength(600);
    expect(read(({ db }) => db.prepare("SELECT count(*) AS n FROM record").get())).toEqual({ n: 601 });
    // A record that is gone is the only change.
    writeLocations(path, changed.slice(1));
    expect(held()).toHaveLength(599);
  });

  test("is not published if another process has replaced the new file", () => {
    const update = new MirrorUpdate(path, undefined);
    update.create();
    rmSync(at("mirror.db.new"));
    writeFileSync(at("mirror.db.new"), "another's");
    expect(() => update.publish(new Map())).toThrow("another process's");
    expect(names()).toEqual(["mirror.db.new"]);
    expect(openMirror(path)).toBeUndefined();
  });

  test("does not exist if the file of the manifest is missing", () => {
    writeLocations(path, [{ id: "A" }]);
    rmSync(at("mirror.1.db"));
    expect(openMirror(path)).toBeUndefined();
    expect(names()).toEqual(["mirror.json"]);
  });

  test.each(["mirror.json", "mirror.1.db"])("is rejected with a link, a folder or a pipe as %s", (name) => {
    writeLocations(path, [{ id: "A" }]);
    const content = readFileSync(at(name));
    mkdirSync(at("other"), { mode: 0o700 });
    writeFileSync(at("other", "target"), content, { mode: 0o600 });
    const refused = (): string => {
      try {
        openMirror(path);
      } catch (error) {
        expect(error).toBeInstanceOf(MirrorAccessError);
        return (error as Error).message;
      }
      return "taken";
    };
    rmSync(at(name));
    symlinkSync(at("other", "target"), at(name));
    expect(refused()).toContain(`${at(name)} is a symbolic link`);
    rmSync(at(name));
    mkdirSync(at(name));
    expect(refused()).toContain(`${at(name)} is not a file`);
    rmSync(at(name), { recursive: true });
    expect(spawnSync("mkfifo", [at(name)]).status).toBe(0);
    expect(refused()).toContain(`${at(name)} is not a file`);
    rmSync(at(name));
    writeFileSync(at(name), content, { mode: 0o644 });
    expect(refused()).toBe("taken");
    expect(mode(name)).toBe(0o600);
  });
});

describe("corruption of a mirror", () => {
  test("is detected in the inventory file and in the manifest", () => {
    writeLocations(path, [{ id: "A" }]);
    const place = readFileSync(at("mirror.1.db")).lastIndexOf('"A"') + 1;
    const flip = (name: string, offset: number): void => {
      const content = readFileSync(at(name));
      content[offset] = (content[offset] ?? 0) ^ 1;
      writeFileSync(at(name), content);
    };
    flip("mirror.1.db", place);
    expect(damageOf(() => opened(true))).toBe("its file is corrupt");
    flip("mirror.1.db", place);
    expect(damageOf(() => opened(true).db.close())).toBe("none");
    flip("mirror.json", 12);
    expect(damageOf(opened)).toBe("the checksum of its manifest is invalid");
    expect(openedIn(at()) ?? []).toEqual([]);
  });

  test("is never copied into a new file", () => {
    writeLocations(path, [{ id: "A", name: "Paris" }]);
    const content = readFileSync(at("mirror.1.db"));
    content[content.lastIndexOf("Paris")] = 0x71;
    writeFileSync(at("mirror.1.db"), content);
    expect(damageOf(() => writeLocations(path, [{ id: "B" }]))).toBe("its file is corrupt");
    expect(readManifest(path)?.file).toBe(at("mirror.1.db"));
  });
});

describe("the inventory file", () => {
  const isDue = (): boolean => mustVerify(path, { file: at("mirror.1.db"), checks: new Map() });
  const pause = (): Promise<void> => new Promise((done) => setTimeout(done, 50));
  const later = (milliseconds: number): void => {
    const now = Date.now();
    jest.spyOn(Date, "now").mockReturnValue(now + milliseconds);
  };
  beforeEach(async () => {
    writeLocations(path, [{ id: "A" }]);
    await pause();
    noteVerified(path, Date.now());
    await pause();
    expect(isDue()).toBe(false);
  });

  test.each([
    [590_000, false],
    [610_000, true],
    // By a clock that was wrong, too.
    [-590_000, false],
    [-610_000, true],
  ])("is verified again %d ms after the last verification: %p", (milliseconds, expected) => {
    later(milliseconds);
    expect(isDue()).toBe(expected);
  });

  test("is verified again if it was touched, until the next reader has verified it", async () => {
    const content = readFileSync(at("mirror.1.db"));
    writeFileSync(at("mirror.1.db"), content);
    expect(isDue()).toBe(true);
    await pause();
    opened().db.close();
    expect(isDue()).toBe(false);
    chmodSync(at("mirror.1.db"), 0o600);
    await pause();
    expect(isDue()).toBe(true);
    const future = new Date(Date.now() + 60_000);
    utimesSync(at("mirror.1.db"), future, future);
    noteVerified(path, Date.now());
    expect(isDue()).toBe(true);
  });

  test("is verified again after a restart of the machine, or if corruption was found during a read", () => {
    jest.spyOn(os, "uptime").mockReturnValue(0);
    later(1_000);
    expect(isDue()).toBe(true);
    jest.restoreAllMocks();
    expect(isDue()).toBe(false);
    noteVerified(path, 0);
    expect(isDue()).toBe(true);
  });
});

test("can be read at any moment while another process publishes it repeatedly", async () => {
  writeLocations(path, many(200, "first"));
  const dist = resolve(__dirname, "../../dist/provider/inventory");
  const publish = `
    const { MirrorUpdate, settleMirror } = require(process.argv[1] + "/mirror/mirror-file.js");
    const { readManifest } = require(process.argv[1] + "/mirror/manifest.js");
    (async () => {
      for (let round = 1; ; round += 1) {
        const update = new MirrorUpdate(process.argv[2], readManifest(process.argv[2]));
        update.create().exec("UPDATE record SET status = '" + round + "'");
        update.publish(new Map());
        update.close();
        await settleMirror(process.argv[2]);
        if (round === 1) console.log("begun");
      }
    })();`;
  const writer = spawn(process.execPath, ["--no-warnings", "-e", publish, dist, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(writer, "exit");
  try {
    await once(writer.stdout, "data");
    const seen = new Set<string>();
    while (seen.size < 50) {
      const mirror = opened(seen.size % 2 === 0);
      const rows = mirror.db.prepare("SELECT count(*) AS n, min(status) AS low, max(status) AS high FROM record").get();
      expect(rows).toEqual({ n: 200, low: rows?.["high"], high: rows?.["high"] });
      seen.add(mirror.manifest.file);
      mirror.db.close();
      await new Promise((done) => setImmediate(done));
    }
  } finally {
    writer.kill("SIGKILL");
    await ended;
  }
  expect(held()).toHaveLength(200);
}, 120_000);
