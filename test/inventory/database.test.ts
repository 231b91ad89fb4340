import { openMemory, APPLICATION_ID, SCHEMA_VERSION } from "../../provider/inventory/store/database";
import { isCorruption } from "../../provider/inventory/store/corruption";

describe("the mirror's file", () => {
  test("is optional", () => {
    const db = openMemory();
    expect(db.prepare("PRAGMA application_id").get()).toEqual({ application_id: APPLICATION_ID });
    expect(db.prepare("PRAGMA user_version").get()).toEqual({ user_version: SCHEMA_VERSION });
    db.close();
  });

  test.each([
    [{ errcode: 11 }, true],
    [{ errcode: 26 }, true],
    [{ errcode: 11 + 256 }, true],
    [{ errcode: 5 }, false],
    [{ errcode: "11" }, false],
    [{}, false],
    [null, false],
    [undefined, false],
  ])("the error %j is corruption: %p", (error, is) => {
    expect(isCorruption(error)).toBe(is);
  });
});
