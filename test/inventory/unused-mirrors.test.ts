import { existsSync, readdirSync, utimesSync, writeFileSync } from "node:fs";
import { removeUnusedMirrors } from "../../provider/inventory/mirror/cleanup";
import { temporaryFolder } from "./helpers/files";

const at = temporaryFolder();

describe("mirrors of other settings", () => {
  const name = (letter: string): string => letter.repeat(32);
  const daysAgo = (days: number): Date => new Date(Date.now() - days * 24 * 60 * 60 * 1000);
  const make = (file: string, days: number): void => {
    const stem = file.replace(/\.json$/, "");
    for (const beside of [file, `${stem}.3.db`, `${stem}.lock`]) writeFileSync(at(beside), "");
    utimesSync(at(file), daysAgo(days), daysAgo(days));
  };

  test("are removed with their locks if they are unused for long", () => {
    make(`${name("a")}.json`, 31);
    make(`${name("b")}.json`, 29);
    make(`${name("c")}-token.json`, 2);
    make(`${name("d")}-token.json`, 0.9);
    make(`${name("e")}.json`, 100);
    for (const other of [
      `${name("f")}.jsonx`,
      `x${name("f")}.json`,
      "mirror.json",
      `${name("F")}.json`,
      `${"f".repeat(31)}.json`,
    ])
      make(other, 100);
    const before = readdirSync(at());
    removeUnusedMirrors(at(), at(`${name("e")}.json`), 7);
    const gone = before.filter((file) => !existsSync(at(file)));
    expect(gone.map((file) => file.replace(/^(.)\1+/, "$1"))).toEqual([
      "a.3.db",
      "a.json",
      "a.lock",
      "c-token.3.db",
      "c-token.json",
      "c-token.lock",
    ]);
  });

  test("are kept as long as the history", () => {
    make(`${name("a")}.json`, 31);
    make(`${name("b")}.json`, 41);
    removeUnusedMirrors(at(), at("mirror.json"), 40);
    expect(readdirSync(at()).filter((file) => file.endsWith(".json"))).toEqual([`${name("a")}.json`]);
  });
});
