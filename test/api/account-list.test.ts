import { CoreInformationClient } from "../../provider/api/client";
import { json, settingsFor, startServer, type TestServer } from "../helpers/server";

let server: TestServer;
let client: CoreInformationClient;
afterEach(async () => {
  client.close();
  await server.close();
});

async function start(body: unknown, headers: Record<string, string> = {}): Promise<void> {
  server = await startServer((_request, response) => json(response, 200, body, headers));
  client = new CoreInformationClient(settingsFor(server.url));
}

const one = { id: "10-CD123456", code: "ACME" };

test.each([
  ["and no total", {}],
  ["and a total of one", { "x-total-count": "1", "x-result-count": "1" }],
])("a single account with an id %s is a list of one", async (_name, headers) => {
  await start(one, headers);
  await expect(client.accounts()).resolves.toEqual([one]);
});

test("a list of accounts stays as it is", async () => {
  await start([one, { id: "2" }], { "x-total-count": "2", "x-result-count": "2" });
  await expect(client.accounts()).resolves.toEqual([one, { id: "2" }]);
});

test("a single account of several announced ones is an error", async () => {
  await start(one, { "x-total-count": "3" });
  await expect(client.accounts()).rejects.toMatchObject({ reason: "incomplete" });
});

test.each([{ code: "ACME" }, { id: "" }, null, "text"])("%j is not a list of accounts", async (body) => {
  await start(body);
  await expect(client.accounts()).rejects.toMatchObject({ reason: "invalid" });
});

test.each(["locations", "servicePoints", "configurationItems"] as const)(
  "a single object of %s is an error",
  async (kind) => {
    await start(one);
    await expect(client[kind]()).rejects.toMatchObject({
      reason: "invalid",
      message: expect.stringContaining("the response is not an array") as string,
    });
  },
);
