import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { createServer, type AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { CoreInformationClient } from "../../provider/api/client";
import { collections, kinds, type Kind } from "../../provider/model/records";
import description from "../../schemas/core-information.openapi.json";
import { startSandbox, type Sandbox } from "../../sandbox";
import { createTestEnvironment } from "../helpers/environment";
import { settingsFor } from "../helpers/server";

const root = resolve(__dirname, "../..");

/** The name of each kind's schema in the description. */
const schemas: Record<Kind, keyof typeof description.components.schemas> = {
  location: "Location",
  servicePoint: "ServicePoint",
  configurationItem: "ConfigurationItem",
  account: "CustomerAccount",
};

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const { port } = server.address() as AddressInfo;
  await new Promise((done) => server.close(done));
  return port;
}

describe("a third-party server that is generated from the description", () => {
  let prism: ChildProcess;
  let url: string;

  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const cli = join(root, "node_modules/@stoplight/prism-cli/dist/index.js");
    const file = join(root, "schemas/core-information.openapi.json");
    const args = [cli, "mock", "--host", "127.0.0.1", "--port", String(port), "--errors", file];
    prism = spawn(process.execPath, args, { stdio: "ignore", env: { ...process.env, NODE_OPTIONS: "" } });
    for (let attempt = 0; attempt < 150; attempt += 1) {
      if (
        await fetch(url).then(
          () => true,
          () => false,
        )
      )
        return;
      await sleep(200);
    }
    throw new Error("the server did not start");
  }, 60_000);
  afterAll(() => void prism.kill());

  const client = (changes: object = {}): CoreInformationClient =>
    new CoreInformationClient(settingsFor(url, { attemptTimeout: 10_000, timeout: 20_000, ...changes }), {
      baseDelay: 1,
    });

  test.each(kinds)("lists %s with the parameters of the description", async (kind) => {
    const asking = client();
    await expect(asking.list(kind)).resolves.toMatchObject([{ id: expect.any(String) as string }, {}]);
    await expect(asking.get(kind, "a/strange id%")).resolves.toHaveProperty("id");
    asking.close();
  });

  test("serves status, version and doc", async () => {
    const asking = client();
    await expect(asking.status()).resolves.toMatchObject({ status: "ok" });
    await expect(asking.version()).resolves.toMatchObject({ version: { major: "2" } });
    await expect(asking.doc()).resolves.toHaveProperty("openapi");
    asking.close();
  });

  test("refuses a call without its key", async () => {
    const asking = client({ apiKey: undefined });
    await expect(asking.locations()).rejects.toMatchObject({ status: 401 });
    asking.close();
  });

  test.each([
    ["limit=250", 200],
    ["limit=251", 400],
    ["sort=id,-updatedAt", 200],
    ["sort=vendor", 400],
    ["state=OPERATIONAL,INSTALLING&displayNulls=true", 200],
  ])("responds to ?%s with %i", async (query, status) => {
    const headers = { authorization: "Bearer token", "x-api-key": "key", accept: "application/json" };
    expect((await fetch(`${url}/configurationItems?${query}`, { headers })).status).toBe(status);
  });

  test("fills a mirror", async () => {
    const scene = await createTestEnvironment();
    const reader = await scene.open({}, { endpoint: url, accessToken: "token", clientId: undefined });
    expect(reader.info().counts).toEqual({ location: 2, servicePoint: 2, configurationItem: 2, account: 2 });
    expect(reader.list("configurationItem", { locationId: "LOC-1" }).map(({ id }) => id)).toEqual(["CI-1", "CI-2"]);
    reader.close();
    await scene.end();
  });
});

test("the types of record attributes agree with the description", () => {
  const { status, stderr } = spawnSync(process.execPath, [join(root, "tools/attributes.mjs"), "--check"], {
    encoding: "utf8",
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  expect([status, stderr]).toEqual([0, ""]);
});

describe("the responses of the sandbox", () => {
  let sandbox: Sandbox;
  const ajv = addFormats(new Ajv({ strict: false, allErrors: true }));
  ajv.addSchema(description, "api");

  beforeAll(async () => (sandbox = await startSandbox({ size: 300, rate: 0 })));
  afterAll(() => sandbox.close());

  test.each(kinds)("agree with the description: %s", async (kind) => {
    const environment = sandbox.environment;
    const asking = new CoreInformationClient(
      settingsFor(sandbox.endpoint, {
        tokenUrl: sandbox.tokenUrl,
        accessToken: undefined,
        clientId: environment["ORANGE_CMDB_CLIENT_ID"],
        clientSecret: environment["ORANGE_CMDB_CLIENT_SECRET"],
        apiKey: environment["ORANGE_CMDB_API_KEY"],
      }),
    );
    const records = await asking.list(kind);
    const one = ajv.compile({ $ref: `api#/components/schemas/${schemas[kind]}` });
    for (const record of records) {
      one(record);
      expect(one.errors).toBeNull();
    }
    expect(await asking.get(kind, String(records[0]?.["id"]))).toEqual(records[0]);
    expect(description.paths).toHaveProperty([`/${collections[kind]}`]);
    asking.close();
  });

  test("include errors that agree with the description", () => {
    const error = ajv.compile({ $ref: "api#/components/schemas/Error" });
    error({ code: 60, message: "Resource not found", description: "Answered by the sandbox" });
    expect(error.errors).toBeNull();
    error({ message: "no code" });
    expect(error.errors).not.toBeNull();
  });
});
