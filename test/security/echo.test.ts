import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreInformationClient } from "../../provider/api/client";
import { startSandbox, type Sandbox } from "../../sandbox";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { json, settingsFor, startServer } from "../helpers/server";

const secrets = /sandbox-client|sandbox-secret|sandbox-api-key/;
const key = "sandbox-api-key";

/** An answer that holds a secret where something else is expected, also where short words are left as they are. */
const echo = { status: key, message: `for ${key}`, [key]: { state: [key] }, code: `${key} 1`, name: "x" };

let scene: TestEnvironment;
let folder: string;
beforeEach(async () => {
  scene = await createTestEnvironment();
  folder = join(mkdtempSync(join(tmpdir(), "orange-cmdb-echo-")), "record");
});
afterEach(async () => {
  await scene.end();
  rmSync(join(folder, ".."), { recursive: true, force: true });
});

const recorded = (): string =>
  readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), "utf8"))
    .join("\n");

test.each(["status", "version"])("%s shows no secret that the service sends back", async (command) => {
  scene.sandbox.fail({ status: 200, body: echo });
  const { code, out } = await scene.cli([command, "-o", "json"]);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toEqual({
    status: "[secret]",
    message: "for [secret]",
    "[secret]": { state: ["[secret]"] },
    code: "[secret] 1",
    name: "x",
  });
});

test("a secret with JSON escapes, and a token that was issued later, are redacted", async () => {
  let sandbox: Sandbox | undefined;
  const apiKey = 'a/"key"';
  const server = await startServer((request, response) => {
    const said = { authorization: request.headers.authorization, key: apiKey, state: request.headers.authorization };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(said).replaceAll("/", "\\/").replace("a\\/", "\\u0061\\/"));
  });
  try {
    sandbox = await startSandbox();
    const { ORANGE_CMDB_CLIENT_ID: clientId, ORANGE_CMDB_CLIENT_SECRET: clientSecret } = sandbox.environment;
    const changes = { accessToken: undefined, clientId, clientSecret, apiKey, tokenUrl: sandbox.tokenUrl };
    const client = new CoreInformationClient(settingsFor(server.url, { ...changes, recordingDir: folder }));
    expect(await client.status()).toEqual({
      authorization: "Bearer [secret]",
      key: "[secret]",
      state: "Bearer [secret]",
    });
    client.close();
    expect(recorded()).toContain('"state": "text-1"');
    expect(recorded()).not.toMatch(/Bearer|"key\\"/);
  } finally {
    await server.close();
    await sandbox?.close();
  }
});

test.each([200, 403])("no secret of a response with status %i is in a file of --record-http", async (status) => {
  const headers = { "cache-control": key, "content-range": key, link: `<http://x/?${key}=${key}>; rel="${key}"` };
  scene.sandbox.fail({ status, body: echo, headers });
  await scene.cli(["status", "--record-http", folder]);
  expect(JSON.parse(recorded())).toMatchObject({
    path: "/status",
    headers: { link: "<?text-1=text-1>" },
    // It looks like a word, and is not one.
    body: { status: "[secret]", message: "text-2", "text-1": { state: ["[secret]"] } },
  });
  expect(recorded()).not.toMatch(secrets);
});

test("the API description is recorded as far as doctor needs it", async () => {
  const parameters = [
    { $ref: "#/components/parameters/size" },
    { name: "start", in: "query", description: "Where it begins, for Exemple SA" },
  ];
  const headers = { "x-total-count": { schema: { minimum: 7 } } };
  const list = { get: { operationId: "list", summary: `Ask ${key}`, parameters, responses: { 200: { headers } } } };
  const doc = {
    openapi: "3.0.3",
    info: { title: "API of Exemple SA", contact: { name: "Jeanne", email: "jeanne@example.com" } },
    servers: [{ url: "https://cmdb.example.com/v2" }],
    paths: Object.fromEntries(
      ["locations", "servicePoints", "configurationItems", "accounts"].map((name) => [`/${name}`, list]),
    ),
    components: {
      parameters: {
        size: { name: "pageSize", in: "query", schema: { type: "integer", maximum: 500, default: 33123 } },
      },
      schemas: {
        [key]: { type: "object", required: ["id"], properties: { default: { type: "string", enum: ["open", key] } } },
        location: { type: "object", example: { id: "LOC-1", name: "Secret Bunker", in: "Paris" } },
      },
      "x-owner": { name: "Jeanne", in: "Paris" },
    },
    tags: [{ name: "Exemple SA" }],
  };
  const server = await startServer((request, response) => {
    if (request.url === "/doc") json(response, 200, doc);
    else json(response, 200, [], { "x-total-count": "0" });
  });
  const settings = { ORANGE_CMDB_ENDPOINT: server.url, ORANGE_CMDB_ACCESS_TOKEN: "the-access-token" };
  const straight = await scene.cli(["doctor", "--record-http", folder], settings).finally(() => server.close());
  expect(recorded()).not.toMatch(
    /Exemple|Jeanne|jeanne|example\.com|Bunker|Paris|LOC-1|33123|Where it|the-access-token/,
  );
  expect(recorded()).not.toMatch(secrets);
  for (const word of [
    '"operationId": "list"',
    '"pageSize"',
    '"maximum": 500',
    '"minimum": 7',
    '"open"',
    '"id"',
    '"3.0.3"',
  ])
    expect(recorded()).toContain(word);

  const replayed = await createTestEnvironment({ replay: folder });
  const again = await replayed.cli(["doctor"]).finally(() => replayed.end());
  const described = (text: string): string[] =>
    text.split("\n").filter((line) => /query parameters|Parameter/.test(line));
  expect(described(straight.out).join("\n")).toMatch(/limitParameter = pageSize [^]*offsetParameter = start /);
  expect(described(again.out)).toEqual(described(straight.out));
});
