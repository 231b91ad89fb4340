import type { IncomingMessage, ServerResponse } from "node:http";
import type { DoctorReport } from "../../provider/doctor";
import { forward } from "../helpers/forward";
import { autoClose, useTestEnvironment } from "../helpers/hooks";
import { json, startServer } from "../helpers/server";
import { examine, outcome, verdict } from "./helpers";

const scene = useTestEnvironment();
const closed = autoClose();

/** Answers one call, or leaves it to the sandbox. @param path without the base URL and the query */
type Respond = (path: string, response: ServerResponse, request: IncomingMessage) => boolean;

const tokenPath = "/oauth/v3/token";

/** Of every list: the published description has no ETags, so the sandbox need not send any. */
const etag = '"of-the-front"';

/** What the doctor says of the sandbox, where a server before it answers some calls itself. */
async function seen(
  respond: Respond,
  changes: Record<string, string> = {},
): Promise<Awaited<ReturnType<typeof examine>>> {
  const { origin, pathname: base } = new URL(scene().sandbox.endpoint);
  const front = await startServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", origin);
    if (respond(pathname.replace(base, ""), response, request)) return;
    const path = pathname.replace(base, "");
    if (isList(path) && request.headers["if-none-match"] === etag) {
      response.writeHead(304).end();
      return;
    }
    forward(request, response, new URL(request.url ?? "", origin), (headers) =>
      isList(path) ? { ...headers, etag } : headers,
    );
  });
  closed(front);
  return examine(scene(), {
    ORANGE_CMDB_ENDPOINT: front.url + base,
    ORANGE_CMDB_TOKEN_URL: front.url + tokenPath,
    ORANGE_CMDB_TIMEOUT: "2",
    // Without a process that tests the locks of a mirror, each time.
    ORANGE_CMDB_CACHE_DIR: ":memory:",
    ...changes,
  });
}

const isList = (path: string): boolean => /^\/(locations|servicePoints|configurationItems|accounts)$/.test(path);
const isRecord = (path: string): boolean => /^\/\w+\/(?!no-such-record)/.test(path) && path !== tokenPath;
const isMissing = (path: string): boolean => path.endsWith("/no-such-record-0");

const said = (text: RegExp): string => expect.stringMatching(text) as string;
const checkOf = ({ checks }: DoctorReport, name: string): DoctorReport["checks"][number] | undefined =>
  checks.find((check) => check.name === name);

/** Not before the call is given up: it is not tried again. */
const later = { "retry-after": "3600" };

/** Responses that do not fit the request, and the result of their check. */
const faults: [string, (response: ServerResponse) => void, RegExp][] = [
  ["429", (response) => json(response, 429, { code: 1, message: "Slower" }, later), /too many requests \(429/],
  ["its throttling 403", (response) => json(response, 403, { code: 53 }, later), /too many requests \(403, code 53\)/],
  ["503", (response) => json(response, 503, { code: 5, message: "Away" }, later), /unavailable \(503, code 5\)/],
  ["a refused token", (response) => json(response, 401, { code: 41 }), /credentials invalid \(401, code 41\)/],
  ["a redirect", (response) => response.writeHead(302, { location: "https://x.invalid" }).end(), /redirected \(302\)/],
  ["a status of a proxy", (response) => json(response, 407, {}), /HTTP status 407/],
  ["HTML", (response) => response.writeHead(200).end("<html>LOC-"), /the response is not JSON( \(\d+)?/],
  ["a cut connection", (response) => response.destroy(), /connection|ECONNRESET|socket/],
  ["nothing", () => undefined, /not complete within 2 s/],
];

/** Some of them, where the others would show the same. */
const fewFaults = faults.filter(([name]) => ["its throttling 403", "503", "a refused token", "HTML"].includes(name));

test.each(faults)(
  "a request of a record that ends with %s is not reported as an unknown id",
  async (_name, fail, why) => {
    const { report, ended } = await seen((path, response) => {
      if (isRecord(path)) fail(response);
      return isRecord(path);
    });
    expect(verdict(report, 10)).toMatchObject({ verdict: "unknown", seen: said(why) });
    expect(verdict(report, 10)?.seen).toContain("/{id}");
    // What else the list showed is kept.
    for (const number of [3, 4, 5, 6, 7, 8, 9, 11, 12])
      expect([number, verdict(report, number)?.verdict]).toEqual([number, "confirmed"]);
    expect(checkOf(report, "GET /locations")?.status).toBe("ok");
    expect(checkOf(report, "GET /locations/{id}")).toMatchObject({ status: "failed", detail: said(why) });
    expect(ended.code).toBe(1);
    expect(ended.out).not.toContain("LOC-");
  },
);

test.each([
  [400, { code: 20 }],
  [400, { error: "no such thing" }],
  [404, { code: 60 }],
])("a record that the API responds to with %i and %j is not found by its id", async (status, body) => {
  const { report, ended } = await seen((path, response) => {
    if (isRecord(path)) json(response, status, body);
    return isRecord(path);
  });
  expect(verdict(report, 10)).toMatchObject({ verdict: "refuted", seen: said(/^not found by its id: location, /) });
  expect(ended.code).toBe(2);
});

test.each(faults)("an unknown id that ends with %s is not counted as an error of the API", async (_name, fail, why) => {
  const { report } = await seen((path, response) => {
    if (isMissing(path)) fail(response);
    return isMissing(path);
  });
  for (const number of [10, 11, 12])
    expect(verdict(report, number)).toMatchObject({ verdict: "unknown", seen: said(why) });
});

test("a token endpoint that responds with 404 is not counted as a missing record", async () => {
  let isAway = false;
  const { report } = await seen((path, response) => {
    if (isMissing(path)) {
      isAway = true;
      json(response, 401, { code: 42, message: "Expired credentials" });
    } else if (isAway && path === tokenPath) json(response, 404, { code: 60, message: "Not found" });
    else return false;
    return true;
  });
  for (const number of [10, 11, 12])
    expect(verdict(report, number)).toMatchObject({
      verdict: "unknown",
      seen: said(/^POST http:.*\/oauth\/v3\/token: no token \(404\)/),
    });
});

test.each<[string, object | null, string]>([
  ["a record", { id: "no-such-record-0" }, "a record"],
  ["null", null, "JSON that is not a record"],
  ["an object without an id", {}, "JSON that is not a record"],
])("an unknown id that returns %s is refuted, and there is no error to evaluate", async (_name, body, what) => {
  const { report } = await seen((path, response) => {
    if (isMissing(path)) json(response, 200, body);
    // A list whose record cannot be requested does not hide it.
    else if (path.startsWith("/accounts/")) json(response, 401, { code: 41 });
    else return false;
    return true;
  });
  expect(verdict(report, 10)).toMatchObject({
    verdict: "refuted",
    seen: `an unknown id returns ${what}`,
  });
  for (const number of [11, 12])
    expect(verdict(report, number)).toMatchObject({ verdict: "unknown", seen: "there was no error" });
});

test("an unknown id is requested of a list that can be read", async () => {
  const { report } = await seen((path, response) => {
    if (!path.startsWith("/locations")) return false;
    json(response, 403, { code: 50, message: "Access denied" });
    return true;
  });
  expect(verdict(report, 10)?.verdict).toBe("confirmed");
  expect(outcome(report, 3)).toMatchInlineSnapshot(`"refuted: location: access denied"`);
});

test.each(fewFaults)("lists that end with %s leave their assumptions unknown", async (_name, fail, why) => {
  const { report, ended } = await seen((path, response) => {
    if (isList(path)) fail(response);
    return isList(path);
  });
  expect(ended.code).toBe(1);
  for (const number of [3, 4, 6, 7, 8, 9, 10])
    expect(verdict(report, number)).toMatchObject({ verdict: "unknown", seen: "no list was read" });
  expect(verdict(report, 5)).toMatchObject({ verdict: "unknown", seen: said(/no list was read|is not JSON/) });
  expect(verdict(report, 13)).toMatchObject({ verdict: "unknown", seen: said(why) });
});

test("a token endpoint that refuses leaves the denial of lists and of accounts unknown", async () => {
  let isAway = false;
  const { report } = await seen((path, response) => {
    if (isList(path)) {
      isAway = true;
      json(response, 401, { code: 42, message: "Expired credentials" });
    } else if (isAway && path === tokenPath) json(response, 403, { code: 50, message: "Access denied" });
    else return false;
    return true;
  });
  expect(checkOf(report, "GET /locations")?.detail).toContain("no token (403)");
  expect(outcome(report, 3)).toMatchInlineSnapshot(`"unknown: no list was read"`);
  expect(outcome(report, 13)).toMatchInlineSnapshot(
    `"unknown: POST http://127.0.0.1:<port>/oauth/v3/token: no token (403); check tokenUrl, the network and the proxy settings"`,
  );
});

test("a 403 without a code of the API denies nothing, and the lists that were read are named", async () => {
  const { report } = await seen((path, response) => {
    if (path === "/locations") response.writeHead(403, { "content-type": "text/html" }).end("<html>Forbidden");
    return path === "/locations";
  });
  expect(outcome(report, 3)).toMatchInlineSnapshot(
    `"confirmed: lists (servicePoint, configurationItem) are read with b2b:core-information:readonly"`,
  );
});

test("lists that are read with a configured token leave the scope unknown", async () => {
  const { report } = await seen(
    (path, response) => {
      if (path === "/status" || path === "/doc") json(response, 200, {});
      else if (isList(path)) json(response, 200, []);
      else json(response, 404, { code: 60 });
      return true;
    },
    { ORANGE_CMDB_ACCESS_TOKEN: "of-ours" },
  );
  expect(outcome(report, 3)).toMatchInlineSnapshot(`"unknown: a configured token is used"`);
});

test.each<[string, boolean, string]>([
  ["other", false, "another scope is set, and lists are read with it"],
  ["other", true, "another scope is set, and denied access"],
])("the scope %s leaves the assumed scope unknown", async (name, isDenied, what) => {
  const { report } = await seen(
    (path, response) => {
      if (path === tokenPath) json(response, 200, { access_token: "of-ours", token_type: "bearer" });
      else if (path === "/locations" && isDenied) json(response, 403, { code: 50, message: "Access denied" });
      else if (isList(path)) json(response, 200, []);
      else json(response, path === "/status" ? 200 : 404, { code: 60 });
      return true;
    },
    { ORANGE_CMDB_SCOPE: name },
  );
  expect(verdict(report, 3)).toMatchObject({ verdict: "unknown", seen: what });
});

test.each(fewFaults)("If-None-Match that ends with %s does not refute ETags", async (...row) => {
  const [, fail, why] = row;
  const { report, ended } = await seen((_path, response, { headers }) => {
    if (headers["if-none-match"] !== undefined) fail(response);
    return headers["if-none-match"] !== undefined;
  });
  expect(verdict(report, 8)).toMatchObject({ verdict: "unknown", seen: said(why) });
  for (const number of [3, 4, 5, 6, 7, 9, 10, 13])
    expect([number, verdict(report, number)?.verdict]).toEqual([number, "confirmed"]);
  expect(checkOf(report, "GET /locations")?.status).toBe("ok");
  expect(checkOf(report, "GET /locations with If-None-Match")).toMatchObject({ status: "failed", detail: said(why) });
  expect(ended.code).toBe(1);
});

test("If-None-Match that the API refuses refutes ETags, and fails as in sync", async () => {
  const { report, ended } = await seen((_path, response, { headers }) => {
    if (headers["if-none-match"] !== undefined) json(response, 412, { code: 63, message: "Precondition failed" });
    return headers["if-none-match"] !== undefined;
  });
  expect(outcome(report, 8)).toMatchInlineSnapshot(`"refuted: the status is 412"`);
  expect(checkOf(report, "GET /locations with If-None-Match")?.status).toBe("failed");
  expect(ended.code).toBe(1);
});

test.each(fewFaults)(
  "GET /doc that ends with %s is reported as unreadable, and leaves filters unknown",
  async (...row) => {
    const [, fail, why] = row;
    const { report, ended } = await seen((path, response) => {
      if (path === "/doc") fail(response);
      return path === "/doc";
    });
    expect(verdict(report, 14)).toMatchObject({ verdict: "unknown", seen: said(why) });
    expect(checkOf(report, "GET /doc")).toMatchObject({
      area: "description",
      status: "unknown",
      detail: said(new RegExp(`^could not be read: .*(${why.source})`)),
    });
    expect(ended.out).not.toContain("LOC-");
    expect(ended.code).toBe(0);
  },
);

test.each<[string, Respond]>([
  ["a 404 of the API", (_path, response) => (json(response, 404, { code: 60, message: "Not found" }), true)],
  ["a document of another kind", (_path, response) => (json(response, 200, {}), true)],
])("GET /doc that returns %s is not a description", async (_name, respond) => {
  const { report } = await seen((path, response, request) => path === "/doc" && respond(path, response, request));
  expect(checkOf(report, "GET /doc")).toMatchObject({ status: "unknown", detail: "no OpenAPI description" });
  expect(verdict(report, 14)).toMatchObject({ verdict: "unknown", seen: "GET /doc describes no list" });
});

test("the error of an unreadable description has no secrets that were sent", async () => {
  const { report, ended } = await seen((path, response, { headers }) => {
    if (path === "/doc") json(response, 500, { code: 1, message: `sent ${String(headers["x-api-key"])}` });
    return path === "/doc";
  });
  expect(verdict(report, 14)?.seen).toContain("sent [secret]");
  expect(ended.out).not.toContain("sandbox-api-key");
});

test("a total that is only the count of the page is refuted", async () => {
  const { report } = await seen((path, response, request) => {
    if (!isList(path)) return false;
    const { searchParams } = new URL(request.url ?? "", "http://test");
    const [limit = 0, offset = 0] = ["limit", "offset"].map((name) => Number(searchParams.get(name)));
    const records = Array.from({ length: 9 }, (_, at) => ({ id: `L-${at}`, name: `L ${at}` }));
    const page = records.slice(offset, offset + limit);
    json(response, 206, page, { "x-total-count": String(page.length) });
    return true;
  });
  expect(outcome(report, 6)).toMatchInlineSnapshot(
    `"refuted: a total is smaller than its page, or is the count of the page alone"`,
  );
});
