import { openMemory } from "../../provider/inventory/store/database";
import { KindUnavailableError } from "../../provider/model/inventory-reader";
import { Mirror, MirrorCorruptError } from "../../provider/inventory/mirror/mirror";
import type { Kind } from "../../provider/model/records";
import { isSearchable, prepareSearch, search } from "../../provider/inventory/store/search";
import { Store } from "../../provider/inventory/store/store";

import { day, db, start, write } from "./helpers/memory-mirror";

describe("a mirror", () => {
  const origin = { endpoint: "https://api", file: "/a/mirror.db" };
  const site = { location: { id: "PAR" } };
  const filled = (): Mirror => {
    write({
      location: [
        { id: "PAR", name: "Paris" },
        { id: "LYO", name: "Lyon" },
      ],
      servicePoint: [{ id: "SP", ...site }],
      configurationItem: [
        { id: "C", name: "c", ...site },
        { id: "A", name: "a", servicePoint: { id: "SP" }, customerId: "X" },
        { id: "B", status: "Retired", location: { id: "LYO" }, servicePoint: { id: "SP" } },
      ],
      account: { is: "refused", why: "403" },
    });
    return new Mirror(db, origin);
  };

  test("reports its kinds and the time of the oldest", () => {
    write({ location: [{ id: "A" }] }, 1);
    write({ servicePoint: [] }, 2);
    write({ account: { is: "refused", why: "no" } }, 3);
    const info = {
      endpoint: "https://api",
      syncedAt: new Date(start + day).toISOString(),
      counts: { location: 1, servicePoint: 0 },
    };
    expect(new Mirror(db, origin).info()).toEqual(info);
    expect(new Mirror(db, { ...origin, staleReason: "down" }).info()).toEqual({ ...info, staleReason: "down" });
    const empty = new Mirror(openMemory(), origin);
    expect(Date.now() - Date.parse(empty.info().syncedAt)).toBeLessThan(60_000);
    expect(empty.info().counts).toEqual({});
    empty.close();
  });

  test("returns records by id, and lists by query", () => {
    const mirror = filled();
    expect(mirror.get("location", "PAR")).toMatchObject({
      kind: "location",
      id: "PAR",
      name: "Paris",
      attributes: { id: "PAR" },
    });
    expect(mirror.get("location", "C")).toBeUndefined();
    const ids = (query: object): string[] => mirror.list("configurationItem", query).map(({ id }) => id);
    expect(ids({})).toEqual(["A", "B", "C"]);
    expect(ids({ limit: 2 })).toEqual(["A", "B"]);
    expect(ids({ limit: 5 })).toEqual(["A", "B", "C"]);
    expect(ids({ name: "c" })).toEqual(["C"]);
    expect(ids({ locationId: "PAR" })).toEqual(["A", "C"]);
    expect(ids({ locationId: "LYO" })).toEqual(["B"]);
    expect(ids({ servicePointId: "SP" })).toEqual(["A", "B"]);
    expect(ids({ accountId: "X" })).toEqual(["A"]);
    expect(ids({ where: "status == 'Retired' || name == 'a'", limit: 1 })).toEqual(["A"]);
    expect(ids({ filters: [{ name: "name", values: ["*"] }] })).toEqual(["A", "C"]);
    expect(mirror.nearest("configurationItem", "a", "id", 1)).toEqual(["A"]);
    expect(mirror.nearest("configurationItem", "b", "name", 3).sort()).toEqual(["a", "c"]);
    expect(mirror.nearest("location", "PARIS", "name")).toEqual(["Paris"]);
    expect(mirror.history.versions()).toHaveLength(1);
    mirror.close();
    expect(db.isOpen).toBe(false);
  });

  test("reads only the fields that a query needs", () => {
    const mirror = filled();
    const fields = ["status"];
    const of = (query: object): (string | undefined)[] =>
      mirror.list("configurationItem", { fields, ...query }).map(({ name }) => name);
    expect(of({})).toEqual([undefined, undefined, undefined]);
    expect(of({ where: "name == 'a'" })).toEqual(["a"]);
    expect(of({ filters: [{ name: "name", values: ["a"] }] })).toEqual(["a"]);
    expect(mirror.list("configurationItem", { fields })[1]).toMatchObject({
      id: "B",
      status: "Retired",
      attributes: {},
    });
    mirror.close();
  });

  test("rejects a kind that it lacks with the reason", () => {
    write({ location: [{ id: "A" }], account: { is: "refused", why: "403" } });
    const mirror = new Mirror(db, origin);
    const asks = (kind: Kind): (() => unknown)[] => [
      () => mirror.get(kind, "A"),
      () => mirror.list(kind),
      () => mirror.nearest(kind, "A", "id"),
      () => mirror.search("a", { kinds: [kind] }),
    ];
    for (const ask of asks("servicePoint"))
      expect(ask).toThrow(new KindUnavailableError("the servicePoints were not loaded into the inventory"));
    for (const ask of asks("account"))
      expect(ask).toThrow(new KindUnavailableError("the API denies accounts to this account: 403"));
    expect(new KindUnavailableError("x").name).toBe("KindUnavailableError");
    mirror.close();
  });

  test("is as old as the oldest requested kind", () => {
    write({ location: [{ id: "A" }] }, 1);
    write({ servicePoint: [] }, 2);
    const since = (kinds?: Kind[]): string => new Mirror(db, { ...origin, kinds }).info().syncedAt;
    const day1 = new Date(start + day).toISOString();
    const day2 = new Date(start + 2 * day).toISOString();
    expect([since(), since(["location"]), since(["servicePoint"]), since(["servicePoint", "location"])]).toEqual([
      day1,
      day1,
      day2,
      day1,
    ]);
    expect(new Mirror(db, origin).info()).not.toHaveProperty("staleReason");
  });

  test("with missing rows or index entries fails, and never returns nothing", () => {
    const mirror = filled();
    const damaged = (said: string): string =>
      `the inventory in /a/mirror.db is corrupt (${said}); run orange-cmdb sync to fetch it again`;
    const lost = new MirrorCorruptError(damaged("records are missing"));
    db.exec("DELETE FROM record WHERE id = 'B'");
    expect(() => mirror.list("configurationItem")).toThrow(lost);
    expect(() => mirror.list("configurationItem", { fields: ["name"] })).toThrow(lost);
    expect(() => mirror.list("configurationItem", { fields: undefined, limit: undefined })).toThrow(lost);
    // What is asked for is there.
    expect(mirror.list("configurationItem", { limit: 1 })).toHaveLength(1);
    expect(mirror.list("configurationItem", { name: "c" })).toHaveLength(1);
    expect(mirror.list("location")).toHaveLength(2);
    // An id that a row has and the index has not.
    const store = jest.spyOn(Store.prototype, "get");
    store.mockReturnValue(undefined);
    expect(() => mirror.get("configurationItem", "A")).toThrowErrorMatchingInlineSnapshot(
      `"the inventory in /a/mirror.db is corrupt (an index leads elsewhere); run orange-cmdb sync to fetch it again"`,
    );
    expect(mirror.get("configurationItem", "never")).toBeUndefined();
    store.mockReturnValue({ kind: "configurationItem", id: "C", attributes: {} });
    expect(() => mirror.get("configurationItem", "A")).toThrowErrorMatchingInlineSnapshot(
      `"the inventory in /a/mirror.db is corrupt (an index leads elsewhere); run orange-cmdb sync to fetch it again"`,
    );
    store.mockRestore();
    mirror.close();
  });

  test("is searched by words if the index exists", () => {
    const mirror = filled();
    prepareSearch(db);
    const ids = (text: string, kinds?: Kind[]): string[] => mirror.search(text, { kinds }).map(({ id }) => id);
    expect(ids("paris")).toEqual(["PAR"]);
    expect(ids("c", ["location"])).toEqual([]);
    expect(ids("c")).toEqual(["C"]);
    mirror.close();
  });

  test("reports corruption, and any other error unchanged", () => {
    const mirror = filled();
    const broken = (error: object): void => {
      jest.spyOn(db, "prepare").mockImplementation(() => {
        throw Object.assign(new Error("disk image is malformed"), error);
      });
    };
    broken({ errcode: 11 });
    const message =
      "the inventory in /a/mirror.db is corrupt (disk image is malformed); run orange-cmdb sync to fetch it again";
    expect(() => mirror.get("location", "PAR")).toThrow(new MirrorCorruptError(message));
    expect(() => mirror.list("location")).toThrow(MirrorCorruptError);
    broken({ errcode: 10 });
    expect(() => mirror.list("location")).toThrow("disk image is malformed");
    expect(() => mirror.list("location")).not.toThrow(MirrorCorruptError);
    expect(new MirrorCorruptError("x").name).toBe("MirrorCorruptError");
    jest.restoreAllMocks();
    const closing = jest.spyOn(db, "close");
    closing.mockImplementation(() => {
      throw Object.assign(new Error("malformed"), { errcode: 26 });
    });
    expect(() => mirror.close()).not.toThrow();
    closing.mockImplementation(() => {
      throw new Error("it is busy");
    });
    expect(() => mirror.close()).toThrow("it is busy");
    jest.restoreAllMocks();
  });
});

describe("a search by words", () => {
  beforeEach(() => {
    write({
      location: [
        { id: "PAR-001", name: "Tour Eiffel", address: "5 avenue Anatole France, Paris" },
        { id: "LYS-001", name: "Paris café", address: "Lyon" },
        { id: "Z", name: "x", address: "Élysée" },
      ],
      account: [{ id: "PARIS", name: "Acme" }],
    });
    prepareSearch(db);
  });
  const ids = (text: string, options?: Parameters<typeof search>[2]): string[] =>
    search(db, text, options).map(({ id }) => id);

  test("matches every word as a prefix, ids before names before addresses", () => {
    expect(ids("paris")).toEqual(["PARIS", "LYS-001", "PAR-001"]);
    expect(ids("par 001", { kinds: ["location"] })).toEqual(["PAR-001", "LYS-001"]);
    expect(ids("ELYSEE")).toEqual(["Z"]);
    expect(ids("cafe")).toEqual(["LYS-001"]);
    expect(ids("paris", { limit: 1 })).toEqual(["PARIS"]);
    expect(ids("paris", { kinds: ["account", "servicePoint"] })).toEqual(["PARIS"]);
    expect(ids("paris acme")).toEqual(["PARIS"]);
    expect(search(db, "tour")[0]).toMatchObject({
      kind: "location",
      id: "PAR-001",
      name: "Tour Eiffel",
      attributes: { id: "PAR-001" },
    });
  });

  test.each(["NFC", "NFD"] as const)("finds a word however its accents are written, here as %s", (form) => {
    const names = ["Lyón Nord", "Ελλάδα", "서울"];
    write(
      {
        location: names.flatMap((name, n) => [
          { id: `C${n}`, name },
          { id: `D${n}`, name: name.normalize("NFD") },
        ]),
      },
      1,
    );
    prepareSearch(db);
    const found = names.map((name) => ids(name.normalize(form)).sort());
    expect(found).toEqual([0, 1, 2].map((n) => [`C${n}`, `D${n}`]));
    expect(ids("lyon no")).toHaveLength(2);
  });

  test("requires a word and a valid limit", () => {
    expect(() => ids("\u0301")).toThrowErrorMatchingInlineSnapshot(`""́" has no word to search for"`);
    expect(() => ids(" -*- ")).toThrowErrorMatchingInlineSnapshot(`"" -*- " has no word to search for"`);
    expect(() => ids("paris", { limit: 0 })).toThrowErrorMatchingInlineSnapshot(
      `"limit must be a whole number of at least 1"`,
    );
  });

  test("leaves out a denied kind", () => {
    write({ account: { is: "refused", why: "no" } }, 1);
    prepareSearch(db);
    expect(ids("paris")).toEqual(["LYS-001", "PAR-001"]);
  });

  test("rebuilds its index only if the inventory changed", () => {
    expect(isSearchable(db)).toBe(true);
    const made = jest.spyOn(db, "exec");
    prepareSearch(db);
    expect(made).not.toHaveBeenCalled();
    jest.restoreAllMocks();
    write({ location: [{ id: "NEW", name: "Paris" }] }, 1);
    expect(isSearchable(db)).toBe(false);
    prepareSearch(db);
    expect(isSearchable(db)).toBe(true);
    expect(ids("paris")).toEqual(["PARIS", "NEW"]);
    const empty = openMemory();
    expect(isSearchable(empty)).toBe(false);
    prepareSearch(empty);
    expect(isSearchable(empty)).toBe(true);
    empty.close();
  });

  test("changes nothing if its index cannot be built", () => {
    write({ location: [] }, 1);
    const statement = jest.spyOn(db, "prepare").mockImplementationOnce(() => ({ get: () => undefined }) as never);
    statement.mockImplementationOnce(() => ({ get: () => ({ number: 2 }) }) as never);
    statement.mockImplementationOnce(() => {
      throw new Error("the disk is full");
    });
    expect(() => prepareSearch(db)).toThrow("the disk is full");
    jest.restoreAllMocks();
    expect(db.isTransaction).toBe(false);
    expect(Number(db.prepare("SELECT count(*) AS n FROM words").get()?.["n"])).toBe(4);
  });
});
