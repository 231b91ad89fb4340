import type { DoctorReport } from "../../provider/doctor";
import { outcome, verdict } from "./helpers";
import { records, useService, type ServiceOptions } from "./service";

const examine = useService();

const checksOf = ({ checks }: DoctorReport, name: RegExp): unknown[] =>
  checks.filter((check) => name.test(check.name)).map(({ status, detail }) => `${status} ${detail}`);
const proposalsOf = ({ proposals }: DoctorReport): unknown =>
  Object.fromEntries(proposals.map(({ setting, value }) => [setting, value]));

describe("the length of a page", () => {
  test("is confirmed by a list that is longer than a page", async () => {
    const { report } = await examine({ records: records(600) });
    expect(outcome(report, 7)).toMatchInlineSnapshot(`"confirmed: location, servicePoint, configurationItem"`);
    expect(report.proposals).toEqual([]);
  });

  test("is refuted if the server returns fewer records than requested", async () => {
    const { report } = await examine({ records: records(600), maximum: 100, larger: "clamp" });
    expect(outcome(report, 7)).toMatchInlineSnapshot(
      `"refuted: location: limit=250 returns 100 records, and the list has 600"`,
    );
    expect(checksOf(report, /^GET \/locations with limit=250$/)).toMatchInlineSnapshot(`
     [
       "warning accepted, but only 100 records are returned",
     ]
    `);
    expect(proposalsOf(report)).toEqual({ pageSize: "100" });
  });

  test("fails if the server refuses it, and the rest of the list is examined", async () => {
    const { report } = await examine({ records: records(600), maximum: 100 });
    expect(verdict(report, 7)).toMatchObject({ verdict: "refuted", seen: expect.stringContaining("rejected (400)") });
    const [check] = report.checks.filter(({ name }) => name === "GET /locations with limit=250");
    expect(check).toMatchObject({ status: "failed", detail: expect.stringContaining("(400, code 28)") });
    expect(verdict(report, 10)?.verdict).toBe("confirmed");
    expect(verdict(report, 15)?.verdict).toBe("confirmed");
    expect(verdict(report, 16)?.verdict).toBe("confirmed");
  });

  test("is refuted if the server returns more records than requested", async () => {
    const { report } = await examine({
      respond: (path, response) => {
        if (path === "/locations") response.end(JSON.stringify(records(300)));
        return path === "/locations";
      },
    });
    expect(outcome(report, 7)).toMatchInlineSnapshot(
      `"refuted: location: 250 records were requested, 300 were returned"`,
    );
  });
});

describe("a page of more than 250 records", () => {
  const long = /with limit=1000$/;
  const large = { pageSize: "1000" };

  test("is not requested by default", async () => {
    const { report, server } = await examine({ records: records(600) });
    expect(checksOf(report, long)).toEqual([]);
    const limits = server.requests.map(({ url = "" }) => Number(new URL(url, "http://x").searchParams.get("limit")));
    expect(Math.max(...limits)).toBe(250);
  });

  test("fails if the server refuses it", async () => {
    const { report } = await examine({ records: records(600) }, large);
    expect(checksOf(report, long)).toEqual([expect.stringMatching(/^failed .*\(400, code 28\)/)]);
    expect(outcome(report, 7)).toMatchInlineSnapshot(`"confirmed: limit=1000 is rejected"`);
    expect(proposalsOf(report)).toEqual({ pageSize: "250" });
  });

  test("is a warning if the server returns 250, requested at the end of the list", async () => {
    const { report, server } = await examine({ records: records(600), larger: "clamp" }, large);
    expect(checksOf(report, long)).toMatchInlineSnapshot(`
     [
       "warning accepted, but only 250 records are returned",
     ]
    `);
    expect(verdict(report, 7)?.verdict).toBe("confirmed");
    expect(proposalsOf(report)).toEqual({ pageSize: "250" });
    const asked = server.requests.filter(({ url }) => url?.includes("limit=1000")).map(({ url }) => url);
    expect(asked).toEqual(["/locations?limit=1000&offset=349&sort=id"]);
  });

  test("is accepted if the server returns more than 250", async () => {
    const { report } = await examine({ records: records(600), maximum: 1000 }, large);
    expect(checksOf(report, long)).toEqual(["ok accepted"]);
    expect(outcome(report, 7)).toMatchInlineSnapshot(`"unknown: pages of 1000 records are set, and returned"`);
    expect(report.proposals).toEqual([]);
  });

  test("is undecided if no list is long enough", async () => {
    const { report } = await examine({ records: records(20), larger: "clamp" }, large);
    expect(checksOf(report, long)).toEqual([expect.stringMatching(/^unknown accepted; no list is long enough/)]);
    expect(report.proposals).toEqual([]);
  });
});

test.each<[string, ServiceOptions, string, "confirmed" | "refuted" | "unknown"]>([
  ["works", {}, "ok incremental: sort=-updatedAt works, and all 20 sampled records have updatedAt", "confirmed"],
  [
    "is refused",
    { sort: (value) => (value === "id" ? "honour" : "refuse") },
    "warning not incremental: the API rejects sort=-updatedAt (400, code 28)",
    "refuted",
  ],
  [
    "is ignored",
    { sort: (value) => (value === "id" ? "honour" : "ignore") },
    "warning not incremental: the API accepts and ignores sort=-updatedAt",
    "refuted",
  ],
  [
    "is ignored by a list whose first records are in that order",
    {
      sort: () => "ignore",
      records: records(400, (index) => new Date(1e12 - 1e6 * (index % 300)).toISOString())
        .reverse()
        .slice(100),
    },
    "warning not incremental: the API accepts and ignores sort=-updatedAt",
    "refuted",
  ],
  [
    "meets records without updatedAt",
    { records: records(20, (index) => (index < 3 ? undefined : "2026-01-01T00:00:00Z")) },
    "warning not incremental: 3 of 20 sampled records have no valid updatedAt",
    "refuted",
  ],
  [
    "meets records with an invalid updatedAt",
    { records: records(20, () => "yesterday") },
    "warning not incremental: 20 of 20 sampled records have no valid updatedAt",
    "refuted",
  ],
  ["has no total", { total: false }, "warning not incremental: the list has no total", "unknown"],
  [
    "meets records that were all changed at the same time",
    { records: records(20, () => "2026-01-01T00:00:00Z") },
    "unknown all sampled records have the same updatedAt",
    "unknown",
  ],
  [
    "gives the order by id",
    { records: records(20, (index) => new Date(1e12 - 1e6 * index).toISOString()) },
    "unknown the order by id is the same as the order by updatedAt",
    "unknown",
  ],
  ["meets a list of one record", { records: records(1) }, "unknown the list has fewer than two records", "unknown"],
  ["meets an empty list", { records: [] }, "unknown the list has fewer than two records", "unknown"],
])("sort=-updatedAt %s, and the outlook of refreshes is reported", async (_name, options, check, expected) => {
  const { report } = await examine(options);
  expect(checksOf(report, /^refresh of/)).toEqual([check, check, check]);
  expect(verdict(report, 15)?.verdict).toBe(expected);
});

test("the outlook of refreshes is reported per kind", async () => {
  const { report } = await examine({
    respond: (path, response, { url }) => {
      const isRefused = path === "/configurationItems" && Boolean(url?.includes("sort=-updatedAt"));
      if (isRefused) response.writeHead(400).end('{"code":28,"message":"Invalid"}');
      return isRefused;
    },
  });
  expect(checksOf(report, /^refresh of/).map((check) => String(check).slice(0, 15))).toMatchInlineSnapshot(`
   [
     "ok incremental:",
     "ok incremental:",
     "warning not inc",
   ]
  `);
  expect(outcome(report, 15)).toMatchInlineSnapshot(
    `"refuted: configurationItem: the API rejects sort=-updatedAt (400, code 28)"`,
  );
});

test("a failed call with sort=-updatedAt fails, and the outlook is unknown", async () => {
  const { report } = await examine({
    respond: (_path, response, { url }) => {
      const isSorted = Boolean(url?.includes("sort=-updatedAt"));
      if (isSorted) response.writeHead(503, { "retry-after": "3600" }).end('{"code":5,"message":"Away"}');
      return isSorted;
    },
  });
  expect(checksOf(report, /^GET \/locations with sort=-updatedAt$/)).toEqual([expect.stringMatching(/^failed .*503/)]);
  expect(checksOf(report, /^refresh of \/locations/)).toMatchInlineSnapshot(`
   [
     "unknown the call with sort=-updatedAt failed",
   ]
  `);
  expect(verdict(report, 15)?.verdict).toBe("unknown");
});

test("no order is requested, and refreshes are not incremental, if sorting is off", async () => {
  const { report, server } = await examine({}, { sorting: "false" });
  expect(server.requests.filter(({ url }) => url?.includes("sort="))).toEqual([]);
  expect(checksOf(report, /^refresh of \/locations/)).toMatchInlineSnapshot(`
   [
     "warning not incremental: sorting is off",
   ]
  `);
  for (const number of [15, 16]) expect(verdict(report, number)?.verdict).toBe("unknown");
});

test("a server that refuses sort=id is read without it", async () => {
  const { report } = await examine({ sort: () => "refuse" });
  expect(outcome(report, 16)).toMatchInlineSnapshot(
    `"refuted: rejected by location, servicePoint, configurationItem, account"`,
  );
  expect(verdict(report, 7)?.verdict).toBe("confirmed");
  expect(checksOf(report, /^GET \/locations$/)).toMatchInlineSnapshot(`
   [
     "ok 20 records",
   ]
  `);
});

test("a refusal of everything is reported once, as an error of the list", async () => {
  const { report } = await examine({
    respond: (path, response) => {
      if (path === "/locations") response.writeHead(400).end('{"code":28,"message":"Invalid"}');
      return path === "/locations";
    },
  });
  expect(checksOf(report, /^GET \/locations/)).toEqual([expect.stringMatching(/^failed .*\(400, code 28\)/)]);
});

test("the doctor sends at most 20 requests to a service without ETags, and never requests more than 250 records", async () => {
  const { server } = await examine({ records: records(600) });
  expect(server.requests.map(({ method }) => method)).toEqual(server.requests.map(() => "GET"));
  expect(server.requests.length).toBeLessThanOrEqual(20);
  expect(server.requests.filter(({ url }) => url?.startsWith("/accounts?")).map(({ url }) => url)).toEqual([
    "/accounts?limit=250&offset=0&sort=id",
  ]);
});
