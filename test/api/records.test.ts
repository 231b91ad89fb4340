import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Headers } from "node-fetch";
import { Anonymizer } from "../../provider/api/recording/anonymizer";
import { parseListHeaders } from "../../provider/api/paging/list-headers";
import { EtagCollector, revalidate, type ListValidators } from "../../provider/api/paging/etags";
import { idOf, parsePage } from "../../provider/api/paging/page";
import { RecordSink } from "../../provider/api/paging/record-sink";
import { Recorder } from "../../provider/api/recording/recorder";
import type { HttpExchange } from "../../provider/api/http/http-recorder";
import { Redactor } from "../../provider/api/http/redact";
import { apiDefaults } from "../../provider/api/http/settings";
import type { Answer } from "../../provider/api/http/transport";
import { settingsFor } from "../helpers/server";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("a page of records", () => {
  test("is an array of objects with an id, with or without a byte order mark", () => {
    const page = [{ id: "A" }, { id: 7, name: "é" }];
    for (const text of [JSON.stringify(page), `\ufeff${JSON.stringify(page)}`])
      expect(parsePage(bytes(text))).toEqual(page);
    expect(parsePage(bytes("[]"))).toEqual([]);
    // A part of a larger memory.
    expect(parsePage(bytes('xx[{"id":"A"}]yy').subarray(2, 14))).toEqual([{ id: "A" }]);
  });

  test.each([
    [`[{"id": "A"}, {"id"`, "json"],
    ["", "json"],
    ["<".repeat(300), "json"],
    [`{"records": []}`, "shape"],
    [`[{"id": "A"}, {"id": ""}]`, "shape"],
    [`[{"name": "A"}]`, "shape"],
    [`[{"id": true}]`, "shape"],
    [`[null]`, "shape"],
    [`["A"]`, "shape"],
  ])("cannot be %j, which is a fault of %s", (text, reason) => {
    const parse = (): unknown => parsePage(bytes(text));
    expect(parse).toThrow(expect.objectContaining({ name: "PageError", reason }) as Error);
    expect(parse).toThrowErrorMatchingSnapshot();
  });

  test("accepts ids that are texts or numbers", () => {
    expect([{ id: "A" }, { id: 7 }, { id: "" }, { id: null }, {}].map(idOf)).toEqual([
      "A",
      "7",
      undefined,
      undefined,
      undefined,
    ]);
  });
});

test("a sink keeps the last record of each id, and is emptied when the list restarts", async () => {
  const sink = new RecordSink();
  sink.begin();
  expect(await sink.add(bytes(`[{"id": "A"}, {"id": "B"}]`))).toMatchObject({
    count: 2,
    newCount: 2,
    firstAndLastId: ["A", "B"],
  });
  expect(await sink.add(bytes(`[{"id": "B", "name": "b"}, {"id": "C"}]`))).toMatchObject({
    count: 2,
    newCount: 1,
    firstAndLastId: ["B", "C"],
  });
  expect(await sink.add(bytes("[]"))).toMatchObject({ count: 0, newCount: 0, firstAndLastId: undefined });
  expect(sink.records()).toEqual([{ id: "A" }, { id: "B", name: "b" }, { id: "C" }]);
  sink.begin();
  expect(sink.records()).toEqual([]);
});

test.each<[Record<string, string>, number | undefined, string]>([
  [{ "x-total-count": "95", "x-result-count": "10" }, 95, "certain"],
  [{ "x-total-count": "10", "x-result-count": "95" }, 95, "certain"],
  [{ "x-result-count": "11" }, 11, ""],
  [{ "content-range": "items 0-9/95" }, 95, "certain"],
  [{ "content-range": "items */95", "x-total-count": "10" }, 95, "certain"],
  [{ "content-range": "items  100-109/1095" }, 1095, "certain"],
  [{ "x-total-count": "3", "x-result-count": "10" }, 10, "certain"],
  [{ "content-range": "records 0-9/*" }, undefined, ""],
  [{ "content-range": "items 0-9/95 or so" }, undefined, ""],
  [{ "content-range": "about items 0-9/95" }, undefined, ""],
  [{ link: '</locations?offset=10>; rel="next"' }, undefined, "next"],
  [{ link: "</a>; rel=first, </b>; title=x; rel = next" }, undefined, "next"],
  [{ link: '</a>; rel="last next"' }, undefined, "next"],
  [{ link: '</a>;rel="next last"' }, undefined, "next"],
  [{ link: '</next>; rel="nextish", </b>; rel=previous' }, undefined, ""],
  [{ "x-total-count": " 95 " }, 95, ""],
  [{ "x-total-count": "0" }, 0, ""],
  [{ "x-result-count": "10" }, undefined, ""],
  [{ "x-total-count": "95, 95", "x-result-count": "10,10" }, 95, "certain"],
  [{ "x-total-count": "" }, undefined, ""],
  [{}, undefined, ""],
])("the headers %j of a page of ten records announce the total %p", (headers, total, said) => {
  const { "x-total-count": all, "x-result-count": ofPage } = headers;
  expect(parseListHeaders(new Headers(headers), 10)).toEqual({
    total,
    pageCount: all && ofPage ? Math.min(parseInt(all), parseInt(ofPage)) : undefined,
    isCertain: said === "certain",
    hasNext: said === "next",
  });
});

test.each([
  ["X-Total-Count", { "x-total-count": "many", "x-result-count": "10" }],
  ["X-Total-Count", { "x-total-count": "95 records" }],
  ["X-Total-Count", { "x-total-count": "-95" }],
  ["X-Total-Count", { "x-total-count": "6e1" }],
  ["X-Total-Count", { "x-total-count": "95/95" }],
  ["X-Total-Count", { "x-total-count": "95, 96" }],
  ["X-Total-Count", { "x-total-count": "1".repeat(16) }],
  ["X-Result-Count", { "x-total-count": "10", "x-result-count": "all" }],
])("an invalid count in %s is rejected: %j", (name, headers) => {
  expect(() => parseListHeaders(new Headers(headers), 10)).toThrow(
    expect.objectContaining({ name: "PageError", reason: "shape", message: `${name} is not a number` }) as Error,
  );
});

describe("a list that was read before", () => {
  const known: ListValidators = {
    total: 3,
    pages: ["a", "b", "c"].map((etag, at) => ({ query: { offset: String(at) }, etag })),
  };
  const same = { status: 304, headers: new Headers({ "x-total-count": "3" }), body: new Uint8Array() };

  /** Asks, and answers what came of it with what was asked. */
  async function asked(answers: Record<string, Answer>, list = known): Promise<[unknown, string[]]> {
    const calls: string[] = [];
    const found = await revalidate(list, async ({ offset = "" }, etag) => {
      calls.push(`${offset}${etag}`);
      await new Promise((resolve) => setImmediate(resolve));
      return answers[etag] ?? same;
    });
    return [found, calls];
  }

  test("has validators if each page had an ETag and the total was announced", () => {
    const tags = new EtagCollector();
    expect(tags.validators(0)).toEqual({ total: 0, pages: [] });
    tags.add({ offset: "0" }, "a");
    tags.add({ offset: "1" }, "b");
    expect(tags.validators(2)).toEqual({
      total: 2,
      pages: [
        { query: { offset: "0" }, etag: "a" },
        { query: { offset: "1" }, etag: "b" },
      ],
    });
    expect(tags.validators(undefined)).toBeUndefined();
    tags.add({ offset: "2" }, null);
    tags.add({ offset: "3" }, "d");
    expect(tags.validators(4)).toBeUndefined();
  });

  test("is unchanged if every page responds with 304", async () => {
    expect(await asked({})).toEqual([{ unchanged: true }, ["0a", "1b", "2c"]]);
    expect(await asked({}, { ...known, pages: [] })).toEqual([{ unchanged: false }, []]);
  });

  test("returns its first page if that changed, and requests no other page", async () => {
    const changed = { status: 200, headers: new Headers({ "x-total-count": "3" }), body: bytes("[]") };
    expect(await asked({ a: changed })).toEqual([{ unchanged: false, first: changed }, ["0a"]]);
  });

  test("is changed if its total differs, is missing or is invalid", async () => {
    for (const headers of [
      new Headers({ "x-total-count": "4" }),
      new Headers(),
      new Headers({ "x-total-count": "x" }),
    ]) {
      expect(await asked({ a: { ...same, headers } })).toEqual([{ unchanged: false }, ["0a"]]);
      expect(await asked({ c: { ...same, headers } })).toEqual([{ unchanged: false }, ["0a", "1b", "2c"]]);
    }
  });

  test("is not requested further after the first changed page", async () => {
    const pages = Array.from({ length: 30 }, (_, at) => ({ query: { offset: String(at) }, etag: `e${at}` }));
    const [found, calls] = await asked({ e1: { ...same, status: 200 } }, { total: 3, pages });
    expect(found).toEqual({ unchanged: false });
    expect(calls).toEqual(Array.from({ length: 9 }, (_, at) => `${at}e${at}`));
  });
});

describe("the anonymizer of records", () => {
  test("gives equal values equal replacements, and keeps enumerated values and empty texts", () => {
    const disguise = new Anonymizer();
    const record = {
      id: "CI-1",
      name: "CI-1",
      other: "x",
      empty: "",
      status: "In service",
      lifecycleState: "Live",
      type: "w".repeat(40),
      country: "w".repeat(41),
      state: 42,
      port: 42,
      again: 42,
      on: true,
      none: null,
      list: ["x", { kind: "Router", deep: 7 }],
      category: ["Router"],
      blank: " \t",
    };
    expect(disguise.value(record)).toEqual({
      ...record,
      id: "text-1",
      name: "text-1",
      other: "text-2",
      country: "text-3",
      state: 1,
      port: 1,
      again: 1,
      list: ["text-2", { kind: "Router", deep: 2 }],
    });
    expect(disguise.value("x")).toBe("text-2");
  });

  test.each([
    ["2026-01-31", "2000-01-01"],
    ["2026-01-31T10:00:00Z", "2000-01-01T00:00:00Z"],
    ["2026-01-31T10:00:00.123+01:00", "2000-01-01T00:00:00Z"],
    ["2026-01-31T10:00:00-0100", "2000-01-01T00:00:00Z"],
    ["2026-01-31T10:00", "2000-01-01T00:00:00Z"],
    ["on 2026-01-31", "text-1"],
    ["2026-01-31 x", "text-1"],
    ["2026-01-31T10:00:00ZZ", "text-1"],
    ["2026-01-3", "text-1"],
    ["12026-01-31", "text-1"],
    ["2026-01-31T10:00:00+1:00", "text-1"],
  ])("replaces a date or time only by its own form: %s", (time, shown) => {
    expect(new Anonymizer().text(time)).toBe(shown);
  });

  test.each([
    "state",
    "type",
    "category",
    "kind",
    "country",
    "countryCode",
    "lifecycleStatus",
    "lifecycleState",
    "STATUS",
  ])("keeps enumerated values of the field %s", (field) => {
    expect(new Anonymizer().value({ [field]: "FR" })).toEqual({ [field]: "FR" });
    expect(new Anonymizer().value({ [`${field}_x`]: "FR", [`x${field}`]: "FR" })).toEqual({
      [`${field}_x`]: "text-1",
      [`x${field}`]: "text-1",
    });
  });

  test.each(["In service", "Hors-service", "up/down", "État", "IN_SERVICE", "inService", "a b c d e"])(
    "keeps %s as an enumerated value",
    (word) => {
      expect(new Anonymizer().value({ status: word })).toEqual({ status: word });
    },
  );

  test.each([
    "a@b",
    "L2",
    "a.b",
    "-a",
    "a-",
    "a b c d e f",
    "+",
    "7a",
    "a(b)",
    "a:b",
    "a, b",
    "VIP Acme SA",
    "Jean Dupont",
    "Ile-de-France",
  ])("replaces %s, which is not an enumerated value", (text) => {
    expect(new Anonymizer().value({ status: text })).toEqual({ status: "text-1" });
  });

  test.each(["id", "ipv4Address", "address2", "x-foo", "_links", "@type", "a_b", "k".repeat(40)])(
    "keeps %s as a field name",
    (name) => {
      expect(new Anonymizer().value({ [name]: { [name]: true } })).toEqual({ [name]: { [name]: true } });
    },
  );

  test.each(["a@b", "10.1.2.3", "FOC1234X0AB", "a12", "a-b", "a b", "X-Foo", "é", "k".repeat(41)])(
    "replaces %s, which is data in the place of a field name",
    (name) => {
      const [shown] = Object.keys(new Anonymizer().value({ [name]: true }) as object);
      expect(shown).toBe("text-1");
    },
  );

  test("keeps a capitalized name as a field of a record, and replaces it in a nested object", () => {
    expect(new Anonymizer().value([{ Name: true, sites: { Paris: true } }])).toEqual([
      { Name: true, sites: { "text-1": true } },
    ]);
  });
});

describe("a recorded exchange", () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), "orange-cmdb-recorder-"))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const redactor = new Redactor(settingsFor("http://127.0.0.1"));
  /** What the call was answered with, where that is of interest. */
  const exchanged = (
    path: readonly string[],
    text: string,
    more: Partial<HttpExchange & { headers: Headers }> = {},
  ): HttpExchange => ({
    path,
    query: {},
    paging: apiDefaults.paging,
    status: 200,
    headers: new Headers(),
    body: bytes(text),
    ...more,
  });
  const read = (name: string): unknown => JSON.parse(readFileSync(join(folder, "new", "one", name), "utf8"));

  test("is written to a private, numbered file without customer data", () => {
    const recorder = new Recorder(join(folder, "new", "one"));
    const headers = new Headers({
      "content-type": "application/json",
      "x-total-count": "1",
      etag: '"abc"',
      "x-request-id": "r-1",
      "set-cookie": "secret",
    });
    const query = { limit: "10", offset: "0", site: "PAR" };
    for (const each of [
      exchanged(["locations"], `[{"id": "PAR"}]`, { query, status: 206, headers }),
      exchanged(["locations", "PAR"], "", { status: 404 }),
      exchanged(["locations", "a b/c"], "<html>", { status: 502 }),
      exchanged(["locations"], "[".repeat(200) + "]".repeat(200)),
    ])
      recorder.record(each, redactor);
    expect(readdirSync(join(folder, "new", "one")).sort()).toEqual([
      "00001.json",
      "00002.json",
      "00003.json",
      "00004.json",
    ]);
    expect(read("00001.json")).toEqual({
      path: "/locations?limit=10&offset=0&text-1=text-2",
      status: 206,
      headers: {
        "content-type": "application/json",
        "x-total-count": "1",
        etag: '"text-3"',
        "x-request-id": "recorded",
      },
      body: [{ id: "text-2" }],
    });
    expect(read("00002.json")).toEqual({ path: "/locations/text-2", status: 404, headers: {}, raw: "" });
    expect(read("00003.json")).toMatchInlineSnapshot(`
     {
       "headers": {},
       "path": "/locations/text-4",
       "raw": "(not JSON: 6 bytes)",
       "status": 502,
     }
    `);
    expect(read("00004.json")).toMatchObject({ raw: "[".repeat(101) + "]".repeat(101) });
    for (const path of [join(folder, "new", "one"), join(folder, "new", "one", "00001.json")])
      expect(statSync(path).mode & 0o077).toBe(0);
    expect(readFileSync(join(folder, "new", "one", "00002.json"), "utf8")).toMatch(
      /^\{\n {2}"path": "\/locations\/text-2",\n[^]*\n\}\n$/,
    );
    expect(recorder.count).toBe(4);
  });

  test("has only the headers that show how the service behaves", () => {
    const kept = {
      "content-type": "text/html; charset=utf-8",
      "x-total-count": "7",
      "x-result-count": "2",
      etag: '"text-1"',
      "retry-after": "2",
      link: '<?offset=2&text-2=text-3>; rel="next", <?>',
      "content-range": "items 0-1/*",
      "accept-ranges": "items",
      "cache-control": "no-store, max-age=60",
    };
    const first = '<https://api/sites/PAR?offset=2&site=PAR>; rel="next"; title="Paris"';
    const headers = {
      ...kept,
      "content-type": "text/HTML;charset=latin1",
      etag: 'W/"x"',
      "x-total-count": " 7",
      link: `${first}, </sites>`,
      "cache-control": 'No-Store, max-age=60, site="PAR, private"',
      server: "s",
    };
    new Recorder(join(folder, "new", "one")).record(exchanged(["x"], "1", { headers: new Headers(headers) }), redactor);
    expect(read("00001.json")).toMatchObject({ headers: kept });
    expect(Object.keys((read("00001.json") as { headers: object }).headers)).toEqual(Object.keys(kept));
  });

  test("omits headers with unknown values", () => {
    const headers = ["content-type", "retry-after", "content-range", "accept-ranges", "cache-control"].map(
      (name): [string, string] => [name, `of ${name}`],
    );
    new Recorder(join(folder, "new", "one")).record(exchanged(["x"], "1", { headers: new Headers(headers) }), redactor);
    expect(read("00001.json")).toMatchObject({ headers: {} });
  });

  test("never overwrites a file", () => {
    const recorder = new Recorder(folder);
    writeFileSync(join(folder, "00001.json"), "mine");
    expect(() => recorder.record(exchanged(["x"], "1"), redactor)).toThrowErrorMatchingInlineSnapshot(`
     "the folder <tmp> of --record-http is being written by another run; use an empty or a new folder
     Cause: EEXIST: file already exists, open '<tmp>/00001.json'"
    `);
    expect(readFileSync(join(folder, "00001.json"), "utf8")).toBe("mine");
    expect([recorder.count, recorder.firstError?.name]).toEqual([0, "RecordingError"]);
  });
});
