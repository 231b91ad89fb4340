import { CoreInformationClient } from "../../provider/api/client";
import { statusOptions } from "../../provider/api/health-report";
import { Transport } from "../../provider/api/http/transport";
import { json, settingsFor, startServer, type TestServer } from "../helpers/server";

let server: TestServer;
afterEach(() => server.close());

const report = { name: "core-information", status: "ko", version: "2.4.0" };

test("GET /status returns the report that the API is ko, and does not retry its 503", async () => {
  server = await startServer((_request, response) => json(response, 503, report));
  const client = new CoreInformationClient(settingsFor(server.url));
  await expect(client.status()).resolves.toEqual(report);
  client.close();
  const transport = new Transport(settingsFor(server.url));
  await expect(transport.get(["status"], statusOptions)).resolves.toMatchObject({ status: 503 });
  transport.close();
  expect(server.requests).toHaveLength(2);
});

test.each([
  ["an error of the catalogue", { code: 5, message: "Temporarily unavailable" }],
  ["an error of a proxy", { status: 503 }],
  ["no object", null],
])("GET /status retries a 503 whose body is %s", async (_name, body) => {
  server = await startServer((_request, response) => json(response, 503, body));
  const client = new CoreInformationClient(settingsFor(server.url, { retries: 1 }), { baseDelay: 1 });
  await expect(client.status()).rejects.toMatchObject({ reason: "http", status: 503 });
  client.close();
  expect(server.requests).toHaveLength(2);
});

test("a 503 of any other call is retried, whatever its body is", async () => {
  server = await startServer((_request, response) => json(response, 503, report));
  const client = new CoreInformationClient(settingsFor(server.url, { retries: 1 }), { baseDelay: 1 });
  await expect(client.version()).rejects.toMatchObject({ reason: "http", status: 503 });
  client.close();
  expect(server.requests).toHaveLength(2);
});
