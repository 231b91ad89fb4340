import { toUtf8 } from "../../provider/api/charset";
import { parseJson } from "../../provider/api/json";
import { idOf, parsePage } from "../../provider/api/page";
import { retryAfter } from "../../provider/api/retry-after";

const bytes = (text: string): Buffer => Buffer.from(text);
const json = (text: string): unknown => parseJson(bytes(text));
const fault = (fault: string, message: string): Error =>
  expect.objectContaining({ name: "PageError", fault, message }) as Error;

describe("the JSON of an answer", () => {
  test.each<[string, unknown]>([
    ["[0, -1, 1.5, 1.0, 1e3, true, null]", [0, -1, 1.5, 1, 1000, true, null]],
    ["9007199254740991", 9007199254740991],
    ["-9007199254740991", -9007199254740991],
    ["9007199254740992", "9007199254740992"],
    ["-9007199254740993", "-9007199254740993"],
    ["1e400", "1e400"],
    ["-1e400", "-1e400"],
    // Written with an exponent or a point, it is no id.
    ["1e20", 1e20],
    ["90071992547409920.0", 90071992547409920],
    ['{"a": 9007199254740993, "b": 1, "c": "1", "d": 1.5}', { a: "9007199254740993", b: 1, c: "1", d: 1.5 }],
    ["[9007199254740993, 1]", ["9007199254740993", 1]],
    ["[[9007199254740993], {}]", [["9007199254740993"], {}]],
  ])("%s keeps its digits", (text, value) => {
    expect(json(text)).toEqual(value);
  });

  test("may have a hundred levels", () => {
    const lists = (levels: number): string => "[".repeat(levels) + "]".repeat(levels);
    const objects = (levels: number): string => '{"a":'.repeat(levels) + "1" + "}".repeat(levels);
    const deep = fault("shape", "the answer is nested more than 100 levels deep");
    for (const nested of [lists, objects]) {
      expect(json(nested(100))).toEqual(JSON.parse(nested(100)));
      expect(() => json(nested(101))).toThrow(deep);
      // Also where a rounded number stands before it.
      expect(() => json(`[9007199254740993, ${nested(100)}]`)).toThrow(deep);
      expect(() => json(`{"a": 9007199254740993, "b": ${nested(100)}}`)).toThrow(deep);
    }
  });

  test("stands behind a mark of the byte order, and behind nothing else", () => {
    expect(json("\ufeff[1]")).toEqual([1]);
    // Each has two of the mark's three bytes.
    for (const first of ["\u1eff", "\uf03f", "\ufec0"])
      expect(() => json(`${first}[1]`)).toThrow(fault("json", `${first}[1]`));
  });

  test("that is none is told from its beginning, much more of it than is shown", () => {
    expect(() => json("")).toThrow(fault("json", "(empty)"));
    expect(() => json(" \n ")).toThrow(fault("json", "(empty)"));
    expect(() => json(` ${"é<".repeat(200)}`)).toThrow(fault("json", ` ${"é<".repeat(200)}`));
    expect(() => json(`${"<".repeat(16_383)}ab`)).toThrow(fault("json", `${"<".repeat(16_383)}a`));
    const latin = Buffer.from('["é"]', "latin1");
    expect(() => parseJson(latin)).toThrow(fault("json", '(neither UTF-8 nor what it says it is) ["\ufffd"]'));
  });

  test("is read out of a part of a larger memory", () => {
    expect(parseJson(new Uint8Array(bytes("xx[7]yy")).subarray(2, 5))).toEqual([7]);
  });
});

describe("a body in UTF-8", () => {
  const utf16 = (text: string): Buffer => Buffer.from(text, "utf16le");

  test.each(["text/plain", "application/json; charset=utf-8", "application/json; charset=ISO-8859-1", null])(
    "stays as it is where the header says %s",
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
  ])("is made of UTF-16 by the header %s, in a memory of its own", (type) => {
    const body = toUtf8(utf16('["e"]'), type);
    expect(Buffer.from(body).toString()).toBe('["e"]');
    expect([body.byteOffset, body.buffer.byteLength]).toEqual([0, body.byteLength]);
  });

  test("is made of UTF-16 by its mark, whatever the header says", () => {
    const little = Buffer.concat([Buffer.from([0xff, 0xfe]), utf16("[1]")]);
    const big = Buffer.from(little).swap16();
    for (const body of [little, big])
      for (const type of [null, "x; charset=utf-8", "x; charset=latin1", "x; charset=utf-16le", "x; charset=utf-16be"])
        expect(Buffer.from(toUtf8(body, type)).toString()).toBe("[1]");
  });

  test("is made of what the header says where it is none", () => {
    const latin = Buffer.from('["é"]', "latin1");
    expect(Buffer.from(toUtf8(latin, "x; charset=ISO-8859-1")).toString()).toBe('["é"]');
    // Half a mark is none.
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
  ])("stays as it is where nothing fits: %s", (type, body) => {
    const given = Uint8Array.from(body);
    expect(toUtf8(given, type)).toBe(given);
  });
});

describe("the records of a page", () => {
  const differ = fault("shape", 'records of a page differ and have the same id "1"');

  test("with one id are the same, or an error", () => {
    const same = [{ id: "1", a: [1] }, { id: "2" }, { a: [1], id: "1" }];
    expect(parsePage(bytes(JSON.stringify(same)))).toEqual(same);
    for (const page of ['[{"id": "1"}, {"id": 1}]', '[{"id": "1"}, {"id": "2"}, {"id": "1", "a": 1}]'])
      expect(() => parsePage(bytes(page))).toThrow(differ);
  });

  test("have whole characters and whole numbers for ids", () => {
    expect([{ id: "a\ud800" }, { id: "\udc00b" }, { id: 1.5 }, { id: 2 ** 53 }, { id: true }].map(idOf)).toEqual(
      Array(5).fill(undefined),
    );
    expect([{ id: "😀" }, { id: -7 }, { id: 0 }].map(idOf)).toEqual(["😀", "-7", "0"]);
  });
});

describe("Retry-After", () => {
  const now = Date.UTC(2026, 10, 25, 12);
  const at = (seconds: number): string => new Date(now + seconds * 1000).toUTCString();

  test("as a date goes by the clock of the server, and by ours where that says nothing", () => {
    expect(retryAfter(at(30), at(20), now)).toBe(10_000);
    expect(retryAfter(at(30), at(40), now)).toBe(0);
    for (const date of [null, "", "2026", "Wed, 99 Nov 2026 12:00:00 GMT"])
      expect(retryAfter(at(30), date, now)).toBe(30_000);
  });

  test("is a date in any of the three forms of HTTP", () => {
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
  ])("that is %s says nothing", (text) => {
    expect(retryAfter(text, null, now)).toBeUndefined();
  });
});
