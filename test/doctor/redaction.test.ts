import type { IncomingMessage, ServerResponse } from "node:http";
import { autoClose, useTestEnvironment } from "../helpers/hooks";
import { json, startServer } from "../helpers/server";
import { examine, outcome } from "./helpers";

const key = "api-key-of-ours/4711";
const token = "token-of-ours-0815";
const secrets = /api-key-of|token-of-ours|4711|0815/;
const customer = "Secret Customer HQ";

const scene = useTestEnvironment();
const closed = autoClose();

type Respond = (path: string, response: ServerResponse, request: IncomingMessage) => boolean;

/** What the doctor says, in both forms, of a service that is as `respond` says, and empty elsewhere. */
async function shown(respond: Respond): Promise<Awaited<ReturnType<typeof examine>> & { text: string }> {
  const server = await startServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://test");
    if (respond(pathname, response, request)) return;
    if (/^\/(status|doc)$/.test(pathname)) return json(response, 200, {});
    if (/\/.*\//.test(pathname)) return json(response, 404, { code: 60, message: "Not found" });
    json(response, 200, [], { "x-total-count": "0", "x-result-count": "0" });
  });
  closed(server);
  const changes = {
    ORANGE_CMDB_ENDPOINT: server.url,
    ORANGE_CMDB_ACCESS_TOKEN: token,
    ORANGE_CMDB_API_KEY: key,
    ORANGE_CMDB_TIMEOUT: "2",
  };
  const found = await examine(scene(), changes);
  const console = await scene().cli(["doctor"], changes);
  const text = [found.ended.out, found.ended.err, console.out, console.err].join("\n");
  expect(text).not.toMatch(secrets);
  expect(text).not.toContain(customer);
  expect(text).not.toMatch(/LOC-\d/);
  return { ...found, text };
}

const detailOf = ({ report }: { report: Awaited<ReturnType<typeof examine>>["report"] }, name: string): unknown =>
  report.checks.find((check) => check.name === name)?.detail;

test("a response that is not JSON is described by its length and media type, without its content", async () => {
  const found = await shown((path, response, request) => {
    if (path !== "/locations") return false;
    const sent = JSON.stringify(request.headers);
    response.writeHead(200, { "content-type": `text/html; of=${sent.length}` });
    response.end(`<html>${sent}`);
    return true;
  });
  expect(detailOf(found, "GET /locations")).toMatch(/^the response is not JSON \(\d+ bytes, text\/html\)$/);
  expect(found.ended.code).toBe(1);
  // The other lists are read; what came in the place of this one is not the API's.
  expect(outcome(found.report, 5)).toMatchInlineSnapshot(`"confirmed: every list that was read"`);
});

const records = [{ id: "LOC-1", name: customer }];

test.each<[string, Respond, RegExp]>([
  [
    "a truncated page",
    (_path, response) => {
      response.writeHead(200, { "content-type": "no type at all, LOC-1" });
      response.end(JSON.stringify(records).slice(0, -5));
      return true;
    },
    /^the response is not JSON \(\d+ bytes, of no type\)$/,
  ],
  [
    "two records with one id",
    (_path, response) => {
      json(response, 200, [...records, { id: "LOC-1", name: "another" }]);
      return true;
    },
    /^a page has different records with the same id$/,
  ],
  [
    "records in place of an error",
    (_path, response) => {
      json(response, 400, records);
      return true;
    },
    /HTTP status 400|bad/,
  ],
])("%s: nothing of a record is shown", async (_name, respond, detail) => {
  const found = await shown((path, response, request) => path === "/locations" && respond(path, response, request));
  expect(detailOf(found, "GET /locations")).toMatch(detail);
  expect(found.ended.code).toBe(1);
});

test("a record that fails when it is requested by its id is not shown", async () => {
  const found = await shown((path, response) => {
    if (path === "/locations") json(response, 200, records, { "x-total-count": "1", "x-result-count": "1" });
    else if (path === "/locations/LOC-1") json(response, 500, { code: 1, message: "no LOC-1", description: customer });
    else return false;
    return true;
  });
  expect(detailOf(found, "GET /locations")).toBe("1 records");
  expect(detailOf(found, "GET /locations/{id}")).toMatch(
    /\/locations\/\{id\}: internal error of the API \(500, code 1\)/,
  );
});

test("invalid counts and parameter names show no secret that was sent back", async () => {
  const found = await shown((path, response, request) => {
    const { authorization = "", "x-api-key": sent = "" } = request.headers;
    const names = ["limit", String(authorization), String(sent), `x${String(sent)}`, customer, "token-of-ours-0815"];
    const list = { get: { parameters: names.map((name) => ({ name, in: "query" })) } };
    if (path === "/doc") json(response, 200, { paths: { "/locations": list } });
    else if (path === "/locations") json(response, 200, [], { "x-total-count": `${String(sent)} and more` });
    else return false;
    return true;
  });
  expect(detailOf(found, "GET /locations")).toBe("answered");
  expect(detailOf(found, "/locations")).toMatch(
    /^does not have: parameter offset, parameter sort; .*\(x\[secret\], 3 more\)/,
  );
});

test("all output of the doctor is redacted", async () => {
  // A count is shown where it is a number, and a secret may be one.
  const number = "4711471147";
  const server = await startServer((request, response) => {
    const isList = !/^\/(status|doc)/.test(request.url ?? "");
    json(response, 200, isList ? [] : {}, isList ? { "x-total-count": number } : {});
  });
  closed(server);
  const { ended } = await examine(scene(), {
    ORANGE_CMDB_ENDPOINT: server.url,
    ORANGE_CMDB_ACCESS_TOKEN: token,
    ORANGE_CMDB_API_KEY: number,
  });
  expect(ended.out).not.toContain(number);
});
