import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { CoreInformationClient } from "../../provider/api/client";
import { RecordSink } from "../../provider/api/paging/record-sink";
import { apiDefaults, type ApiSettings } from "../../provider/api/http/settings";
import { json, settingsFor, startServer, type TestServer } from "../helpers/server";

let server: TestServer | undefined;
let client: CoreInformationClient | undefined;

afterEach(async () => {
  client?.close();
  await server?.close();
});

const all: { id: string }[] = Array.from({ length: 95 }, (_, index) => ({ id: `LOC-${index}` }));

type Answer = (query: { limit: number; offset: number }, response: ServerResponse, request: IncomingMessage) => void;

async function list(answer: Answer, changes: Partial<ApiSettings> = {}): Promise<unknown[]> {
  server = await startServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "", "http://test");
    const [limit = NaN, offset = NaN] = ["limit", "offset"].map((name) => Number(searchParams.get(name)));
    answer({ limit, offset }, response, request);
  });
  const paging = { ...apiDefaults.paging, pageSize: 10 };
  client = new CoreInformationClient(settingsFor(server.url, { paging, ...changes }), { baseDelay: 1 });
  return client.locations();
}

const counts = (total: number, result: number): Record<string, string> => ({
  "x-total-count": String(total),
  "x-result-count": String(result),
});

test("a list reads pages of status 206 in parallel", async () => {
  let now = 0;
  let most = 0;
  const found = await list(({ limit, offset }, response) => {
    most = Math.max(most, (now += 1));
    setTimeout(() => {
      now -= 1;
      json(response, 206, all.slice(offset, offset + limit), counts(95, 10));
    }, 20);
  });
  expect(new Set(found.map((record) => (record as { id: string }).id)).size).toBe(95);
  expect(most).toBeGreaterThan(1);
});

test("a list is complete if the count headers are swapped", async () => {
  const page: Answer = ({ limit, offset }, response) =>
    json(response, 200, all.slice(offset, offset + limit), counts(10, 95));
  await expect(list(page)).resolves.toHaveLength(95);
});

test("a list without count headers is read until a page is empty", async () => {
  await expect(
    list(({ limit, offset }, response) => json(response, 200, all.slice(offset, offset + limit))),
  ).resolves.toHaveLength(95);
});

test("a list is complete if the server ignores paging", async () => {
  await expect(list((_query, response) => json(response, 200, all, counts(95, 95)))).resolves.toHaveLength(95);
  expect(server?.requests).toHaveLength(1);
});

test("a list is complete if the server ignores paging and sends no counts", async () => {
  await expect(list((_query, response) => json(response, 200, all))).resolves.toHaveLength(95);
});

test.each<[string, number, (length: number, offset: number) => Record<string, string>]>([
  ["the count of the page, as a total", 200, (length) => ({ "x-total-count": String(length) })],
  ["the same, said to be a part", 206, (length) => ({ "x-total-count": String(length) })],
  ["the count of the page, as both", 200, (length) => counts(length, length)],
  ["the same, said to be a part", 206, (length) => counts(length, length)],
  ["a range", 206, (length, offset) => ({ "content-range": `items ${offset}-${offset + length - 1}/95` })],
  ["the total, where the count of the page stands", 200, () => ({ "x-result-count": "95" })],
  ["a next page", 200, (_length, offset) => (offset < 85 ? { link: '</locations>; rel="next"' } : {})],
])("a list whose pages announce %s is complete (%i)", async (_name, status, headers) => {
  const page: Answer = ({ limit, offset }, response) => {
    const records = all.slice(offset, offset + limit);
    json(response, status, records, headers(records.length, offset));
  };
  await expect(list(page)).resolves.toHaveLength(95);
});

test.each<[string, number, Record<string, string>]>([
  ["the total, where the count of the page stands", 200, { "x-result-count": "95" }],
  ["a range", 206, { "content-range": "items 0-6/95" }],
  ["a next page", 200, { link: '</locations?offset=7>; rel="next"' }],
  ["its own count as a total, and that it is a part", 206, { "x-total-count": "7" }],
])("a list that repeats its first page, which announces %s, is rejected (%i)", async (_name, status, headers) => {
  const page: Answer = (_query, response) => json(response, status, all.slice(0, 7), headers);
  await expect(list(page)).rejects.toMatchObject({ reason: "incomplete" });
});

test.each<[string, "offset" | "page", number, number, (length: number) => Record<string, string>]>([
  ["404", "offset", 404, 1, (length) => ({ "x-total-count": String(length) })],
  ["404", "page", 404, 5, (length) => ({ "x-total-count": String(length) })],
  ["416, after a range", "offset", 416, 1, (length) => ({ "content-range": `items 0-${length - 1}/${length}` })],
  ["400", "page", 400, 5, (length) => counts(length, length)],
])("a next page with %s ends a list (%s)", async (_name, style, status, size, headers) => {
  const page: Answer = ({ offset }, response) =>
    offset > (style === "page" ? 1 : 0)
      ? json(response, status, { code: 60 })
      : json(response, 206, all.slice(0, size), headers(size));
  const paging = { style, limitParameter: "limit", offsetParameter: "offset", pageSize: 10, sorting: true } as const;
  await expect(list(page, { paging })).resolves.toHaveLength(size);
});

test("an error after a partial page does not end a list", async () => {
  const page: Answer = ({ offset, limit }, response) =>
    offset > 20
      ? json(response, 404, {})
      : json(response, 206, all.slice(offset, offset + limit), { "x-total-count": "10" });
  await expect(list(page)).rejects.toMatchObject({ status: 404 });
});

test("a list is complete if a partial response has all records, twice", async () => {
  const range = { "content-range": "items 0-6/7" };
  await expect(list((_query, response) => json(response, 206, all.slice(0, 7), range))).resolves.toHaveLength(7);
});

test("two equal counts end a list that fits in one page, and one count does not", async () => {
  const asked = async (headers: Record<string, string>, records = all.slice(0, 7)): Promise<number> => {
    await expect(list((_query, response) => json(response, 200, records, headers))).resolves.toHaveLength(
      records.length,
    );
    client?.close();
    await server?.close();
    return server?.requests.length ?? 0;
  };
  expect(await asked(counts(7, 7))).toBe(1);
  expect(await asked({ "x-total-count": "7" })).toBe(2);
  // As many as were asked for: who ignores what is asked for has them all, too.
  expect(await asked(counts(10, 10), all.slice(0, 10))).toBe(2);
});

test("a list without paging that links to a next page is rejected", async () => {
  const paging = {
    style: "none",
    limitParameter: "limit",
    offsetParameter: "offset",
    pageSize: 10,
    sorting: true,
  } as const;
  const next = { ...counts(7, 7), link: "</locations?page=2>; rel=next" };
  await expect(
    list((_query, response) => json(response, 200, all.slice(0, 7), next), { paging }),
  ).rejects.toThrowErrorMatchingInlineSnapshot(
    `"GET http://127.0.0.1:<port>/locations: the list is not complete: the response is partial and announces a next page; try again later; if the error persists, check pagingStyle, limitParameter, offsetParameter and pageSize"`,
  );
});

test.each([201, 202, 203, 226])("a list rejects the status %i", async (status) => {
  const said = `unexpected HTTP status ${status} for a list`;
  await expect(list((_query, response) => json(response, status, [], counts(0, 0)))).rejects.toThrow(said);
});

test("a list is complete if pages are shorter than requested", async () => {
  const short: Answer = ({ offset }, response) => json(response, 206, all.slice(offset, offset + 7), counts(95, 7));
  await expect(list(short)).resolves.toHaveLength(95);
});

test("a list is complete if pages become shorter midway", async () => {
  const shrinking: Answer = ({ limit, offset }, response) =>
    json(response, 206, all.slice(offset, offset + (offset < 30 ? limit : 3)), counts(95, 3));
  await expect(list(shrinking)).resolves.toHaveLength(95);
});

test("a list that repeats one page forever is rejected", async () => {
  const same: Answer = (_query, response) => json(response, 206, all.slice(0, 10), counts(95, 10));
  await expect(list(same)).rejects.toMatchObject({ reason: "incomplete" });
});

test("a list whose total changes once is read again and complete", async () => {
  let requests = 0;
  const moving: Answer = ({ limit, offset }, response) => {
    requests += 1;
    const records = requests < 3 ? all.slice(0, 90) : all;
    json(response, 206, records.slice(offset, offset + limit), counts(records.length, limit));
  };
  await expect(list(moving)).resolves.toHaveLength(95);
});

test("a list whose total keeps changing is rejected", async () => {
  let total = 95;
  const unsteady: Answer = ({ limit, offset }, response) => {
    total += 1;
    json(response, 206, all.slice(offset, offset + limit), counts(total, limit));
  };
  await expect(list(unsteady)).rejects.toMatchObject({ reason: "incomplete" });
});

test("a list with fewer records than announced is rejected", async () => {
  const fewer: Answer = ({ limit, offset }, response) =>
    json(response, 206, all.slice(0, 50).slice(offset, offset + limit), counts(95, limit));
  await expect(list(fewer)).rejects.toMatchObject({ reason: "incomplete" });
});

test("a list can be read by page number", async () => {
  const paging = {
    style: "page",
    limitParameter: "limit",
    offsetParameter: "offset",
    pageSize: 10,
    sorting: true,
  } as const;
  const pages: Answer = ({ limit, offset }, response) =>
    json(response, 206, all.slice((offset - 1) * limit, offset * limit), counts(95, 10));
  await expect(list(pages, { paging })).resolves.toHaveLength(95);
});

test("a list rejects a record without an id", async () => {
  await expect(list((_query, response) => json(response, 200, [{ name: "no id" }]))).rejects.toMatchObject({
    reason: "invalid",
  });
});

test("a list rejects an object in place of an array", async () => {
  await expect(list((_query, response) => json(response, 200, { records: all }))).rejects.toMatchObject({
    reason: "invalid",
  });
});

test("each request has the token, the API key and Accept", async () => {
  await list((_query, response) => json(response, 200, [], counts(0, 0)));
  expect(server?.requests[0]?.headers).toMatchObject({
    authorization: "Bearer secret-token",
    "x-api-key": "secret-key",
    accept: "application/json",
  });
});

describe("a list that was read before, with ETags", () => {
  let records = all.slice();
  let announce = true;
  const served: number[] = [];

  /** Lists twice, with a change in between; answers the statuses of the second time and what it said. */
  async function twice(change: () => void): Promise<{ statuses: number[]; unchanged: boolean; ids: number }> {
    records = all.slice();
    served.length = 0;
    server = await startServer((request, response) => {
      const offset = Number(new URL(request.url ?? "", "http://test").searchParams.get("offset"));
      const page = records.slice(offset, offset + 10);
      const etag = `"${createHash("sha256").update(JSON.stringify(page)).digest("hex")}"`;
      const headers = { etag, ...(announce ? counts(records.length, page.length) : {}) };
      const same = request.headers["if-none-match"] === etag;
      served.push(same ? 304 : 206);
      if (!same) return json(response, 206, page, { ...headers, ...counts(records.length, page.length) });
      response.writeHead(304, headers);
      response.end();
    });
    const paging = { ...apiDefaults.paging, pageSize: 10 };
    client = new CoreInformationClient(settingsFor(server.url, { paging }), { baseDelay: 1 });
    const first = await client.pages("location", new RecordSink());
    const validators = first.unchanged ? undefined : first.known;
    expect(validators?.pages).toHaveLength(11);
    change();
    served.length = 0;
    const sink = new RecordSink();
    const second = await client.pages("location", sink, { validators });
    return { statuses: served, unchanged: second.unchanged, ids: sink.records().length };
  }

  afterEach(() => (announce = true));

  test("needs one 304 for each page if it has not changed", async () => {
    const { statuses, unchanged } = await twice(() => undefined);
    expect(unchanged).toBe(true);
    expect(statuses).toEqual(Array<number>(11).fill(304));
  });

  test("is read again if a new record is on a page of its own", async () => {
    const { unchanged, ids } = await twice(() => records.push({ id: "LOC-new" }));
    expect({ unchanged, ids }).toEqual({ unchanged: false, ids: 96 });
  });

  test("is read again if its first page changed, and requests that page once", async () => {
    const { statuses, unchanged, ids } = await twice(() => (records[0] = { id: "LOC-changed" }));
    expect({ unchanged, ids }).toEqual({ unchanged: false, ids: 95 });
    expect(statuses).toEqual(Array<number>(11).fill(206));
  });

  test("is read again if its last page changed", async () => {
    const { unchanged, ids } = await twice(() => (records[94] = { id: "LOC-changed" }));
    expect({ unchanged, ids }).toEqual({ unchanged: false, ids: 95 });
  });

  test("is read again if its total is not announced any more", async () => {
    const { unchanged, ids } = await twice(() => (announce = false));
    expect({ unchanged, ids }).toEqual({ unchanged: false, ids: 95 });
  });
});

test("a truncated page is requested again", async () => {
  let cut = 2;
  await expect(
    list(({ limit, offset }, response) => {
      const page = JSON.stringify(all.slice(offset, offset + limit));
      response.writeHead(206, { "content-type": "application/json", ...counts(95, 10) });
      response.end(offset === 20 && cut-- > 0 ? page.slice(0, 50) : page);
    }),
  ).resolves.toHaveLength(95);
});

test("a late page of an abandoned attempt does not reach the next attempt", async () => {
  let requests = 0;
  const late: Answer = ({ limit, offset }, response) => {
    requests += 1;
    const moved = requests > 3;
    const records = moved ? [...all, { id: "LOC-new" }] : all;
    const answer = (): void =>
      json(response, 206, records.slice(offset, offset + limit), counts(records.length, limit));
    // Two pages of the first attempt come after the second has begun.
    if (requests === 2 || requests === 3) setTimeout(answer, 60);
    else answer();
  };
  await expect(list(late)).resolves.toHaveLength(96);
});
