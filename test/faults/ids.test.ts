import { parse } from "csv-parse/sync";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";

// Ids that trip programs up, through all of it: API, mirror, look-up, command.
const ids = [
  "a/b",
  "../../status",
  "..",
  ".",
  "100%",
  "%2F",
  "%00",
  "?limit=1",
  "#",
  "a b",
  " a",
  "a ",
  "nul\u0000a",
  "nul\u0000b",
  "line\nline",
  "\u001b[31mred",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "null",
  "undefined",
  "0",
  "-1",
  "1e3",
  "é",
  "e\u0301",
  "Ａ",
  "😀",
  "'; DROP TABLE record; --",
  '"quoted"',
  "=1+1",
  "*",
  "x".repeat(5_000),
];
let scene: TestEnvironment;
beforeAll(async () => {
  scene = await createTestEnvironment();
  for (const id of ids) scene.sandbox.add("location", { id, name: `site ${id}`, __proto__: { never: true } });
  for (const number of [7, 9007199254740991]) scene.sandbox.add("location", { id: number, name: "a number" });
});
afterAll(() => scene.end());

const all = (): string[] => [...scene.sandbox.records("location").map(({ id }) => String(id))];

test("each unusual id is found unchanged, and no two ids are equal", async () => {
  const reader = await scene.open({ searchable: true });
  expect(reader.list("location").map(({ id }) => id)).toHaveLength(all().length);
  expect(new Set(reader.list("location").map(({ id }) => id))).toEqual(new Set(all()));
  for (const id of ids) {
    const found = reader.get("location", id);
    expect([id, found?.id, found?.attributes["id"], found?.name]).toEqual([id, id, id, `site ${id}`]);
    expect(
      reader.list("location", { filters: [{ name: "id", values: [id.replaceAll("*", "**")] }] }).length,
    ).toBeGreaterThan(0);
  }
  for (const id of ["nul", "nul\u0000", "valueOf", "a", "", "A", "__defineGetter__"])
    expect([id, reader.get("location", id)]).toEqual([id, undefined]);
  // A second sync finds nothing changed.
  const again = await scene.open({ refresh: true });
  expect(again.history.versions()).toHaveLength(1);
  again.close();
  reader.close();
});

test("the command lists and finds each unusual id", async () => {
  const list = await scene.cli(["list", "locations", "-o", "json"]);
  expect((JSON.parse(list.out) as { id: string }[]).map(({ id }) => id).sort()).toEqual(all().sort());
  const csv = await scene.cli(["list", "locations", "-o", "csv"]);
  expect(parse(csv.out, { columns: true, bom: true })).toHaveLength(all().length);
  const table = await scene.cli(["list", "locations"]);
  // eslint-disable-next-line no-control-regex -- they must not reach a terminal
  expect(table.out).not.toMatch(/[\u0000\u001b]/);
  for (const id of ["__proto__", "a/b", "100%", "nul\u0000a", "--", "é"]) {
    // A shell cannot pass NUL on.
    if (id.includes("\u0000") || !ids.includes(id)) continue;
    const { code, out } = await scene.cli(["get", "location", "-o", "json", "--", id]);
    expect([id, code, (JSON.parse(out) as { id: string }).id]).toEqual([id, 0, id]);
  }
});

test("a record with fields such as __proto__ and constructor is returned unchanged", async () => {
  const record = JSON.parse(
    '{"id":"odd","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}',
  ) as object;
  scene.sandbox.add("servicePoint", record as Record<string, unknown>);
  const reader = await scene.open({ refresh: true });
  const found = reader.get("servicePoint", "odd");
  expect(Object.keys(found?.attributes ?? {})).toEqual(["createdAt", "updatedAt", "id", "__proto__", "constructor"]);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  expect(reader.list("servicePoint", { filters: [{ name: "__proto__.polluted", values: ["1"] }] })).toHaveLength(1);
  expect(reader.list("servicePoint", { filters: [{ name: "toString", values: ["*"] }] })).toHaveLength(0);
  reader.close();
});
