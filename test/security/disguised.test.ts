import type { IncomingMessage } from "node:http";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { CoreInformationClient } from "../../provider/api/client";
import { resolveSettings } from "../../provider/settings/resolve";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { json, settingsFor, startServer, type TestServer } from "../helpers/server";

// What a server sends back may not look like what it was sent: encoded, cut, in a header.

let scene: TestEnvironment;
const servers: TestServer[] = [];
const serve = async (...answer: Parameters<typeof startServer>): Promise<TestServer> => {
  const server = await startServer(...answer);
  servers.push(server);
  return server;
};
beforeEach(async () => {
  scene = await createTestEnvironment();
});
afterEach(async () => {
  await scene.end();
  for (const server of servers.splice(0)) await server.close();
});

/** All that the commands have left in the cache folder. */
const left = (): string =>
  readdirSync(scene.cacheDir, { recursive: true, encoding: "utf8" })
    .map((name) => join(scene.cacheDir, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"))
    .join("\n");

const basicOf = ({ headers }: IncomingMessage): string => String(headers.authorization).replace("Basic ", "");

/** A token as long as those of many an issuer. */
const token = `eyJ${"aZ09-_".repeat(56)}.signature`;
const start = token.slice(0, 6);

/** What a call that fails says. */
async function said(url: string, changes: Parameters<typeof settingsFor>[1] = {}): Promise<string> {
  const client = new CoreInformationClient(settingsFor(url, { accessToken: token, retries: 0, ...changes }));
  const faults = await Promise.all(
    [client.status(), client.locations()].map((call) =>
      call.then(
        () => "",
        (error: unknown) => String(error),
      ),
    ),
  );
  client.close();
  expect(faults).not.toContain("");
  return faults.join("\n");
}

describe("a token endpoint that sends back", () => {
  const changes = {
    ORANGE_CMDB_CLIENT_ID: "6f1c3a52-9d0e-4b7a-8c21-5e4f70b9d613",
    ORANGE_CMDB_CLIENT_SECRET: "s_e.c!r~e*t'(1)",
  };

  test.each<[string, (basic: string) => string]>([
    ["HTTP Basic", (basic) => basic],
    ["the credentials of HTTP Basic", (basic) => Buffer.from(basic, "base64").toString()],
    ["HTTP Basic across the truncation", (basic) => `${"x".repeat(90)} ${basic}`],
  ])("%s does not reveal it in the error or in the lock file", async (_name, echo) => {
    const sent: string[] = [];
    const server = await serve((request, response) => {
      sent.push(basicOf(request), Buffer.from(basicOf(request), "base64").toString());
      json(response, 400, { error: echo(basicOf(request)) });
    });
    const { code, err } = await scene.cli(["sync"], { ...changes, ORANGE_CMDB_TOKEN_URL: server.url });
    expect(code).not.toBe(0);
    expect(err).toContain("[secret]");
    expect(sent[1]).toContain("%27");
    const all = err + left();
    expect(all).toContain("no token");
    for (const text of [...sent, ...sent.flatMap((text) => text.split(":")), ...Object.values(changes)])
      expect(all).not.toContain(text.slice(0, 10));
  });
});

test.each([200, 403])("a token that is truncated after %i characters in a response is redacted", async (status) => {
  let body = "";
  const server = await serve((_request, response) => response.writeHead(status).end(body));
  for (const at of [0, 60, 110, 119, 195, 290, 795, 4_000, 65_500]) {
    for (const text of ["x".repeat(at) + token, " ".repeat(at) + token, token + "x".repeat(at)]) {
      for (const whole of [`<${text}${" ".repeat(100_000)}`, JSON.stringify({ message: text, description: text })]) {
        if (status === 200 && whole.startsWith("{")) continue;
        body = whole;
        expect(await said(server.url)).not.toContain(start);
      }
    }
  }
});

test("a token that is truncated in a page of a list is redacted, in a command and in doctor", async () => {
  const body = `[{"id": "${"x".repeat(90)}${token}`;
  const server = await serve((request, response) =>
    request.url === "/status" ? json(response, 200, {}) : response.writeHead(200).end(body),
  );
  const changes = { ORANGE_CMDB_ENDPOINT: server.url, ORANGE_CMDB_ACCESS_TOKEN: token, ORANGE_CMDB_TIMEOUT: "2" };
  for (const command of ["sync", "doctor"]) {
    const { out, err } = await scene.cli([command], changes);
    expect(out + err).toContain("the response is not JSON");
    expect(out + err).not.toContain(start);
  }
  expect(left()).not.toContain(start);
});

test("an id of two different records is not shown if it is a secret", async () => {
  const server = await serve((_request, response) =>
    json(response, 200, [
      { id: token, name: "a" },
      { id: token, name: "b" },
    ]),
  );
  const client = new CoreInformationClient(settingsFor(server.url, { accessToken: token }));
  await expect(client.locations()).rejects.toThrowErrorMatchingInlineSnapshot(
    `"GET http://127.0.0.1:<port>/locations: a page has different records with the same id "[secret]"; the response does not match the API; check endpoint"`,
  );
  client.close();
});

test("an ETag that contains a secret is not stored, and any other is", async () => {
  const asked: (string | undefined)[] = [];
  const tags: Readonly<Record<string, string>> = {
    "/locations": `W/"1-${token}"`,
    "/servicePoints": '"the-api-key"',
    "/configurationItems": `"${Buffer.from("the-api-key").toString("base64")}"`,
  };
  const server = await serve((request, response) => {
    const [path = ""] = String(request.url).split("?");
    asked.push(request.headers["if-none-match"]);
    json(response, 200, [{ id: path }], { "x-total-count": "1", etag: tags[path] ?? '"plain"' });
  });
  const changes = {
    ORANGE_CMDB_ENDPOINT: server.url,
    ORANGE_CMDB_ACCESS_TOKEN: token,
    ORANGE_CMDB_API_KEY: "the-api-key",
  };
  const file = join(scene.cacheDir, "inventory.db");
  for (let round = 0; round < 2; round += 1)
    expect(await scene.cli(["sync", "--save", file], changes)).toMatchObject({ code: 0 });
  expect(asked.filter((tag) => tag !== undefined)).toEqual(['"plain"']);
  expect(left()).toContain("/configurationItems");
  expect(left()).not.toContain(start);
  expect(left()).not.toMatch(/the-api-key|dGhlLWFwaS1rZXk/);
});

test("doctor shows no secret in place of a total", async () => {
  const server = await serve((_request, response) => json(response, 200, [], { "x-total-count": token }));
  const changes = { ORANGE_CMDB_ENDPOINT: server.url, ORANGE_CMDB_ACCESS_TOKEN: token };
  const { out, err } = await scene.cli(["doctor"], changes);
  expect(out).toContain("GET /locations: answered");
  expect(out + err).not.toContain(start);
});

test("the reason why accounts are denied is stored without a truncated secret", async () => {
  const server = await serve((request, response) => {
    if (request.url?.startsWith("/accounts"))
      json(response, 403, { message: "x".repeat(190) + token, description: token });
    else json(response, 200, [], { "x-total-count": "0" });
  });
  const changes = { ORANGE_CMDB_ENDPOINT: server.url, ORANGE_CMDB_ACCESS_TOKEN: token };
  expect(await scene.cli(["sync"], changes)).toMatchObject({ code: 0 });
  expect(left()).toContain("xxx[secret]: [secret]");
  expect(left()).not.toContain(start);
});

test("a secret in HTML, an address or a form is redacted", async () => {
  const apiKey = `k-<&"'>/e y`;
  const encoded = [
    "k-&lt;&amp;&quot;&#39;&gt;/e y",
    "k-%3c%26%22'%3e%2fe%20y",
    "k-%3C%26%22%27%3E%2Fe+y",
    Buffer.from(apiKey).toString("base64"),
  ];
  const server = await serve((_request, response) =>
    response.writeHead(403).end(`<b>${encoded.map((text) => `(${text})`).join("")}`),
  );
  expect(await said(server.url, { apiKey })).toContain(": <b>([secret])([secret])([secret])([secret])");
});

describe("a value that cannot be sent in a header is rejected without being shown", () => {
  test.each([
    ["apiKey", "the-key\n"],
    ["apiKey", "the-key\r"],
    ["apiKey", "the-k\u20acy"],
    ["accessToken", "the-token\n"],
    ["accessToken", "the-t\u0000oken"],
  ])("if it is the %s %j", (name, value) => {
    const given = { accessToken: "the-token", [name]: value };
    const resolve = (): unknown => resolveSettings(given, () => undefined, {} as NodeJS.ProcessEnv);
    expect(resolve).toThrow(`${name} is wrong: holds characters that cannot be sent in a header`);
    expect(resolve).not.toThrow(value.slice(0, 5));
  });

  test("if it is passed to a command, before the first request", async () => {
    const { code, err } = await scene.cli(["sync"], { ORANGE_CMDB_API_KEY: "the-key\n" });
    expect(code).not.toBe(0);
    expect(err).toContain("apiKey is wrong: holds characters that cannot be sent in a header");
    expect(err).not.toContain("the-key");
    expect(scene.sandbox.requests).toEqual([]);
  });

  test("unless it has only characters of Latin-1", () => {
    const given = { accessToken: "the-t\u00f6ken" };
    expect(resolveSettings(given, () => undefined, {} as NodeJS.ProcessEnv).api.accessToken).toBe("the-t\u00f6ken");
  });

  test("if it is a token from the endpoint", async () => {
    const server = await serve((_request, response) =>
      json(response, 200, { token_type: "Bearer", access_token: "the-token\n" }),
    );
    const credentials = { accessToken: undefined, clientId: "the-client", clientSecret: "the-secret" };
    const fault = await said(server.url, { ...credentials, retries: 2 });
    expect(fault).toContain("the token holds characters that cannot be sent in a header (200); check tokenUrl");
    expect(fault).not.toContain("the-token");
    expect(new Set(server.requests.map(({ url }) => url))).toEqual(new Set(["/token"]));
  });
});
