import contract from "../../schemas/core-information.openapi.json";
import type { Check, DoctorReport } from "../../provider/doctor";
import { readOpenApi } from "../../provider/doctor/openapi";
import { verdict } from "./helpers";
import { useService } from "./service";

const examine = useService();

/** A description as simple as possible: parameters and a record's schema, the same for every list unless it is named. */
interface Described {
  readonly parameters: readonly object[];
  readonly schema?: object;
}
const lists = ["locations", "servicePoints", "configurationItems", "accounts"];
const query = (name: string, schema: object = { type: "string" }): object => ({ name, in: "query", schema });
const describeApi = (of: (list: string) => Described | undefined, components = {}): object => ({
  openapi: "3.0.1",
  info: { title: "Core Information", version: "2.4.0" },
  components,
  paths: Object.fromEntries(
    lists.flatMap((list) => {
      const described = of(list);
      if (!described) return [];
      const { parameters, schema } = described;
      const content = { "application/json;charset=utf-8": { schema } };
      return [[`/v2/${list}`, { get: { parameters, responses: { 200: { content } } } }]];
    }),
  ),
});
const orders = ["id", "-id", "updatedAt", "-updatedAt"];
const paged = (maximum: number, sort: readonly string[] = orders): object[] => [
  query("limit", { type: "integer", maximum }),
  query("offset", { type: "integer" }),
  query("sort", { type: "array", items: { enum: sort } }),
];

const checkOf = ({ checks }: DoctorReport, name: string): Check | undefined =>
  checks.find((check) => check.area === "description" && check.name === name);
const proposalsOf = ({ proposals }: DoctorReport): unknown =>
  Object.fromEntries(proposals.map(({ setting, value }) => [setting, value]));

test("finds no difference to the published contract", async () => {
  const { report } = await examine({ doc: contract });
  const checks = report.checks.filter(({ area }) => area === "description");
  expect(checks.map(({ status }) => status)).toEqual(["ok", "ok", "ok", "ok", "ok"]);
  for (const { detail } of checks) expect(detail).not.toMatch(/contract missing|not in the contract|lacks/);
  expect(checkOf(report, "/locations")?.detail).toMatch(
    /^limit at most 250; \d+ filters; \d+ sort values; \d+ fields$/,
  );
  expect(report.proposals).toEqual([]);
  expect(verdict(report, 14)?.verdict).toBe("confirmed");
});

test.each<[number, string, object, string]>([
  [500, "250", { pageSize: "500" }, "refuted"],
  [500, "500", {}, "unknown"],
  [500, "100", {}, "refuted"],
  [500, "1000", { pageSize: "500" }, "refuted"],
  [100, "250", { pageSize: "100" }, "refuted"],
  [100, "50", {}, "refuted"],
  [250, "100", {}, "confirmed"],
  [250, "1000", { pageSize: "250" }, "confirmed"],
])("a maximum of %i in GET /doc with pageSize %s proposes %j", async (maximum, pageSize, proposed, expected) => {
  const doc = describeApi(() => ({ parameters: paged(maximum) }));
  const { report } = await examine({ doc, maximum }, { pageSize });
  expect(proposalsOf(report)).toEqual(proposed);
  expect(verdict(report, 7)?.verdict).toBe(expected);
  const limit = maximum === 250 ? "limit at most 250" : `limit at most ${maximum} (contract: 250)`;
  expect(checkOf(report, "/locations")?.detail).toContain(limit);
});

test("proposes the smallest maximum of the lists", async () => {
  const doc = describeApi((list) => ({ parameters: paged(list === "servicePoints" ? 300 : 500) }));
  const { report } = await examine({ doc, maximum: 300 });
  expect(proposalsOf(report)).toEqual({ pageSize: "300" });
});

test("names at most five additions and omissions of the description", async () => {
  const more = Array.from({ length: 9 }, (_, index) => `brandNew${index}`);
  const properties = Object.fromEntries([...more, "id", "name", "updatedAt"].map((name) => [name, { type: "string" }]));
  const doc = describeApi(
    () => ({
      parameters: [...paged(250), ...more.map((name) => query(name)), query("state")],
      schema: { type: "array", items: { $ref: "#/components/schemas/Any" } },
    }),
    { schemas: { Any: { allOf: [{ type: "object", properties }] } } },
  );
  const { report } = await examine({ doc });
  const detail = checkOf(report, "/servicePoints")?.detail ?? "";
  const five = "brandNew0, brandNew1, brandNew2, brandNew3, brandNew4, 4 more";
  expect(detail).toContain(`10 filters: 9 not in the contract (${five})`);
  expect(detail).toContain(`12 fields: 9 not in the contract (${five})`);
  expect(detail).toMatch(/\d+ of the contract missing \(/);
  expect(detail.length).toBeLessThan(1500);
});

test("warns of what the client uses and the description lacks", async () => {
  const doc = describeApi((list) =>
    list === "locations"
      ? {
          parameters: [
            query("limit", { type: "integer", maximum: 250 }),
            query("sort", { items: { enum: ["id", "name"] } }),
          ],
          schema: { type: "array", items: { properties: { id: {}, name: {}, updatedAt: {} } } },
        }
      : undefined,
  );
  const { report } = await examine({ doc });
  const check = checkOf(report, "/locations");
  expect(check?.status).toBe("warning");
  expect(check?.detail).toMatch(/^does not have: parameter offset, sort=-updatedAt, fields for (\w+, )*country/);
  expect(check?.detail).not.toMatch(/fields for [\w, ]*name/);
  expect(checkOf(report, "/accounts")).toMatchInlineSnapshot(`
   {
     "area": "description",
     "detail": "is not described",
     "name": "/accounts",
     "next": "check endpoint",
     "status": "warning",
   }
  `);
});

test("counts names that are data, and does not show them", async () => {
  const doc = describeApi(() => ({ parameters: [...paged(250), query("Jean Dupont, Paris"), query("plain")] }));
  const { report } = await examine({ doc });
  expect(checkOf(report, "/accounts")?.detail).toContain("2 not in the contract (plain, 1 more)");
  expect(JSON.stringify(report)).not.toContain("Dupont");
});

test.each<[string, object]>([
  [
    "refers to itself",
    { A: { items: { $ref: "#/components/schemas/A" }, properties: { a: { $ref: "#/components/schemas/A" } } } },
  ],
  ["refers in a circle", { A: { $ref: "#/components/schemas/B" }, B: { $ref: "#/components/schemas/A" } }],
  [
    "refers to itself in many ways",
    { A: { allOf: Array.from({ length: 100 }, () => ({ $ref: "#/components/schemas/A" })), properties: { a: {} } } },
  ],
])("finishes for a description that %s", async (_name, schemas) => {
  const doc = describeApi(() => ({ parameters: paged(250), schema: { $ref: "#/components/schemas/A" } }), { schemas });
  const { report } = await examine({ doc });
  expect(checkOf(report, "/locations")?.detail).toContain("limit at most 250");
});

test("reads parameters of the path and by reference, and the fields of nested objects", () => {
  const doc = {
    openapi: "3.0.1",
    info: { version: "not a version" },
    components: {
      parameters: { size: query("limit", { $ref: "#/components/schemas/Size" }) },
      schemas: {
        Size: { maximum: 7 },
        Orders: { enum: ["id", 5] },
        One: { properties: { id: {}, _links: { properties: { self: {} } }, a: { items: { properties: { b: {} } } } } },
      },
    },
    paths: {
      "/locations": {
        parameters: [{ $ref: "#/components/parameters/size" }, { $ref: "other.json#/x" }],
        get: {
          parameters: [
            query("sort", { items: { $ref: "#/components/schemas/Orders" } }),
            { name: "key", in: "header" },
          ],
          responses: {
            200: {
              content: { "application/json": { schema: { items: { oneOf: [{ $ref: "#/components/schemas/One" }] } } } },
            },
            404: { content: { "application/json": { schema: { properties: { code: {} } } } } },
          },
        },
      },
    },
  };
  expect(readOpenApi(doc)).toEqual({
    version: undefined,
    lists: {
      location: {
        parameters: ["limit", "sort"],
        maxima: new Map([["limit", 7]]),
        sortValues: ["id"],
        fields: ["id", "a", "a.b"],
      },
    },
  });
  expect(readOpenApi([])).toBeUndefined();
  expect(readOpenApi({})).toBeUndefined();
});
