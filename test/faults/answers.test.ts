import { mkdtempSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreInformationClient } from "../../provider/api/client";
import { ApiError } from "../../provider/api/errors/errors";
import type { Attributes } from "../../provider/model/records";
import { openInventory } from "../../provider/inventory/open";
import { settingsFor, startServer, type TestServer } from "../helpers/server";

let server: TestServer;
let client: CoreInformationClient;
afterEach(async () => {
  client.close();
  await server.close();
});

const utf8 = "application/json; charset=utf-8";

/** Lists locations from a server that answers every call with this body. */
async function list(body: Buffer | string, type = "application/json"): Promise<Attributes[]> {
  return listFrom((response) => {
    response.writeHead(200, { "content-type": type });
    response.end(body);
  });
}

async function listFrom(answer: (response: ServerResponse) => void): Promise<Attributes[]> {
  server = await startServer((_request, response) => answer(response));
  client = new CoreInformationClient(settingsFor(server.url, { attemptTimeout: 30_000, timeout: 60_000 }), {
    baseDelay: 1,
  });
  return client.locations();
}

async function refusal(body: Buffer | string, type?: string): Promise<ApiError> {
  const error: unknown = await list(body, type).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
}

describe("a response in another charset", () => {
  const text = JSON.stringify([{ id: "LOC-É", name: "Besançon – Œuvre" }]);
  const wanted = JSON.parse(text) as unknown;
  const latin = '[{"id":"LOC-É","name":"Besançon"}]';
  const mark = Buffer.from([0xff, 0xfe]);
  const big = Buffer.from(text, "utf16le").swap16();

  test.each<[string, Buffer, string]>([
    ["UTF-8 with a byte order mark", Buffer.from(`\ufeff${text}`), utf8],
    ["UTF-8 labelled as Latin-1", Buffer.from(text), "application/json; charset=ISO-8859-1"],
    ["UTF-8 labelled as an unknown charset", Buffer.from(text), "application/json; charset=klingon"],
    ["UTF-16 with a byte order mark", Buffer.concat([mark, Buffer.from(text, "utf16le")]), "application/json"],
    ["UTF-16 with a byte order mark, labelled as UTF-8", Buffer.concat([mark, Buffer.from(text, "utf16le")]), utf8],
    ["UTF-16 labelled as such", Buffer.from(text, "utf16le"), 'application/json; charset="UTF-16LE"'],
    ["big-endian UTF-16 with a byte order mark", Buffer.concat([Buffer.from([0xfe, 0xff]), big]), "application/json"],
  ])("is decoded if it is %s", async (_name, body, type) => {
    expect(await list(body, type)).toEqual(wanted);
  });

  test("is decoded if it is Latin-1 and labelled as such", async () => {
    expect(await list(Buffer.from(latin, "latin1"), "application/json;charset=iso-8859-1")).toEqual(JSON.parse(latin));
  });

  test.each<[string, Buffer, string]>([
    ["Latin-1 without a label", Buffer.from(latin, "latin1"), "application/json"],
    ["Latin-1 labelled as UTF-8", Buffer.from(latin, "latin1"), utf8],
    ["Latin-1 labelled as an unknown charset", Buffer.from(latin, "latin1"), "application/json; charset=klingon"],
    ["UTF-16 without a byte order mark and label", Buffer.from(text, "utf16le"), "application/json"],
    ["UTF-8 labelled as UTF-16", Buffer.from(`${text} `), "application/json; charset=utf-16"],
    ["UTF-8 cut inside a character", Buffer.from(text).subarray(0, 13), utf8],
  ])("is rejected if it is %s", async (_name, body, type) => {
    const error = await refusal(body, type);
    expect(error).toMatchObject({ reason: "invalid" });
    expect(error.message).toContain("the response is not JSON");
  });
});

test("a response in another charset is stored in the mirror and read back correctly", async () => {
  const text = JSON.stringify([{ id: "LOC-É", name: "Besançon" }]);
  const cacheDir = mkdtempSync(join(tmpdir(), "orange-cmdb-charset-"));
  await listFrom((response) => {
    response.writeHead(200, { "content-type": "application/json; charset=utf-16le" });
    response.end(Buffer.from(text, "utf16le"));
  });
  const args = { endpoint: server.url, accessToken: "secret-token", cacheDir };
  const mirror = await openInventory({ args, config: () => undefined, kinds: ["location"] });
  expect(mirror.get("location", "LOC-É")?.name).toBe("Besançon");
  mirror.close();
  rmSync(cacheDir, { recursive: true });
});

test.each([
  ["nothing", ""],
  ["two documents", '[{"id":"A"}][{"id":"B"}]'],
  ["two documents on two lines", '[{"id":"A"}]\n[{"id":"B"}]\n'],
  ["a list with a trailing comma", '[{"id":"A"},]'],
  ["a list with NaN", '[{"id":"A","n":NaN}]'],
  ["a text with a raw control character", '[{"id":"A\u0001"}]'],
])("a body of %s is rejected as invalid JSON, after retries", async (_name, body) => {
  const error = await refusal(body);
  expect(error).toMatchObject({ reason: "invalid" });
  expect(error.message).toContain("not JSON");
  // What may have been cut on its way is asked for again.
  expect(server.requests).toHaveLength(3);
});

test.each([
  ["null", "null"],
  ["a text", '"records"'],
  ["a number", "7"],
  ["an object", '{"id":"A"}'],
  ["a list of texts", '["A"]'],
  ["a list of null", "[null]"],
  ["a list of lists", '[[{"id":"A"}]]'],
  ["a record whose id is null", '[{"id":null}]'],
  ["a record whose id is empty", '[{"id":""}]'],
  ["a record whose id is a boolean", '[{"id":true}]'],
  ["a record whose id is an object", '[{"id":{"id":"A"}}]'],
  ["a record whose id is a fraction", '[{"id":1.5}]'],
  ["a record whose id is half a character", '[{"id":"\\ud800"}]'],
  ["a record whose id is spelt otherwise", '[{"ID":"A"}]'],
])("%s is rejected in place of a list of records, without a retry", async (_name, body) => {
  expect(await refusal(body)).toMatchObject({ reason: "invalid" });
  expect(server.requests).toHaveLength(1);
});

test("ids that are numbers keep every digit, so that no two ids become equal", async () => {
  const ids = ["9007199254740992", "9007199254740993", "9007199254740994", "123456789012345678901234567890", "0", "-7"];
  const found = await list(`[${ids.map((id) => `{"id":${id},"location":{"id":${id}}}`).join(",")}]`);
  expect(found.map(({ id }) => String(id))).toEqual(ids);
  expect(found.map(({ location }) => String((location as { id: unknown }).id))).toEqual(ids);
});

test.each([
  ["a number and a text", '[{"id":1},{"id":"1"}]'],
  ["two records", '[{"id":"A","name":"one"},{"id":"A","name":"two"}]'],
])("%s with the same id are rejected", async (_name, body) => {
  expect((await refusal(body)).message).toContain("with the same id");
});

test("a record that a list contains twice is returned once", async () => {
  expect(await list('[{"id":"A","n":1},{"id":"B"},{"n":1,"id":"A"}]')).toEqual([{ id: "A", n: 1 }, { id: "B" }]);
});

test("a record twice is rejected if the total announces two records", async () => {
  const error: unknown = await listFrom((response) => {
    response.writeHead(200, { "content-type": "application/json", "x-total-count": "2", "x-result-count": "2" });
    response.end('[{"id":"A"},{"id":"A"}]');
  }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({ reason: "incomplete", message: expect.stringContaining("1 of 2") as string });
});

test("huge numbers in attributes keep their digits, as text if a number would lose them", async () => {
  const [record] = await list(
    '[{"id":"A","serial":12345678901234567890,"far":1e400,"near":-1e400,"list":[9007199254740993],"pi":3.14,"big":1e20}]',
  );
  expect(record).toEqual({
    id: "A",
    serial: "12345678901234567890",
    far: "1e400",
    near: "-1e400",
    list: ["9007199254740993"],
    pi: 3.14,
    big: 1e20,
  });
});

test("the last of two equal keys wins", async () => {
  expect(await list('[{"id":"A","id":"B","name":1,"name":"last"}]')).toEqual([{ id: "B", name: "last" }]);
});

test.each([
  ["lists", `[{"id":"A","deep":${"[".repeat(100_000)}${"]".repeat(100_000)}}]`],
  ["objects", `[{"id":"A","deep":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}]`],
  ["a few too many levels", `[{"id":"A","deep":${"[".repeat(100)}${"]".repeat(100)}}]`],
])("a response that is nested too deeply is rejected: %s", async (_name, body) => {
  expect((await refusal(body)).message).toContain("nested more than 100 levels deep");
});

test("a record that is nested 90 levels deep is accepted", async () => {
  expect(await list(`[{"id":"A","deep":${"[".repeat(90)}${"]".repeat(90)}}]`)).toHaveLength(1);
});

test("a response with a content length of 1 GB is rejected at once", async () => {
  const error: unknown = await listFrom((response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": String(2 ** 30) });
    response.write("[");
  }).catch((caught: unknown) => caught);
  expect(error).toMatchObject({
    reason: "network",
    message: expect.stringContaining("exceeds the maximum size") as string,
  });
  expect(server.requests).toHaveLength(1);
});
