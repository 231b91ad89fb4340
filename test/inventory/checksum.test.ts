import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import {
  appendChecksum,
  copyWithoutChecksum,
  formatChecked,
  hasValidChecksum,
  parseChecked,
} from "../../provider/inventory/mirror/checksum";
import { openedIn, temporaryFolder } from "./helpers/files";

const at = temporaryFolder();
const MEGABYTE = 1024 * 1024;

test.each([0, 1, 1000, MEGABYTE, MEGABYTE + 1, 3 * MEGABYTE])("detects each change of a file of %d bytes", (length) => {
  const path = at("file");
  const content = Buffer.alloc(length, "an inventory, byte by byte; ");
  writeFileSync(path, content);
  appendChecksum(path);
  const whole = readFileSync(path);
  expect(whole.subarray(0, length).equals(content)).toBe(true);
  expect(hasValidChecksum(path)).toBe(true);
  const places = [0, Math.floor(length / 2), length - 1, length, length + 10, whole.length - 9, whole.length - 1];
  for (const place of places.filter((one) => one >= 0)) {
    const damaged = Buffer.from(whole);
    writeFileSync(at("copy"), "");
    damaged[place] = (damaged[place] ?? 0) ^ 1;
    writeFileSync(path, damaged);
    expect([place, hasValidChecksum(path), copyWithoutChecksum(path, at("copy"))]).toEqual([place, false, false]);
  }
  for (const other of [whole.subarray(1), whole.subarray(0, -1), Buffer.concat([whole, Buffer.from("!")])]) {
    writeFileSync(path, other);
    expect(hasValidChecksum(path)).toBe(false);
  }
  writeFileSync(path, whole);
  writeFileSync(at("copy"), "");
  expect(copyWithoutChecksum(path, at("copy"))).toBe(true);
  expect(readFileSync(at("copy")).equals(content)).toBe(true);
  expect(openedIn(at()) ?? []).toEqual([]);
});

test("an empty file and a file without a checksum are not valid", () => {
  writeFileSync(at("empty"), "");
  expect(hasValidChecksum(at("empty"))).toBe(false);
  writeFileSync(at("text"), "x".repeat(100));
  expect(hasValidChecksum(at("text"))).toBe(false);
});

test("SQLite ignores the checksum behind its pages", () => {
  const path = at("a.db");
  const db = new DatabaseSync(path);
  db.exec("CREATE TABLE a (b); INSERT INTO a VALUES (1), (2)");
  db.close();
  appendChecksum(path);
  const reader = new DatabaseSync(path, { readOnly: true });
  expect(reader.prepare("SELECT count(*) AS n FROM a").get()).toEqual({ n: 2 });
  expect(reader.prepare("PRAGMA integrity_check").get()).toEqual({ integrity_check: "ok" });
  reader.close();
  expect(hasValidChecksum(path)).toBe(true);
});

test("a text is parsed with the same checksum, or not at all", () => {
  const bytes = Buffer.from(formatChecked('{"name":"Zürich"}'));
  expect(parseChecked(bytes)).toBe('{"name":"Zürich"}');
  writeFileSync(at("text"), bytes);
  expect(hasValidChecksum(at("text"))).toBe(true);
  for (let place = 0; place < bytes.length; place += 1) {
    const damaged = Buffer.from(bytes);
    damaged[place] = (damaged[place] ?? 0) ^ 4;
    expect([place, parseChecked(damaged)]).toEqual([place, undefined]);
    expect(parseChecked(bytes.subarray(0, place))).toBeUndefined();
  }
  truncateSync(at("text"), 5);
  expect(hasValidChecksum(at("text"))).toBe(false);
});
