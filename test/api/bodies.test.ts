import { toUtf8 } from "../../provider/api/http/get-bytes";
import { parseJson } from "../../provider/api/http/json";
import { idOf, parsePage } from "../../provider/api/paging/page";
import { retryAfter } from "../../provider/api/http/retry-after";

const bytes = (text: string): Buffer => Buffer.from(text);
const json = (text: string): unknown => parseJson(bytes(text));
const pageError = (reason: string, message: string): Error =>
  expect.objectContaining({ name: "PageError", reason, message }) as Error;

describe("the JSON of a response", () => {
  test.each<[string, unknown]>([
    ["[0, -1, 1.5, 1.0, 1e3, true, null]", [0, -1, 1.5, 1, 1000, true, null]],
    ["9007199254740991", 9007199254740991],
    ["-9007199254740991", -9007199254740991],
    ["9007199254740992", "9007199254740992"],
    ["-9007199254740993", "-9007199254740993"],
    ["1e400", "1e400"],
    ["-1e400", "-1e400"],
    // A number with an exponent or a point is not an id.
    ["1e20", 1e20],
    ["90071992547409920.0", 90071992547409920],
    ['{"a": 9007199254740993, "b": 1, "c": "1", "d": 1.5}', { a: "9007199254740993", b: 1, c: "1", d: 1.5 }],
    ["[9007199254740993, 1]", ["9007199254740993", 1]],
    ["[[9007199254740993], {}]", [["9007199254740993"], {}]],
  ])("%s keeps its digits", (text, value) => {
    expect(json(text)).toEqual(value);
  });

  test("may be nested 100 levels deep", () => {
    const lists = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
    const objects = (levels: number): string => '{"a":'.repeat(levels) + "1" + "}".repeat(levels);
    const deep = pageError("shape", "the response is nested more than 100 levels deep");
    for (const nested of [lists, objects]) {
      expect(json(nested(100))).toEqual(JSON.parse(nested(100)));
      expect(() => json(nested(101))).toThrow(deep);
      // Also where a rounded number stands before it.
      expect(() => json(`[9007199254740993, ${nested(100)}]`)).toThrow(deep);
      expect(() => json(`{"a": 9007199254740993, "b": ${nested(100)}}`)).toThrow(deep);
    }
  });

  test("may follow a byte order mark, and nothing else", () => {
    expect(json("\ufeff[1]")).toEqual([1]);
    // Each has two of the mark's three bytes.
    for (const first of ["\u1eff", "\uf03f", "\ufec0"])
      expect(() => json(`${first}[1]`)).toThrow(pageError("json", `${first}[1]`));
  });

  test("keeps the beginning of an invalid body, more than is displayed", () => {
    expect(() => json("")).toThrow(pageError("json", "(empty)"));
    expect(() => json(" \n ")).toThrow(pageError("json", "(empty)"));
    expect(() => json(` ${"é<".repeat(200)}`)).toThrow(pageError("json", ` ${"é<".repeat(200)}`));
    expect(() => json(`${"<".repeat(16_383)}ab`)).toThrow(pageError("json", `${"<".repeat(16_383)}a`));
    const latin = Buffer.from('["é"]', "latin1");
    expect(() => parseJson(latin)).toThrowErrorMatchingInlineSnapshot(
      `"(neither UTF-8 nor the declared charset) ["�"]"`,
    );
  });

  test("is read from a slice of a larger buffer", () => {
    expect(parseJson(new Uint8Array(bytes("xx[7]yy")).subarray(2, 5))).toEqual([7]);
  });
});

describe("a body in UTF-8", () => {
  const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");

  test.each(["text/plain", "application/json; charset=utf-8", "application/json; charset=ISO-8859-1", null])(
    "stays unchanged if the header has %s",
    (type) => {
      const body = bytes('["é"]');
      expect(toUtf8(body, type)).toBe(body);
    },
  );

  test.each([
    "application/json; charset=utf-16le",
    'application/json; charset="utf-16le"',
    "application/json;CHARSET = UTF-16LE; x=y",
    "application/json; charset=utf-16le;x=y",
    "application/json; charset=UTF-16",
  ])("is decoded from UTF-16 by the header %s, into a buffer of its own", (type) => {
    const body = toUtf8(utf16('["e"]'), type);
    expect(Buffer.from(body).toString()).toBe('["e"]');
    expect([body.byteOffset, body.buffer.byteLength]).toEqual([0, body.byteLength]);
  });

  test("is decoded from UTF-16 by its byte order mark, whatever the header has", () => {
    const little = Buffer.concat([Buffer.from([0xff, 0xfe]), utf16("[1]")]);
    const big = Buffer.from(little).swap16();
    for (const body of [little, big])
      for (const type of [null, "x; charset=utf-8", "x; charset=latin1", "x; charset=utf-16le", "x; charset=utf-16be"])
        expect(Buffer.from(toUtf8(body, type)).toString()).toBe("[1]");
  });

  test("is decoded by the charset of the header if it is not UTF-8", () => {
    const latin = Buffer.from('["é"]', "latin1");
    expect(Buffer.from(toUtf8(latin, "x; charset=ISO-8859-1")).toString()).toBe('["é"]');
    // A part of a byte order mark is not removed.
    for (const half of ["ÿA", "Aþ", "þA", "Aÿ", "ÿ", "þ"])
      expect(Buffer.from(toUtf8(Buffer.from(half, "latin1"), "x; charset=latin1")).toString()).toBe(half);
  });

  test.each([
    [null, [0xe9]],
    ["application/json", [0xe9]],
    ["x; charset=klingon", [0xe9]],
    ["x; charset=utf-8", [0xe9]],
    ["x; charset=utf-16le", [0x41]],
    ["x; charsets=latin1", [0xe9]],
    ["x; charset=", [0xe9]],
  ])("stays unchanged if no charset fits: %s", (type, body) => {
    const given = Uint8Array.from(body);
    expect(toUtf8(given, type)).toBe(given);
  });
});

describe("the records of a page", () => {
  const differ = pageError("shape", 'a page has different records with the same id "1"');

  test("with one id are equal, or an error", () => {
    const same = [{ id: "1", a: [1] }, { id: "2" }, { a: [1], id: "1" }];
    expect(parsePage(bytes(JSON.stringify(same)))).toEqual(same);
    for (const page of ['[{"id": "1"}, {"id": 1}]', '[{"id": "1"}, {"id": "2"}, {"id": "1", "a": 1}]'])
      expect(() => parsePage(bytes(page))).toThrow(differ);
  });

  test("have ids of whole characters and whole numbers", () => {
    expect([{ id: "a\ud800" }, { id: "\udc00b" }, { id: 1.5 }, { id: 2 ** 53 }, { id: true }].map(idOf)).toEqual(
      Array(5).fill(undefined),
    );
    expect([{ id: "😀" }, { id: -7 }, { id: 0 }].map(idOf)).toEqual(["😀", "-7", "0"]);
  });
});

describe("Retry-After", () => {
  const now = Date.UTC(2026, 10, 25, 12);
  const at = (seconds: number): string => new Date(now + seconds * 1000).toUTCString();

  test("as a date is relative to the clock of the server, or to ours without a Date header", () => {
    expect(retryAfter(at(30), at(20), now)).toBe(10_000);
    expect(retryAfter(at(30), at(40), now)).toBe(0);
    for (const date of [null, "", "2026", "Wed, 99 Nov 2026 12:00:00 GMT"])
      expect(retryAfter(at(30), date, now)).toBe(30_000);
  });

  test("accepts a date in the three formats of HTTP", () => {
    for (const date of [
      "Wed, 25 Nov 2026 12:00:30 GMT",
      "Wednesday, 25-Nov-26 12:00:30 GMT",
      " Wed, 25 Nov 2026 12:00:30 GMT ",
    ])
      expect(retryAfter(date, null, now)).toBe(30_000);
    const days = Array.from({ length: 7 }, (_, day) => retryAfter(at(day * 86_400), null, now));
    expect(days).toEqual(Array.from({ length: 7 }, (_, day) => day * 86_400_000));
    // No zone is named: it is that of this machine.
    expect(retryAfter("Wed Nov 25 12:00:30 2026", null, Date.parse("Wed Nov 25 12:00:00 2026"))).toBe(30_000);
  });

  test.each([
    "2026-11-25T12:00:30Z",
    "25 Nov 2026 12:00:30 GMT",
    "x Wed, 25 Nov 2026 12:00:30 GMT",
    "Wed, 25 Nov 2026",
    "Wed, 25 Nov 2026 12:00 GMT",
    "Wed, 99 Nov 2026 12:00:30 GMT",
    "5 s",
    "-5",
    "5.5",
  ])("of the value %s is ignored", (text) => {
    expect(retryAfter(text, null, now)).toBeUndefined();
  });
});
