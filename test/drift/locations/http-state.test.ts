import { gzipSync } from "node:zlib";
import { httpState } from "../../../drift/sources/locations/http-state";
import { HttpReader } from "../../../drift/sources/locations/http";
import type { StateSource } from "../../../drift/sources/source";
import { startServer } from "../../helpers/server";
import { httpUser, startHttpBackend, type HttpBackend } from "./helpers/http-backend";
import { bytesOf, messageOf, resourcesOf, stateFile, useVariables } from "./helpers/read";
import { status, text, truncated } from "./helpers/stub";

const setVariables = useVariables();
let backend: HttpBackend;

beforeAll(async () => {
  backend = await startHttpBackend();
});
beforeEach(() => {
  backend.traffic.reset();
  backend.states.bodies.set("net.tfstate", stateFile("net"));
  setVariables({ TF_HTTP_USERNAME: httpUser.name, TF_HTTP_PASSWORD: httpUser.password });
});
afterAll(() => backend.close());

const reader = (): HttpReader => new HttpReader({ baseDelay: 1, stepTimeout: 500 });

/** Returns the source of a state of the backend. */
function source(path = "states/net.tfstate"): StateSource {
  return httpState(`tfstate+${backend.url}/${path}`, reader())[0]!;
}

const failure = (given = source()): Promise<string> => messageOf(bytesOf(given));
const url = (): string => `${backend.url}/states/net.tfstate`;

test("a state is read again at each iteration, by one GET", async () => {
  const given = source();
  expect(backend.traffic.calls()).toEqual([]);
  expect((await resourcesOf(given)).map(({ name }) => name)).toEqual(["terraform_data.net"]);
  backend.states.bodies.set("net.tfstate", stateFile("later"));
  expect((await resourcesOf(given)).map(({ name }) => name)).toEqual(["terraform_data.later"]);
  expect(backend.traffic.calls()).toEqual(["GET /states/net.tfstate", "GET /states/net.tfstate"]);
});

test.each([
  ["states/net.tfstate", "states/net"],
  ["states/net.json.gz", "states/net"],
  ["states/net/", "states/net"],
  ["states/net?token=s3cret-token", "states/net"],
])("the stack of %s has the name HOST/%s", (path, stack) => {
  expect(source(path).stack).toBe(`${backend.host}/${stack}`);
});

test("a compressed state is decompressed, whether the encoding is declared or not", async () => {
  const packed = gzipSync(stateFile("packed"));
  for (const headers of [{}, { "content-encoding": "gzip" }]) {
    backend.traffic.intercept = (_request, response) => {
      response.writeHead(200, headers).end(packed);
      return true;
    };
    expect(await bytesOf(source())).toBe(stateFile("packed"));
  }
});

test("the query of the location is sent, and shown nowhere", async () => {
  backend.traffic.intercept = (_request, response) => status(response, 403);
  const given = source("states/net.tfstate?sig=s3cret-signature");
  const message = await failure(given);
  expect(backend.traffic.requests[0]?.url).toBe("/states/net.tfstate?sig=s3cret-signature");
  expect(message + given.name + given.stack).not.toContain("s3cret");
});

test("states that differ in the query alone have different names", () => {
  const names = ["?env=a", "?env=b", ""].map((query) => source(`states/net.tfstate${query}`).name);
  expect(new Set(names).size).toBe(3);
  expect(names[2]).toBe(`the state ${url()}`);
});

test("an empty response with status 204 is a state without resources, and has a note until the state is written", async () => {
  backend.states.bodies.set("new", "");
  const given = source("states/new");
  expect(given.note).toBeUndefined();
  expect(await resourcesOf(given)).toEqual([]);
  expect(given.note).toBe(`the state ${backend.url}/states/new does not exist yet: the stack has no resources`);
  backend.states.bodies.set("new", stateFile("new"));
  expect(await resourcesOf(given)).toHaveLength(1);
  expect(given.note).toBeUndefined();
});

test.each([
  [401, "HTTP 401 Unauthorized; set TF_HTTP_USERNAME and TF_HTTP_PASSWORD to a user who can read it"],
  [403, "HTTP 403 Forbidden; set TF_HTTP_USERNAME and TF_HTTP_PASSWORD to a user who can read it"],
  [404, "HTTP 404 Not Found; check the path, or write a state there first"],
  [409, "HTTP 409 Conflict; it is locked: run again after the update"],
  [423, "HTTP 423 Locked; it is locked: run again after the update"],
  [206, "HTTP 206 Partial Content; check the location and the credentials"],
])("the status %i is an error at once that names the state and the next step", async (code, why) => {
  backend.traffic.intercept = (_request, response) => status(response, code);
  expect(await failure()).toBe(`cannot read the state ${url()}: ${why}`);
  expect(backend.traffic.requests).toHaveLength(1);
});

test("a request is sent again after 429, and not before Retry-After", async () => {
  let first = 0;
  backend.traffic.intercept = (_request, response) => {
    if (first > 0) return false;
    first = Date.now();
    return status(response, 429, { "retry-after": "1" });
  };
  expect(await bytesOf(source())).toBe(stateFile("net"));
  expect(Date.now() - first).toBeGreaterThanOrEqual(990);
  expect(backend.traffic.requests).toHaveLength(2);
});

test("a server that is not available ends in an error after five attempts", async () => {
  backend.traffic.intercept = (_request, response) => status(response, 503);
  expect(await failure()).toBe(`cannot read the state ${url()}: HTTP 503 Service Unavailable; try again later`);
  expect(backend.traffic.requests).toHaveLength(5);
});

test("a Retry-After beyond the timeout of the call is an error at once", async () => {
  backend.traffic.intercept = (_request, response) => status(response, 503, { "retry-after": "3600" });
  expect(await failure()).toContain("HTTP 503 Service Unavailable");
  expect(backend.traffic.requests).toHaveLength(1);
});

test("a server that sends nothing ends in an error after five attempts", async () => {
  backend.traffic.intercept = () => true;
  const [given] = httpState(`tfstate+${url()}`, new HttpReader({ baseDelay: 1, stepTimeout: 50 }));
  expect(await failure(given)).toBe(
    `cannot read the state ${url()}: no data for 0.05 s; check the network and the proxy settings`,
  );
  expect(backend.traffic.requests).toHaveLength(5);
});

test("a body that breaks off is read again", async () => {
  let count = 0;
  backend.traffic.intercept = (_request, response) =>
    (count += 1) < 3 ? truncated(response, stateFile("net"), 20) : false;
  expect(await bytesOf(source())).toBe(stateFile("net"));
  expect(backend.traffic.requests).toHaveLength(3);
});

test("a body that always breaks off is an error, and never a part of the state", async () => {
  backend.traffic.intercept = (_request, response) => truncated(response, stateFile("net"), 20);
  expect(await failure()).toMatch(/^cannot read the state http\S+: (connection reset|the response is truncated)/);
  expect(backend.traffic.requests).toHaveLength(5);
});

test("a large body that breaks off after the buffered part is an error, without another attempt", async () => {
  backend.traffic.intercept = (_request, response) => truncated(response, "x".repeat(100_000), 90_000);
  const [given] = httpState(`tfstate+${url()}`, new HttpReader({ baseDelay: 1, buffered: 1_000 }));
  expect(await failure(given)).toMatch(/(connection reset|the response is truncated)/);
  expect(backend.traffic.requests).toHaveLength(1);
});

test("a large body that stops is an error after the timeout", async () => {
  backend.traffic.intercept = (_request, response) => response.writeHead(200).write("x".repeat(90_000)) || true;
  const [given] = httpState(`tfstate+${url()}`, new HttpReader({ stepTimeout: 100, buffered: 1_000 }));
  expect(await failure(given)).toContain("no data for 0.1 s");
});

test("reading a large body is not limited in time while the reader works", async () => {
  const body = "x".repeat(200_000);
  backend.traffic.intercept = (_request, response) => text(response, body);
  const [given] = httpState(`tfstate+${url()}`, new HttpReader({ stepTimeout: 100, buffered: 1_000 }));
  let size = 0;
  for await (const chunk of given!.bytes()) {
    if (size === 0) await new Promise((done) => setTimeout(done, 300));
    size += chunk.length;
  }
  expect(size).toBe(body.length);
});

test("a reader that stops early closes the connection", async () => {
  let isClosed = false;
  backend.traffic.intercept = (_request, response) => {
    response.once("close", () => (isClosed = true));
    response.writeHead(200).write("x".repeat(90_000));
    return true;
  };
  const [given] = httpState(`tfstate+${url()}`, new HttpReader({ buffered: 1_000 }));
  for await (const _chunk of given!.bytes()) break;
  for (let wait = 0; !isClosed && wait < 100; wait += 1) await new Promise((done) => setTimeout(done, 10));
  expect(isClosed).toBe(true);
});

test.each(["<html>login</html>", '{"version":4,"resources":[', ""])(
  "a response that is not a whole state is an error that names the state: %s",
  async (body) => {
    backend.traffic.intercept = (_request, response) => text(response, body);
    expect(await messageOf(resourcesOf(source()))).toContain(`the state ${url()}`);
  },
);

test("a redirect is followed without the credentials if it leads to another host, even if it leads back", async () => {
  const other = await startServer((_request, response) => {
    response.writeHead(302, { location: `${backend.url}/states/net.tfstate?again` }).end();
  });
  backend.traffic.intercept = ({ url: path }, response) =>
    path === "/states/net.tfstate" ? status(response, 302, { location: `${other.url}/x` }) : false;
  expect(await failure()).toContain("HTTP 401 Unauthorized");
  expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  expect(backend.traffic.requests.map(({ headers }) => headers.authorization !== undefined)).toEqual([true, false]);
  await other.close();
});

test("a redirect on the same host is followed with the credentials", async () => {
  backend.traffic.intercept = ({ url: path }, response) =>
    path === "/old" ? status(response, 308, { location: "/states/net.tfstate" }) : false;
  expect(await bytesOf(source("old"))).toBe(stateFile("net"));
});

test.each([
  ["http://example.com/state", "a redirect to example.com, which is not https"],
  ["https://user:s3cret-pass@example.com/", "a redirect to an invalid address"],
  ["file:///etc/passwd", "a redirect to file:, which is not https"],
  ["/states/net.tfstate", "more than 5 redirects"],
])("a redirect to %s is refused", async (location, why) => {
  backend.traffic.intercept = (_request, response) => status(response, 302, { location });
  const message = await failure();
  expect(message).toContain(why);
  expect(message).not.toContain("s3cret");
});

test("secrets of the environment appear in no message", async () => {
  for (const code of [401, 403, 404, 429, 500]) {
    backend.traffic.intercept = (request, response) => {
      response.writeHead(code, { "retry-after": "3600" }).end(request.headers.authorization);
      return true;
    };
    const message = await failure();
    const sent = Buffer.from(`${httpUser.name}:${httpUser.password}`).toString("base64");
    for (const secret of [httpUser.password, sent]) expect(message).not.toContain(secret);
  }
});

test.each([
  ["tfstate+https://user:s3cret-pass@example.com/x", "has a user or a password"],
  ["tfstate+https://s3cret-user@example.com/x", "has a user or a password"],
  ["tfstate+http://example.com/x?s3cret", "plain http"],
  ["tfstate+https://", "write it as tfstate+https://HOST/PATH"],
  ["tfstate+https:///s3cret", "write it as tfstate+https://HOST/PATH"],
  ["tfstate+ftp://example.com/s3cret", "write it as tfstate+https://HOST/PATH"],
])("rejects the location %s, without its secrets", async (location, why) => {
  const message = await messageOf(() => httpState(location));
  expect(message).toContain(why);
  expect(message).not.toContain("s3cret");
});

test("a password without a user is an error", async () => {
  setVariables({ TF_HTTP_USERNAME: "" });
  expect(await messageOf(() => source())).toBe("TF_HTTP_PASSWORD is set without TF_HTTP_USERNAME: set both");
});

test("a host that does not exist is an error at once", async () => {
  const [given] = httpState("tfstate+https://host.invalid/state", reader());
  expect(await failure(given)).toMatch(/^cannot read the state https:\/\/host.invalid\/state: (host not found|DNS)/);
});
