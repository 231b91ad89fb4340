import type { Verdict } from "../../provider/doctor";
import { closedAfterEach, sharedScene } from "../helpers/lifetimes";
import { json, startServer } from "../helpers/server";
import { examine, verdict } from "./helpers";

const scene = sharedScene();
const closed = closedAfterEach();

const unasked = "the service could not be asked";
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
  ["invalid_scope", 400, { error: "invalid_scope" }, {}, ["unknown", /scope alone/], /refuses it \(invalid_scope\)/],
  ["invalid_request", 400, { error: "invalid_request" }, {}, ["unknown", /HTTP Basic/], /could not/],
  ["an error of its own", 400, { error: "account_locked" }, {}, ["unknown", /\(account_locked\)/], /could not/],
  ["404", 404, { code: 60, message: "Not found" }, {}, ["refuted", /answered by 404/], /could not/],
  ["a firewall's 403", 403, "<html></html>", {}, ["unknown", /answered by 403, .*on the way/], /could not/],
  ["a proxy's 407", 407, "", {}, ["unknown", /answered by 407, .*on the way/], /could not/],
  ["HTML", 200, "<html></html>", {}, ["refuted", /answered by 200/], /could not/],
  ["a redirect", 302, "", { location: "https://login.example.com" }, ["refuted", /answered by 302/], /could not/],
  ["503", 503, "", {}, ["unknown", /could not/], /could not/],
])("a token endpoint that answers by %s: what is known of the token, and of the scope", async (...row) => {
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

test("a scope of one's own that is refused says nothing of the one that is assumed", async () => {
  const server = await startServer((_request, response) => json(response, 400, { error: "invalid_scope" }));
  closed(server);
  const { report } = await examine(scene(), { ORANGE_CMDB_TOKEN_URL: server.url, ORANGE_CMDB_SCOPE: "other" });
  expect(verdict(report, 3)).toMatchObject({
    verdict: "unknown",
    seen: expect.stringContaining("another scope") as string,
  });
});

test("a token endpoint that cannot be reached says nothing of the token", async () => {
  const { report } = await examine(scene(), {
    ORANGE_CMDB_TOKEN_URL: "https://nowhere.invalid/token",
    ORANGE_CMDB_TIMEOUT: "2",
  });
  expect(verdict(report, 2)).toMatchObject({ verdict: "unknown", seen: unasked });
});

test("an API that refuses was asked with a token: one was given", async () => {
  const { report, ended } = await examine(scene(), { ORANGE_CMDB_API_KEY: "not-the-key" });
  expect(ended.code).toBe(1);
  expect(verdict(report, 2)).toMatchObject({ verdict: "confirmed", seen: "a token was given" });
  expect(verdict(report, 1)).toMatchObject({ verdict: "unknown", seen: unasked });
  const ready = await examine(scene(), { ORANGE_CMDB_API_KEY: "not-the-key", ORANGE_CMDB_ACCESS_TOKEN: "of-ours" });
  expect(verdict(ready.report, 2)).toMatchObject({ verdict: "unknown", seen: unasked });
});
