import { existsSync, readdirSync, readFileSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { json, startServer, type TestServer } from "../helpers/server";
import { dateRecords, examine, outcome, verdict } from "./helpers";

let scene: TestEnvironment;
let server: TestServer | undefined;

beforeEach(async () => {
  scene = await createTestEnvironment();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
  await scene.end();
});

test("the sandbox refutes no assumption, and no secret is shown", async () => {
  scene.sandbox.update("location", "LOC-PAR-001", { name: "A name of a customer" });
  const { report, ended } = await examine(scene);
  expect(ended.code).toBe(0);
  expect(report.assumptions.filter((one) => one.verdict === "refuted")).toEqual([]);
  expect(report.assumptions.filter((one) => one.verdict === "confirmed").length).toBeGreaterThan(10);
  expect(ended.out + ended.err).not.toMatch(/sandbox-client|sandbox-secret|sandbox-api-key|A name of a customer|LOC-/);
  const shown = (await scene.cli(["doctor"])).out;
  expect(shown).toContain("apiKey: set, not shown (environment)");
  expect(shown).toMatch(/location: .*\bname \d+ %/);
});

test("missing and wrong credentials fail, with the next step", async () => {
  const missing = await examine(scene, { ORANGE_CMDB_CLIENT_SECRET: "" });
  expect(missing.ended.code).toBe(1);
  expect(missing.ended.out).toContain("ORANGE_CMDB_CLIENT_SECRET");
  const wrong = await examine(scene, { ORANGE_CMDB_CLIENT_SECRET: "not-the-secret" });
  expect(wrong.ended.code).toBe(1);
  expect(verdict(wrong.report, 2)).toMatchObject({
    verdict: "unknown",
    seen: expect.stringMatching(/^the credentials were rejected \(invalid_client\) by an OAuth endpoint/) as string,
  });
  expect(wrong.ended.out).not.toContain("not-the-secret");
});

test("an invalid rules file or ignore file is reported", async () => {
  const named = await examine(scene, { ORANGE_CMDB_RULES: "nowhere.yaml" });
  expect(named.ended.code).toBe(1);
  const rules = named.report.checks.find(({ name }) => name === "rules file");
  expect(rules).toMatchObject({ area: "rules", status: "failed" });
  expect(rules?.detail).toContain("nowhere.yaml cannot be read");
  writeFileSync(join(scene.cacheDir, ".cmdbignore.yaml"), "ignore: [{ rule: nonsense }]");
  expect((await scene.cli(["doctor"])).out).toMatch(/ignore file: [^]*ignore\.0/);
});

/** A service that differs from what is assumed; its lists are those of `records`. */
async function other(
  records: readonly object[],
  respond: (page: { size: number; from: number }, request: IncomingMessage, response: ServerResponse) => void,
  doc: object = {},
): Promise<Record<string, string>> {
  server = await startServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://test");
    if (pathname === "/status") return json(response, 200, {});
    if (pathname === "/doc") return json(response, 200, doc);
    if (!/^\/\w+$/.test(pathname)) return json(response, 400, { error: "no such thing" });
    const size = Number(searchParams.get("pageSize") ?? records.length);
    respond({ size, from: Number(searchParams.get("page") ?? 1) }, request, response);
  });
  return { ORANGE_CMDB_ENDPOINT: server.url, ORANGE_CMDB_ACCESS_TOKEN: "token", ORANGE_CMDB_API_KEY: "key" };
}

const odd = Array.from({ length: 5 }, (_, index) => ({
  id: index + 1,
  siteLabel: `Site ${index}`,
  lifecycleStatus: "live",
  place: { placeId: "P1" },
  postalAddress: { city: "Paris" },
}));

test("a service that differs has its assumptions refuted, and settings that fit are proposed", async () => {
  const list = { get: { parameters: ["pageSize", "page", "status"].map((name) => ({ name, in: "query" })) } };
  const paths = {
    "/v2/locations": list,
    "/v2/servicePoints": list,
    "/v2/configurationItems": list,
    "/v2/accounts": list,
  };
  const environment = await other(odd, (_page, _request, response) => json(response, 200, odd), { paths });
  const { report, ended } = await examine(scene, environment);
  expect(ended.code).toBe(2);
  const refuted = report.assumptions.filter((one) => one.verdict === "refuted").map(({ number }) => number);
  // No counts, paging ignored, other fields, no record by id, errors of another form.
  expect(refuted).toEqual([6, 7, 9, 10, 11, 12]);
  const proposals = Object.fromEntries(report.proposals.map(({ setting, value }) => [setting, value]));
  expect(proposals).toMatchObject({ limitParameter: "pageSize", offsetParameter: "page", pagingStyle: "page" });
  expect(JSON.parse(proposals["fieldMap"] ?? "{}")).toMatchObject({
    location: { name: ["siteLabel"], status: ["lifecycleStatus"], address: ["postalAddress"] },
    configurationItem: { locationId: ["place.placeId"] },
  });
});

test("--write-env writes the proposed settings to a file that a shell can read, and they fit", async () => {
  const list = { get: { parameters: ["pageSize", "page"].map((name) => ({ name, in: "query" })) } };
  const paths = { "/locations": list, "/servicePoints": list, "/configurationItems": list, "/accounts": list };
  const environment = await other(
    odd,
    ({ size, from }, _request, response) =>
      json(response, 200, odd.slice((from - 1) * size, from * size), { "x-total-count": "5", "x-result-count": "2" }),
    { paths },
  );
  const file = join(scene.cacheDir, "proposed.env");
  expect((await scene.cli(["doctor", "--write-env", file], environment)).err).toContain(file);
  const written = Object.fromEntries(
    [...readFileSync(file, "utf8").matchAll(/^export (\w+)='(.*)'$/gm)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );
  const { report } = await examine(scene, { ...environment, ...written });
  expect(verdict(report, 7)?.verdict).toBe("confirmed");
  expect(verdict(report, 9)?.verdict).toBe("confirmed");
  const listed = await scene.cli(["list", "locations", "-o", "json"], {
    ...environment,
    ...written,
    ORANGE_CMDB_PAGE_SIZE: "2",
  });
  expect(JSON.parse(listed.out)).toHaveLength(5);
  expect(JSON.parse(listed.out)).toMatchObject([{ name: "Site 0" }, {}, {}, {}, {}]);
});

test("--write-env rejects an existing file before the first request", async () => {
  const at = (name: string): string => join(scene.cacheDir, name);
  writeFileSync(at("mine"), "mine");
  symlinkSync(at("mine"), at("link"));
  symlinkSync(at("none"), at("leads nowhere"));
  for (const [path, message] of [
    [at("mine"), "exists"],
    [at("link"), "exists"],
    [scene.cacheDir, "is a folder"],
    [at("missing/proposed.env"), "is in a folder that does not exist"],
    [at("leads nowhere/proposed.env"), "is in a folder that does not exist"],
    [at("mine/proposed.env"), "is not in a folder"],
  ] as const) {
    const { code, out, err } = await scene.cli(["doctor", "--write-env", path]);
    expect({ code, out, err }).toEqual({
      code: 1,
      out: "",
      err: expect.stringContaining(`${path} cannot be written: it ${message}; name another file`) as string,
    });
    expect(err.trim().split("\n")).toHaveLength(1);
  }
  expect(scene.sandbox.requests).toEqual([]);
  expect(readFileSync(at("mine"), "utf8")).toBe("mine");
  expect(existsSync(at("none"))).toBe(false);
});

test("--write-env writes no file if there are no proposals", async () => {
  const file = join(scene.cacheDir, "proposed.env");
  dateRecords(scene);
  const { code, out, err } = await scene.cli(["doctor", "--write-env", file]);
  expect(code).toBe(0);
  expect(out).toContain("assumptions");
  expect(err).toMatchInlineSnapshot(`
   "no settings are proposed; <tmp>/proposed.env is not written
   "
  `);
  expect(existsSync(file)).toBe(false);
});

test("--write-env keeps a file that was created meanwhile, and the report is still printed", async () => {
  const file = join(scene.cacheDir, "proposed.env");
  const environment = await other(odd, (_page, _request, response) => {
    writeFileSync(file, "of another user");
    json(response, 200, odd);
  });
  const { code, out, err } = await scene.cli(["doctor", "--write-env", file], environment);
  expect(code).toBe(1);
  expect(out).toContain("fieldMap =");
  expect(err).toContain(`${file} cannot be written: it exists; name another file`);
  expect(readFileSync(file, "utf8")).toBe("of another user");
});

test("a setting from an option is reported with the option as its source", async () => {
  const file = join(scene.cacheDir, "inventory.db");
  const record = join(scene.cacheDir, "record");
  const { out } = await scene.cli(["doctor", "--inventory", "inventory.db", "--record-http", record]);
  expect(out).toContain(`inventoryFile: ${file} (--inventory)`);
  expect(out).toContain(`recordingDir: ${record} (--record-http)`);
  const environment = await scene.cli(["doctor"], {
    ORANGE_CMDB_INVENTORY_FILE: file,
    ORANGE_CMDB_RECORDING_DIR: record,
  });
  expect(environment.out).toContain(`inventoryFile: ${file} (environment)`);
  expect(environment.out).toContain(`recordingDir: ${record} (environment)`);
});

test("denied accounts are not a fault", async () => {
  server = await startServer((request, response) => {
    if (request.url?.startsWith("/accounts")) return json(response, 403, { code: 50, message: "Access denied" });
    const one = request.url?.includes("/doc") || request.url?.includes("/status");
    json(response, 200, one ? {} : [], { "x-total-count": "0", "x-result-count": "0" });
  });
  const { report } = await examine(scene, { ORANGE_CMDB_ENDPOINT: server.url, ORANGE_CMDB_ACCESS_TOKEN: "token" });
  expect(outcome(report, 13)).toMatchInlineSnapshot(`"confirmed: the status is 403"`);
  expect(report.checks.filter(({ status }) => status === "failed")).toEqual([]);
});

test.each<[number, object]>([
  [500, { code: 1, message: "Internal error" }],
  [401, { code: 41, message: "Invalid credentials" }],
])("accounts that respond with %i fail, as in sync", async (status, body) => {
  server = await startServer((request, response) => {
    if (request.url?.startsWith("/accounts")) return json(response, status, body);
    const one = request.url?.includes("/doc") || request.url?.includes("/status");
    json(response, 200, one ? {} : [], { "x-total-count": "0", "x-result-count": "0" });
  });
  const changes = {
    ORANGE_CMDB_ENDPOINT: server.url,
    ORANGE_CMDB_ACCESS_TOKEN: "token",
    ORANGE_CMDB_TIMEOUT: "2",
    ORANGE_CMDB_CACHE_DIR: ":memory:",
  };
  const { report, ended } = await examine(scene, changes);
  expect(ended.code).toBe(1);
  expect(report.checks.filter((check) => check.status === "failed").map(({ name }) => name)).toEqual(["GET /accounts"]);
  expect(verdict(report, 13)?.verdict).toBe("unknown");
  expect((await scene.cli(["sync"], changes)).code).toBe(1);
});

test("the credentials and the query of an address are not shown, and a password in it is rejected", async () => {
  const { ended } = await examine(scene, {
    ORANGE_CMDB_ENDPOINT: `${scene.sandbox.endpoint}?key=QKEYxyz`,
    ORANGE_CMDB_TOKEN_URL: scene.sandbox.tokenUrl.replace("//", "//user:PASSWDxyz@"),
  });
  expect(ended.out + ended.err).not.toMatch(/QKEYxyz|PASSWDxyz/);
  expect(ended.out).toContain("?…");
  expect(ended.out).toContain("//…@");
  expect(ended.out).toContain("must not have a user or a password");
  expect(ended.code).toBe(1);
});

test("an invalid setting is reported in one line, and an invalid address is not shown", async () => {
  const { report, ended } = await examine(scene, {
    ORANGE_CMDB_ENDPOINT: "https://user:p4ssw0rd%40example.com/",
    ORANGE_CMDB_PAGE_SIZE: "many",
    ORANGE_CMDB_CLIENT_SECRET: "",
  });
  expect(ended.code).toBe(1);
  expect(ended.out + ended.err).not.toMatch(/p4ssw0rd|example\.com/);
  const lines = (name: string): unknown =>
    report.checks.filter((check) => check.name === name).map(({ status, detail }) => [status, detail]);
  expect(lines("endpoint")).toMatchInlineSnapshot(`
   [
     [
       "failed",
       "… (not a URL) (environment) is wrong: is not an https:// URL (ORANGE_CMDB_ENDPOINT=…)",
     ],
   ]
  `);
  expect(lines("pageSize")).toMatchInlineSnapshot(`
   [
     [
       "failed",
       "many (environment) is wrong: is not a whole number (ORANGE_CMDB_PAGE_SIZE=…)",
     ],
   ]
  `);
  expect(lines("clientSecret")).toMatchInlineSnapshot(`
   [
     [
       "failed",
       "not set (default) is missing: ORANGE_CMDB_CLIENT_SECRET=…",
     ],
   ]
  `);
  expect(report.checks.filter(({ status }) => status === "failed")).toHaveLength(3);
});

test.each(["?key=QKEYxyz", "#QKEYxyz"])(
  "every command rejects an address with %s, and does not show it",
  async (more) => {
    for (const [name, address] of [
      ["ORANGE_CMDB_ENDPOINT", scene.sandbox.endpoint],
      ["ORANGE_CMDB_TOKEN_URL", scene.sandbox.tokenUrl],
    ] as const) {
      for (const command of [["list", "locations", "-o", "json"], ["doctor"]]) {
        const { code, out, err } = await scene.cli(command, { [name]: `${address}${more}` });
        expect(code).toBe(1);
        expect(out + err).toContain("must not have a query or a fragment");
        expect(out + err).not.toContain("QKEYxyz");
      }
    }
  },
);

test("a corrupt mirror and a clock that differs are reported", async () => {
  expect((await scene.cli(["sync"])).code).toBe(0);
  const [name = ""] = readdirSync(scene.cacheDir).filter((entry) => entry.endsWith(".db"));
  const file = join(scene.cacheDir, name);
  const ofFile = ({ report }: Awaited<ReturnType<typeof examine>>): unknown =>
    report.checks.find((check) => check.area === "mirror" && check.name === "file");
  expect(ofFile(await examine(scene))).toMatchObject({
    status: "ok",
    detail: expect.stringMatching(/ MB, valid checksum$/) as string,
  });
  const bytes = readFileSync(file);
  // Read even where it was read a moment ago.
  bytes[bytes.lastIndexOf("LOC-PAR-001")] = "l".charCodeAt(0);
  writeFileSync(file, bytes);
  const later = new Date(Date.now() + 1000);
  utimesSync(file.replace(/\.\d+\.db$/, ".json"), later, later);
  expect(ofFile(await examine(scene))).toMatchObject({
    status: "warning",
    detail: "its file is corrupt",
    next: "it is fetched again when it is needed",
  });
  writeFileSync(file, "nonsense");
  expect(ofFile(await examine(scene))).toMatchObject({ status: "warning" });
  const environment = await other([], (_page, _request, response) => json(response, 200, []));
  server?.requests.splice(0);
  const late = await startServer((_request, response) =>
    json(response, 200, [], { date: new Date(Date.now() - 7_200_000).toUTCString() }),
  );
  const skewed = await examine(scene, { ...environment, ORANGE_CMDB_ENDPOINT: late.url });
  await late.close();
  expect(skewed.report.checks.find(({ name }) => name === "clock")).toMatchObject({
    status: "warning",
    detail: expect.stringMatching(/by 7\d\d\d s/) as string,
  });
});
