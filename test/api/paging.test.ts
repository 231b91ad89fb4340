import { type IncomingMessage } from "node:http";
import { RecordSink } from "../../provider/api/paging/record-sink";
import type { ApiSettings } from "../../provider/api/http/settings";
import { json } from "../helpers/server";

import { client, failure, server, start, urls } from "./helpers/client";

describe("a list", () => {
  const all = Array.from({ length: 7 }, (_, at) => ({ id: `L${at}` }));
  const number = (request: IncomingMessage, name: string): number =>
    Number(new URL(request.url ?? "", "http://test").searchParams.get(name));
  const paged = (style: "offset" | "page" | "none", pageSize = 3): Partial<ApiSettings> => ({
    paging: { style, limitParameter: "size", offsetParameter: "from", pageSize, sorting: false },
  });
  const slice = (request: IncomingMessage): object[] =>
    all.slice(number(request, "from"), number(request, "from") + number(request, "size"));
  const total = { "x-total-count": "7" };
  const queries = (): (string | undefined)[] =>
    urls()
      .map((url) => url?.split("?")[1])
      .sort();
  const ids = async (list: Promise<unknown[]>): Promise<string[]> =>
    (await list).map((record) => (record as { id: string }).id).sort();
  const incomplete = (why: string): object => ({
    reason: "incomplete",
    method: "GET",
    url: `${server.url}/locations`,
    summary: `the list is not complete: ${why}`,
    hint: "try again later; if the error persists, check pagingStyle, limitParameter, offsetParameter and pageSize",
  });

  test("by offset requests each page once, overlapping the page before by one record", async () => {
    await start((request, response) => json(response, 206, slice(request), total), paged("offset"));
    expect(await ids(client.locations())).toEqual(all.map(({ id }) => id));
    expect(queries()).toEqual(["size=3&from=0", "size=3&from=2", "size=3&from=4"]);
  });

  test("restarts if a record is replaced between two pages", async () => {
    // The total stays, and without a look at the seam the record that moved over it would be on neither page.
    for (const settles of [true, false]) {
      let listed = all.slice();
      let changes = 0;
      await start((request, response) => {
        const from = number(request, "from");
        json(response, 206, listed.slice(from, from + number(request, "size")), total);
        if (from !== 0 || (settles && changes > 0)) return;
        changes += 1;
        listed = [...listed.slice(1), { id: `N${changes}` }];
      }, paged("offset"));
      const found = client.locations();
      if (settles) expect(await ids(found)).toEqual(listed.map(({ id }) => id).sort());
      else expect(await failure(found)).toEqual(incomplete("the record at offset 2 has changed; restarted 3 times"));
      client.close();
      await server.close();
    }
  });

  test("is rejected if its count cannot be parsed", async () => {
    await start((request, response) => {
      json(response, 206, slice(request), { "x-total-count": "7/7", "x-result-count": "3" });
    }, paged("offset"));
    expect(await failure(client.locations())).toMatchInlineSnapshot(`
     {
       "hint": "the response does not match the API; check endpoint",
       "method": "GET",
       "reason": "invalid",
       "summary": "X-Total-Count is not a number",
       "url": "http://127.0.0.1:<port>/locations",
     }
    `);
  });

  test("by page number requests each page once", async () => {
    await start((request, response) => {
      const from = (number(request, "from") - 1) * 3;
      json(response, 206, all.slice(from, from + 3), total);
    }, paged("page"));
    expect(await ids(client.locations())).toEqual(all.map(({ id }) => id));
    expect(queries()).toEqual(["size=3&from=1", "size=3&from=2", "size=3&from=3"]);
  });

  test("without paging makes one request, and returns all records or fails", async () => {
    await start(
      (_request, response, count) => json(response, 200, all, count === 1 ? total : { "x-total-count": "8" }),
      paged("none"),
    );
    expect(await ids(client.locations())).toHaveLength(7);
    expect(queries()).toEqual([undefined]);
    expect(await failure(client.locations())).toMatchInlineSnapshot(`
     {
       "hint": "try again later; if the error persists, check pagingStyle, limitParameter, offsetParameter and pageSize",
       "method": "GET",
       "reason": "incomplete",
       "summary": "the list is not complete: 7 of 8 records received",
       "url": "http://127.0.0.1:<port>/locations",
     }
    `);
  });

  test("without a total is read until a page is empty", async () => {
    await start((request, response) => json(response, 200, slice(request)), paged("offset"));
    expect(await ids(client.locations())).toHaveLength(7);
    expect(queries()).toEqual(["size=3&from=0", "size=3&from=2", "size=3&from=4", "size=3&from=6"]);
  });

  test.each([
    [200, 2, "page", true],
    [200, 4, "offset", true],
    [200, 3, "page", false],
    [200, 3, "offset", false],
    [206, 2, "offset", false],
    [206, 4, "page", false],
  ] as const)(
    "without a total, status %i, that repeats a page of %i of 3 records by %s is complete: %p",
    async (status, count, style, isWhole) => {
      await start((_request, response) => json(response, status, all.slice(0, count)), paged(style));
      if (isWhole) return expect(await ids(client.locations())).toHaveLength(count);
      expect(await failure(client.locations())).toEqual(
        incomplete("the server repeats the same page and sends no total"),
      );
    },
  );

  test("without paging is rejected if it is partial and has no total", async () => {
    await start((_request, response) => json(response, 206, all), paged("none"));
    expect(await failure(client.locations())).toEqual(
      incomplete("the response is partial (206), and the server sends no total"),
    );
    client.close();
    await server.close();
    await start((_request, response) => json(response, 206, all, total), paged("none"));
    expect(await ids(client.locations())).toHaveLength(7);
  });

  test("is rejected if an empty partial page has no total", async () => {
    await start((_request, response) => json(response, 206, []), paged("offset"));
    expect(await failure(client.locations())).toEqual(
      incomplete("the response is partial (206), and the server sends no total"),
    );
    client.close();
    await server.close();
    await start((request, response) => json(response, 206, slice(request)), paged("offset"));
    expect(await ids(client.locations())).toHaveLength(7);
  });

  test("that is empty needs one request", async () => {
    await start((_request, response) => json(response, 200, []), paged("offset"));
    expect(await client.locations()).toEqual([]);
    expect(server.requests).toHaveLength(1);
  });

  test("is completed if pages are shorter than requested", async () => {
    await start((request, response) => {
      const from = number(request, "from");
      json(response, 206, all.slice(from, from + (from === 0 ? 3 : 2)), total);
    }, paged("offset"));
    expect(await ids(client.locations())).toHaveLength(7);
    expect(queries()).toEqual(["size=3&from=0", "size=3&from=2", "size=3&from=3", "size=3&from=4", "size=3&from=5"]);
  });

  test("is rejected with a gap, a changing total or too few records", async () => {
    await start(
      (request, response) => json(response, 206, number(request, "from") === 2 ? [] : slice(request), total),
      paged("offset"),
    );
    expect(await failure(client.locations())).toMatchInlineSnapshot(`
     {
       "hint": "try again later; if the error persists, check pagingStyle, limitParameter, offsetParameter and pageSize",
       "method": "GET",
       "reason": "incomplete",
       "summary": "the list is not complete: no record at offset 2 of 7; restarted 3 times",
       "url": "http://127.0.0.1:<port>/locations",
     }
    `);
    expect(queries().filter((query) => query === "size=3&from=0")).toHaveLength(4);
    client.close();
    await server.close();
    await start(
      (request, response) =>
        json(response, 206, slice(request), number(request, "from") === 2 ? { "x-total-count": "8" } : total),
      paged("offset"),
    );
    expect(await failure(client.locations())).toMatchInlineSnapshot(`
     {
       "hint": "try again later; if the error persists, check pagingStyle, limitParameter, offsetParameter and pageSize",
       "method": "GET",
       "reason": "incomplete",
       "summary": "the list is not complete: the total changed from 7 to 8; restarted 3 times",
       "url": "http://127.0.0.1:<port>/locations",
     }
    `);
    client.close();
    await server.close();
    await start(
      (request, response) => json(response, 206, slice(request), number(request, "from") === 2 ? total : {}),
      paged("offset"),
    );
    expect(await failure(client.locations())).toMatchInlineSnapshot(`
     {
       "hint": "try again later; if the error persists, check pagingStyle, limitParameter, offsetParameter and pageSize",
       "method": "GET",
       "reason": "incomplete",
       "summary": "the list is not complete: the total changed from unknown to 7; restarted 3 times",
       "url": "http://127.0.0.1:<port>/locations",
     }
    `);
  });

  test("is complete if it changes once and then stays the same", async () => {
    let moves = 3;
    await start((request, response) => {
      const moved = number(request, "from") === 4 && moves-- > 0;
      json(response, 206, slice(request), moved ? { "x-total-count": "9" } : total);
    }, paged("offset"));
    expect(await ids(client.locations())).toEqual(all.map(({ id }) => id));
  });

  test("starts with the page that showed the change, and restarts with a new one", async () => {
    let moves = 0;
    await start((request, response) => {
      const moved = number(request, "from") === 4 && moves-- > 0;
      json(response, 206, slice(request), moved ? { "x-total-count": "9" } : total);
    }, paged("offset"));
    const query = { size: "3", from: "0" };
    const validators = { total: 7, pages: [{ query, etag: '"old"' }] };
    const first = "size=3&from=0";
    expect(await client.list("location", { validators })).toHaveLength(7);
    expect(queries()).toEqual([first, "size=3&from=2", "size=3&from=4"]);
    moves = 1;
    server.requests.length = 0;
    expect(await ids(client.list("location", { validators }))).toEqual(all.map(({ id }) => id));
    const asked = server.requests.filter(({ url }) => url?.endsWith(first));
    expect(asked.map(({ headers }) => headers["if-none-match"])).toEqual(['"old"', undefined]);
  });

  test("reports its progress, passes parameters on, and collects ETags", async () => {
    await start(
      (request, response) => json(response, 206, slice(request), { ...total, etag: `"${number(request, "from")}"` }),
      paged("offset", 4),
    );
    const seen: unknown[] = [];
    const listed = await client.pages("location", new RecordSink(), {
      parameters: { site: "PAR", size: "9" },
      onPage: (...page) => seen.push(page),
    });
    expect(seen).toEqual([
      [4, 7],
      [7, 7],
    ]);
    expect(queries()).toEqual(["site=PAR&size=4&from=0", "site=PAR&size=4&from=3"]);
    expect(listed).toEqual({
      unchanged: false,
      count: 7,
      newest: undefined,
      sortRefused: false,
      known: {
        total: 7,
        pages: [
          { query: { size: "4", from: "0" }, etag: '"0"' },
          { query: { size: "4", from: "3" }, etag: '"3"' },
        ],
      },
    });
  });

  test("fails after all retries of a page that stays invalid", async () => {
    await start((_request, response) => void response.writeHead(200, total).end(`[{"id": "secret-key`), {
      ...paged("offset"),
      retries: 2,
    });
    expect(await failure(client.locations())).toMatchInlineSnapshot(`
     {
       "hint": "check whether a proxy truncates or replaces responses of the API",
       "method": "GET",
       "reason": "invalid",
       "status": 200,
       "summary": "the response is not JSON: [{"id": "[secret]",
       "url": "http://127.0.0.1:<port>/locations",
     }
    `);
    expect(server.requests).toHaveLength(3);
  });

  test("of values that are not records fails at once", async () => {
    await start((_request, response) => json(response, 200, { records: all }, total), paged("offset"));
    const { hint, ...fault } = await failure(client.locations());
    expect(fault).toMatchInlineSnapshot(`
     {
       "method": "GET",
       "reason": "invalid",
       "summary": "the response is not an array",
       "url": "http://127.0.0.1:<port>/locations",
     }
    `);
    expect(hint).toMatchInlineSnapshot(`"the response does not match the API; check endpoint"`);
    expect(server.requests).toHaveLength(1);
  });

  test("fails with the error of its sink", async () => {
    await start((request, response) => json(response, 206, slice(request), total), paged("offset"));
    const full = { begin: () => undefined, add: () => Promise.reject(new Error("the disk is full")) };
    await expect(client.pages("location", full)).rejects.toThrow("the disk is full");
    expect(server.requests).toHaveLength(1);
  });

  test("reads as many pages at once as the settings allow", async () => {
    let now = 0;
    let most = 0;
    await start(
      (request, response) => {
        most = Math.max(most, (now += 1));
        setTimeout(() => {
          now -= 1;
          json(response, 206, slice(request), total);
          // Long enough for the others to start on a busy machine.
        }, 100);
      },
      { ...paged("offset", 1), concurrency: 3 },
    );
    expect(await ids(client.locations())).toHaveLength(7);
    expect(most).toBe(3);
  });
});
