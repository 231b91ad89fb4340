import type { Verdict } from "../../provider/doctor";
import { autoClose, useTestEnvironment } from "../helpers/hooks";
import { json, startServer } from "../helpers/server";
import { examine, outcome, verdict } from "./helpers";

const scene = useTestEnvironment();
const closed = autoClose();

const unasked = "the service could not be called";
const challenge = { "www-authenticate": 'Basic realm="test"' };

test.each<[string, number, object | string, Record<string, string>, [Verdict["verdict"], RegExp], RegExp]>([
  ["invalid_client", 401, { error: "invalid_client" }, challenge, ["unknown", /invalid_client.*OAuth/], /could not/],
  [
    "unsupported_grant_type",
    400,
    { error: "unsupported_grant_type" },
    {},
    ["refuted", /client credentials/],
    /could not/,
  ],
  ["unauthorized_client", 400, { error: "unauthorized_client" }, {}, ["unknown", /the operator/], /could not/],
  ["invalid_scope", 400, { error: "invalid_scope" }, {}, ["unknown", /only the scope/], /rejects it \(invalid_scope\)/],
  ["invalid_request", 400, { error: "invalid_request" }, {}, ["unknown", /HTTP Basic/], /could not/],
  ["an error of its own", 400, { error: "account_locked" }, {}, ["unknown", /account_locked/], /could not/],
  ["404", 404, { code: 60, message: "Not found" }, {}, ["refuted", /status 404/], /could not/],
  ["a firewall's 403", 403, "<html></html>", {}, ["unknown", /status 403 .*possibly from a proxy/], /could not/],
  ["a proxy's 407", 407, "", {}, ["unknown", /status 407 .*possibly from a proxy/], /could not/],
  ["HTML", 200, "<html></html>", {}, ["refuted", /status 200/], /could not/],
  ["a redirect", 302, "", { location: "https://login.example.com" }, ["refuted", /status 302/], /could not/],
  ["503", 503, "", {}, ["unknown", /could not/], /could not/],
])("a token endpoint that responds with %s determines the results for the token and the scope", async (...row) => {
  const [, status, body, headers, [expected, seen], ofScope] = row;
  const server = await startServer((_request, response) => {
    if (typeof body !== "string") return json(response, status, body, headers);
    response.writeHead(status, { "content-type": "text/html", ...headers }).end(body);
  });
  closed(server);
  const changes = { ORANGE_CMDB_TOKEN_URL: server.url, ORANGE_CMDB_TIMEOUT: "2" };
  const { report, ended } = await examine(scene(), changes);
  expect(ended.code).toBe(1);
  expect(verdict(report, 2)).toMatchObject({ verdict: expected, seen: expect.stringMatching(seen) as string });
  expect(verdict(report, 3)).toMatchObject({
    verdict: ofScope.test(unasked) ? "unknown" : "refuted",
    seen: expect.stringMatching(ofScope) as string,
  });
  expect(verdict(report, 1)).toMatchObject({ verdict: "unknown", seen: unasked });
});

test("a configured scope that is rejected leaves the assumed scope unknown", async () => {
  const server = await startServer((_request, response) => json(response, 400, { error: "invalid_scope" }));
  closed(server);
  const { report } = await examine(scene(), { ORANGE_CMDB_TOKEN_URL: server.url, ORANGE_CMDB_SCOPE: "other" });
  expect(verdict(report, 3)).toMatchObject({
    verdict: "unknown",
    seen: expect.stringContaining("another scope") as string,
  });
});

test("an unreachable token endpoint leaves the token unknown", async () => {
  const { report } = await examine(scene(), {
    ORANGE_CMDB_TOKEN_URL: "https://nowhere.invalid/token",
    ORANGE_CMDB_TIMEOUT: "2",
  });
  expect(verdict(report, 2)).toMatchObject({ verdict: "unknown", seen: unasked });
});

test("an API that refuses a call confirms that a token was issued", async () => {
  const { report, ended } = await examine(scene(), { ORANGE_CMDB_API_KEY: "not-the-key" });
  expect(ended.code).toBe(1);
  expect(outcome(report, 2)).toMatchInlineSnapshot(`"confirmed: a token was issued"`);
  expect(verdict(report, 1)).toMatchObject({ verdict: "unknown", seen: unasked });
  const ready = await examine(scene(), { ORANGE_CMDB_API_KEY: "not-the-key", ORANGE_CMDB_ACCESS_TOKEN: "of-ours" });
  expect(verdict(ready.report, 2)).toMatchObject({ verdict: "unknown", seen: unasked });
});
