import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { InventoryFileError, SCHEMA_VERSION } from "../../provider/inventory/store/database";
import { Mirror } from "../../provider/inventory/mirror/mirror";
import {
  checkInventoryOutput,
  openInventoryFile,
  writeInventoryFile,
} from "../../provider/inventory/mirror/inventory-file";
import { Store } from "../../provider/inventory/store/store";
import { mode, openedMirror, temporaryFolder, writeLocations } from "./helpers/files";

const at = temporaryFolder();

describe("an inventory file", () => {
  const origin = { endpoint: "https://api", account: "me", fieldMap: "map" };
  const again = "create it again with orange-cmdb sync --save";
  const path = (): string => at("inventory.db");
  beforeEach(async () => {
    writeLocations(at("mirror.json"), [{ id: "PAR", name: "Paris" }]);
    const mirror = new Mirror(openedMirror(at("mirror.json")).db, { endpoint: "https://api", file: at("mirror.json") });
    await mirror.writeFile(path(), origin);
    mirror.close();
  });
  const refused = (expected: object = {}, of = path()): string => {
    try {
      openInventoryFile(of, expected).db.close();
    } catch (error) {
      expect(error).toBeInstanceOf(InventoryFileError);
      expect(error).toHaveProperty("name", "InventoryFileError");
      return (error as Error).message.replace(`the inventory file ${of} `, "");
    }
    return "taken";
  };
  const change = (sql: string): void => {
    const db = new DatabaseSync(path());
    db.exec(sql);
    db.close();
  };

  test("is private to its owner, can be read and searched, and is read-only", () => {
    expect(readdirSync(at()).sort()).toEqual(["inventory.db", "mirror.1.db", "mirror.json"]);
    expect(mode(path())).toBe(0o600);
    const { db, origin: found } = openInventoryFile(path(), {});
    expect(found).toEqual(origin);
    expect([...new Store(db).records("location")]).toMatchObject([{ id: "PAR", name: "Paris" }]);
    const mirror = new Mirror(db, { endpoint: "", file: path() });
    expect(mirror.search("paris")).toHaveLength(1);
    expect(() => db.exec("DELETE FROM record")).toThrow("readonly");
    mirror.close();
    expect(readdirSync(at()).sort()).toEqual(["inventory.db", "mirror.1.db", "mirror.json"]);
  });

  test("replaces another one, or leaves it unchanged on failure", async () => {
    writeFileSync(path(), "old");
    writeFileSync(`${path()}.${process.pid}.partial`, "left behind");
    const { db } = openedMirror(at("mirror.json"));
    await writeInventoryFile(db, path(), origin);
    expect(refused()).toBe("taken");
    mkdirSync(at("folder"));
    writeFileSync(at("folder", "a"), "");
    await expect(writeInventoryFile(db, at("folder"), origin)).rejects.toThrowErrorMatchingInlineSnapshot(
      `"<tmp>/folder cannot be written: it is a folder; name another file"`,
    );
    db.close();
    expect(readdirSync(at()).sort()).toEqual(["folder", "inventory.db", "mirror.1.db", "mirror.json"]);
  });

  test("is rejected if it differs from the settings", () => {
    expect([refused(origin), refused({ endpoint: "https://api" }), refused({})]).toEqual(["taken", "taken", "taken"]);
    expect(refused({ ...origin, endpoint: "https://b" })).toMatchInlineSnapshot(
      `"holds the inventory of https://api, not of https://b; check endpoint and inventoryFile"`,
    );
    expect(refused({ ...origin, account: "you" })).toMatchInlineSnapshot(
      `"was made for another account; check clientId and inventoryFile"`,
    );
    expect(refused({ ...origin, fieldMap: "b" })).toMatchInlineSnapshot(
      `"was made with another fieldMap; create it again with orange-cmdb sync --save and the same fieldMap"`,
    );
  });

  test("is rejected if it is corrupt, of another version or not an inventory", () => {
    const sound = readFileSync(path());
    const place = sound.indexOf("Paris");
    sound[place] = 0x70;
    writeFileSync(path(), sound);
    expect(refused()).toMatchInlineSnapshot(`"is corrupt; create it again with orange-cmdb sync --save"`);
    sound[place] = 0x50;
    writeFileSync(path(), sound);
    expect(refused()).toBe("taken");
    change("UPDATE about SET value = 'other' WHERE key = 'account'");
    expect(refused()).toMatchInlineSnapshot(`"is corrupt; create it again with orange-cmdb sync --save"`);
    change("DELETE FROM about");
    expect(refused()).toMatchInlineSnapshot(`"is corrupt; create it again with orange-cmdb sync --save"`);
    change("DROP TABLE about");
    expect(refused()).toMatchInlineSnapshot(`"is corrupt; create it again with orange-cmdb sync --save"`);
    change(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    expect(refused()).toMatchInlineSnapshot(
      `"was made by another version of orange-cmdb (schema 5, this version reads 4); create it again with orange-cmdb sync --save"`,
    );
    change("PRAGMA application_id = 7");
    expect(refused()).toMatchInlineSnapshot(`"is not an inventory file; create it again with orange-cmdb sync --save"`);
    writeFileSync(path(), `SQLite format 3\0${"x".repeat(2_000)}`);
    expect(refused()).toMatchInlineSnapshot(`"is not an inventory file; create it again with orange-cmdb sync --save"`);
    for (const text of ["", "SQLite", "SQLite format 2\0 and more"]) {
      writeFileSync(path(), text);
      expect(refused()).toBe(`is not an inventory file; ${again}`);
    }
    expect(refused({}, at("none.db"))).toMatchInlineSnapshot(`"cannot be read: ENOENT"`);
    expect(refused({}, at())).toMatchInlineSnapshot(`"cannot be read: EISDIR"`);
  });

  test("replaces only an empty file or an inventory of any version, in an existing folder", () => {
    const check = (name: string): void => checkInventoryOutput(at(name));
    expect(() => check("new.db")).not.toThrow();
    expect(() => check("inventory.db")).not.toThrow();
    change(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
    expect(() => check("inventory.db")).not.toThrow();
    writeFileSync(at("empty"), "");
    expect(() => check("empty")).not.toThrow();
    change("PRAGMA application_id = 7");
    writeFileSync(at("short"), "x");
    for (const name of ["inventory.db", "short"])
      expect(() => check(name)).toThrow(
        new InventoryFileError(
          `${at(name)} is not an inventory file and is not replaced; use another path, or remove the file`,
        ),
      );
    expect(() => check("none/new.db")).toThrowErrorMatchingInlineSnapshot(
      `"<tmp>/none/new.db cannot be written: it is in a folder that does not exist; name another file"`,
    );
    expect(() => checkInventoryOutput(at())).toThrowErrorMatchingInlineSnapshot(
      `"<tmp> cannot be written: it is a folder; name another file"`,
    );
  });
});
