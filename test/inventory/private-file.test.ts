import {
  chmodSync,
  chownSync,
  existsSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { toFileError, withFileErrors, MirrorAccessError, privateFile } from "../../provider/files/permissions";
import { mode, temporaryFolder } from "./helpers/files";

const at = temporaryFolder();
const elsewhere = "set ORANGE_CMDB_CACHE_DIR to a folder of your own, or to :memory:";

describe("a private file", () => {
  const refused = (path: string): string => {
    try {
      privateFile(path);
    } catch (error) {
      expect(error).toBeInstanceOf(MirrorAccessError);
      expect(error).toHaveProperty("name", "MirrorAccessError");
      return (error as Error).message;
    }
    return "taken";
  };

  test("is created with its folder, private to its owner", () => {
    privateFile(at("a", "b", "c.db"));
    expect([mode(at("a")), mode(at("a", "b")), mode(at("a", "b", "c.db"))]).toEqual([0o700, 0o700, 0o600]);
    expect(statSync(at("a", "b", "c.db")).size).toBe(0);
  });

  test("is kept, and made private to its owner", () => {
    writeFileSync(at("open.db"), "text");
    for (const [before, after] of [
      [0o644, 0o600],
      [0o660, 0o600],
      [0o400, 0o400],
      [0o700, 0o700],
    ] as const) {
      chmodSync(at("open.db"), before);
      privateFile(at("open.db"));
      expect(mode(at("open.db"))).toBe(after);
    }
    expect(readFileSync(at("open.db"), "utf8")).toBe("text");
  });

  test("is rejected if it is a link, a folder or in a writable folder", () => {
    symlinkSync(at("elsewhere"), at("link.db"));
    expect(refused(at("link.db"))).toMatchInlineSnapshot(
      `"<tmp>/link.db is a symbolic link; set ORANGE_CMDB_CACHE_DIR to a folder of your own, or to :memory:"`,
    );
    expect(existsSync(at("elsewhere"))).toBe(false);
    mkdirSync(at("folder.db"));
    expect(refused(at("folder.db"))).toMatchInlineSnapshot(
      `"<tmp>/folder.db is not a file; set ORANGE_CMDB_CACHE_DIR to a folder of your own, or to :memory:"`,
    );
    mkdirSync(at("open"));
    for (const [open, who] of [
      [0o777, "everybody"],
      // As /tmp is: others could put a log beside the mirror, which SQLite would read.
      [0o1777, "everybody"],
      [0o707, "everybody"],
      [0o775, "its group"],
      [0o720, "its group"],
    ] as const) {
      chmodSync(at("open"), open);
      const reason = `is ${who === "everybody" ? "world-writable; run chmod go-w" : "group-writable; run chmod g-w"} on it`;
      expect(refused(at("open", "a.db"))).toBe(`the folder ${at("open")} ${reason}; ${elsewhere}`);
    }
    for (const sound of [0o1755, 0o755, 0o700]) {
      chmodSync(at("open"), sound);
      expect(refused(at("open", "a.db"))).toBe("taken");
    }
    symlinkSync(at("open"), at("linked"));
    expect(refused(at("linked", "a.db"))).toBe("taken");
    writeFileSync(at("file"), "");
    expect(refused(at("file", "a.db"))).toMatchInlineSnapshot(
      `"the mirror <tmp>/file/a.db is not in a folder; set ORANGE_CMDB_CACHE_DIR to a folder of your own, or to :memory:"`,
    );
  });

  // Only root can give a file away.
  (process.getuid?.() === 0 ? test : test.skip)(
    "belongs to no other user, and is not in a folder of another user",
    () => {
      writeFileSync(at("theirs.db"), "", { mode: 0o600 });
      chownSync(at("theirs.db"), 12_345, 12_345);
      expect(refused(at("theirs.db"))).toBe(`${at("theirs.db")} is owned by another user; ${elsewhere}`);
      mkdirSync(at("theirs"));
      chownSync(at("theirs"), 12_345, 12_345);
      expect(refused(at("theirs", "a.db"))).toBe(`the folder ${at("theirs")} is owned by another user; ${elsewhere}`);
      expect(readdirSync(at("theirs"))).toEqual([]);
      symlinkSync(at("theirs"), at("linked"));
      expect(refused(at("linked", "a.db"))).toBe(
        `the folder ${at("linked")} is a link to another user's folder; ${elsewhere}`,
      );
      mkdirSync(at("own"));
      symlinkSync(at("own"), at("planted"));
      lchownSync(at("planted"), 12_345, 12_345);
      expect(refused(at("planted", "a.db"))).toBe(`the folder ${at("planted")} is owned by another user; ${elsewhere}`);
    },
  );

  test.each<object>([
    { code: "EACCES" },
    { code: "EPERM" },
    { code: "EROFS" },
    { code: "ENOSPC" },
    { code: "EFBIG" },
    { code: "EDQUOT" },
    { code: "ENOENT" },
    { code: "ENOTDIR" },
    { code: "EEXIST" },
    { code: "EISDIR" },
    { errcode: 8 },
    { errcode: 10, code: "ERR_SQLITE_ERROR" },
    { errcode: 13 },
    { errcode: 14 + 256 * 3 },
    { errcode: 5 },
    ...[22, 2314, 3594, 3850, 5130, 5386].map((errcode) => ({ errcode })),
  ])("with the error %j cannot be used", (error) => {
    const meant = toFileError("/a.db", error);
    expect(meant).toBeInstanceOf(MirrorAccessError);
    expect((meant as Error).message).toMatchSnapshot();
    expect(meant).toHaveProperty("cause", error);
  });

  test("keeps any other error", () => {
    for (const error of [
      new Error("other"),
      { code: "EODD" },
      { code: "toString" },
      { errcode: 1 },
      { errcode: 2315 },
      null,
      undefined,
    ])
      expect(toFileError("/a.db", error)).toBe(error);
    expect(withFileErrors("/a.db", () => 7)).toBe(7);
    expect(() =>
      withFileErrors("/a.db", () => {
        throw Object.assign(new Error(), { code: "EROFS" });
      }),
    ).toThrowErrorMatchingInlineSnapshot(`
     "the mirror /a.db is on a read-only file system; set ORANGE_CMDB_CACHE_DIR to a folder of your own, or to :memory:
     Cause: "
    `);
  });
});
