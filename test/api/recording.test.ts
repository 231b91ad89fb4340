import fs, {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Headers } from "node-fetch";
import { Disguise } from "../../provider/api/disguise";
import { disguiseDescription } from "../../provider/api/disguise-description";
import { disguiseError } from "../../provider/api/disguise-error";
import { knownMediaType } from "../../provider/api/media-type";
import { isFieldName, isIdentifier, isWord } from "../../provider/api/plain-words";
import { RecordError } from "../../provider/api/record-error";
import { recordedHeaders, recordedTag } from "../../provider/api/record-headers";
import { recordedQuery } from "../../provider/api/record-query";
import { hasRecorded, Recorder, recorderFor, type Exchanged } from "../../provider/api/recorder";
import { Redactor } from "../../provider/api/redact";
import { apiDefaults } from "../../provider/api/settings";
import { settingsFor } from "../helpers/server";

const { paging } = apiDefaults;

describe("of the headers", () => {
  const header = (name: string, value: string, more: Record<string, string> = {}): string | undefined =>
    recordedHeaders(new Headers({ [name]: value, ...more }), paging, new Disguise())[name];

  test.each<[string, string, string | undefined]>([
    ["x-total-count", "60", "60"],
    ["x-total-count", " 123456789 ", "123456789"],
    ["x-result-count", "0", "0"],
    // A number for a number, a text for a text.
    ["x-total-count", "1234567890", "1"],
    ["x-total-count", "a60", "text-1"],
    ["x-total-count", "60, 60", "text-1"],
    ["x-request-id", "c0ffee", "recorded"],
    ["x-request-id", "", ""],
    ["content-range", "items 0-49/120", "items 0-49/120"],
    ["content-range", "Bytes 100-199/2000", "Bytes 100-199/2000"],
    ["content-range", "records */120", "records */120"],
    ["content-range", "items 0-49/*", "items 0-49/*"],
    ["content-range", "acme items 0-49/120", undefined],
    ["content-range", "items 0-49/120 of acme", undefined],
    ["content-range", "items 0-49/acme", undefined],
    ["content-range", "acme 0-49/120", undefined],
    ["accept-ranges", "Items", "Items"],
    ["accept-ranges", "none", "none"],
    ["accept-ranges", "bytes-of-acme", undefined],
    ["accept-ranges", "acme-bytes", undefined],
    ["content-type", "application/json", "application/json"],
    ["content-type", "Application/JSON; profile=acme", "application/json"],
    ["content-type", "text/html;charset=latin1", "text/html; charset=utf-8"],
    ["content-type", "text/html; profile=acme;  Charset = latin1", "text/html; charset=utf-8"],
    ["content-type", "text/html; acmecharset=latin1", "text/html"],
    ["content-type", "application/acme", undefined],
    ["retry-after", "7", "7"],
    ["retry-after", "99999999999", "999999"],
    ["retry-after", "soon", undefined],
    ["cache-control", "No-Store, max-age=60", "no-store, max-age=60"],
    ["cache-control", 'private="acme, no-cache", s-maxage=5, acme', "private, s-maxage=5"],
    ["cache-control", 'private="acme', "private"],
    ["cache-control", "acme", undefined],
    ["cache-control", "xno-cache, no-cachex, max-age=acme, xmax-age=1, max-age=1234567890", undefined],
    ["etag", 'W/"abc"', '"text-1"'],
    ["set-cookie", "session=1", undefined],
    ["server", "acme", undefined],
  ])("%s: %s stays %s", (name, value, expected) => {
    expect(header(name, value)).toBe(expected);
  });

  test("a time to wait is what it was when it came", () => {
    const date = "Wed, 25 Nov 2026 10:00:00 GMT";
    expect(header("retry-after", "Wed, 25 Nov 2026 10:00:30 GMT", { date })).toBe("30");
    expect(recordedHeaders(new Headers({ "retry-after": "soon" }), paging, new Disguise())).toEqual({});
  });

  test.each<[string, string]>([
    ['<https://acme.test/locations?limit=50&offset=100>; rel="next"', '<?limit=50&offset=100>; rel="next"'],
    ["</locations?offset=1>;rel=prev", '<?offset=1>; rel="prev"'],
    ["<?limit=1>; rel=last , <?limit=2>;   rel=first", '<?limit=1>; rel="last", <?limit=2>; rel="first"'],
    ['<?limit=1>; title=acme; rel="self"; x=y', '<?limit=1>; rel="self"'],
    ["<?limit=1>; rel=nextacme", "<?limit=1>"],
    ["<?limit=1>; rel=next acme", "<?limit=1>"],
    ["<?limit=1>; rel=acme", "<?limit=1>"],
    ["<https://acme.test/>; acme", "<?>"],
    ["<?token=s3cret&limit=acme>; rel=next", '<?text-1=text-2&limit=text-3>; rel="next"'],
  ])("a link %s is %s", (value, expected) => {
    expect(header("link", value)).toBe(expected);
  });

  test("an ETag is another one, and the same each time", () => {
    const disguise = new Disguise();
    expect([recordedTag('"a"', disguise), recordedTag('"b"', disguise), recordedTag('"a"', disguise)]).toEqual([
      '"text-1"',
      '"text-2"',
      '"text-1"',
    ]);
  });
});

test.each<[string, string, [string, string]]>([
  ["limit", "50", ["limit", "50"]],
  ["offset", "123456789", ["offset", "123456789"]],
  ["offset", "1234567890", ["offset", "1"]],
  ["offset", "5x", ["offset", "text-1"]],
  ["offset", "x5", ["offset", "text-1"]],
  ["name", "Acme", ["text-1", "text-2"]],
  ["sort", "id", ["sort", "id"]],
  ["sort", "-updatedAt", ["sort", "-updatedAt"]],
  ["sort", "acme", ["sort", "text-1"]],
])("of a query %s=%s", (name, value, expected) => {
  expect(recordedQuery([[name, value]], paging, new Disguise())).toEqual([expected]);
});

test.each([
  "application/json",
  "application/hal+json",
  "application/problem+json",
  "application/vnd.api+json",
  "application/xml",
  "application/octet-stream",
  "text/html",
  "text/plain",
  "text/xml",
  "*/*",
])("%s is nobody's own", (type) => {
  expect(knownMediaType(type)).toBe(type);
  expect(knownMediaType(` ${type.toUpperCase()} ; version=acme`)).toBe(type);
  expect(knownMediaType(`${type}x`)).toBeUndefined();
  expect(knownMediaType("")).toBeUndefined();
});

describe("of a description", () => {
  const shown = (value: unknown, field?: string): unknown => disguiseDescription(value, new Disguise(), field);

  test.each<[string, unknown, unknown]>([
    ["in", "query", "query"],
    ["type", "array", "array"],
    ["style", "form", "form"],
    ["enum", "In service", "In service"],
    ["enum", "ACME-42", "text-1"],
    ["enum", "-updatedAt", "-updatedAt"],
    ["enum", "-address.city", "-address.city"],
    ["enum", "jean.dupont", "text-1"],
    ["begin", "query", "text-1"],
    ["info", "query", "text-1"],
    ["subtype", "array", "text-1"],
    ["types", "array", "text-1"],
    ["format", "date-time", "date-time"],
    ["format", "int64", "int64"],
    ["format", "a-b-c", "a-b-c"],
    ["format", "Date", "text-1"],
    ["format", "date-42-acme", "text-1"],
    ["format", "date-Acme", "text-1"],
    ["format", "int642", "text-1"],
    ["format", "date time", "text-1"],
    ["formats", "date-time", "text-1"],
    ["reformat", "date-time", "text-1"],
    ["openapi", "3.0.3", "3.0.3"],
    ["openapi", "3.12", "3.12"],
    ["swagger", "2.0", "2.0"],
    ["openapi", "3", "3"],
    ["openapi", "3.0.3-acme", "text-1"],
    ["openapi", "v3.0", "text-1"],
    ["openapi", "3.acme", "text-1"],
    ["openapi", "acme", "text-1"],
    ["openapis", "3.0.3", "text-1"],
    ["myopenapi", "3.0.3", "text-1"],
    ["required", "locationId", "locationId"],
    ["operationId", "getLocations", "getLocations"],
    ["operationId", "Acme Corp", "text-1"],
    ["notrequired", "locationId", "text-1"],
    ["requiredBy", "locationId", "text-1"],
    ["description", "query", "text-1"],
    ["title", "query", "text-1"],
    ["minimum", 5, 5],
    ["maximum", 1_000_000, 1_000_000],
    ["minimum", -1_000_000, -1_000_000],
    ["maximum", 1_000_001, 1],
    ["minLength", 3, 3],
    ["maxLength", 3, 3],
    ["minItems", 3, 3],
    ["maxItems", 3, 3],
    ["exclusiveminimum", 3, 1],
    ["maximumOf", 3, 1],
    ["port", 8443, 1],
    ["nullable", true, true],
    ["nullable", null, null],
  ])("%s: %j becomes %j", (field, value, expected) => {
    expect(shown(value, field)).toEqual(expected);
    expect(shown({ [field]: value })).toEqual({ [field]: expected });
    expect(shown({ [field]: [value] })).toEqual({ [field]: [expected] });
  });

  test.each([
    "properties",
    "headers",
    "responses",
    "schemas",
    "parameters",
    "definitions",
    "securitySchemes",
    "content",
  ])("in %s a name is a name, whatever it is", (field) => {
    // As a field of OpenAPI `example` would be a sample, and `type` a word.
    expect(shown({ [field]: { example: { minimum: 5 }, type: "query" } })).toEqual({
      [field]: { example: { minimum: 5 }, type: "text-1" },
    });
    expect(shown({ [`my${field}`]: { example: { minimum: 5 } } })).toEqual({
      [`my${field}`]: { example: { "text-1": 1 } },
    });
    expect(shown({ [`${field}x`]: { example: { minimum: 5 } } })).toEqual({
      [`${field}x`]: { example: { "text-1": 1 } },
    });
    expect(shown({ [field]: ["query", { type: "array" }] })).toEqual({ [field]: ["text-1", { type: "array" }] });
  });

  test.each(["example", "examples", "Default", "x-acme"])("nothing of a sample stays: %s", (field) => {
    expect(shown({ [field]: { type: "array", minimum: 5, in: ["query"] } })).toEqual({
      [field]: { "text-1": "text-2", "text-3": 1, "text-4": ["text-5"] },
    });
  });

  test.each(["myexample", "examplesOf", "defaults", "ax-acme"])("%s is no sample", (field) => {
    expect(shown({ [field]: { type: "array" } })).toEqual({ [field]: { type: "array" } });
  });

  test("the names of parameters stay, and those of people do not", () => {
    expect(shown({ name: "limit", in: "query" })).toEqual({ name: "limit", in: "query" });
    expect(shown({ name: "address.city", in: "query" })).toEqual({ name: "address.city", in: "query" });
    expect(shown({ name: "jean.dupont", in: "query" })).toEqual({ name: "text-1", in: "query" });
    expect(shown({ name: "limit" })).toEqual({ name: "text-1" });
    expect(shown({ name: "limit", in: 5 })).toEqual({ name: "text-1", in: 1 });
    expect(shown({ name: "jean.dupont@acme.test", in: "query" })).toEqual({ name: "text-1", in: "query" });
    expect(shown({ name: ["limit"], in: "query" })).toEqual({ name: ["text-1"], in: "query" });
    expect(shown({ name: 7, in: "query" })).toEqual({ name: 1, in: "query" });
    expect(shown({ title: "limit", in: "query" })).toEqual({ title: "text-1", in: "query" });
  });

  test.each<[string, string]>([
    ["/locations", "/locations"],
    ["/servicePoints/{servicePointId}", "/servicePoints/{servicePointId}"],
    ["/status", "/status"],
    ["/version", "/version"],
    ["/doc", "/doc"],
    ["/", "/"],
    ["/acme/locations", "/text-1/locations"],
    ["/locations/{Acme Corp}", "/locations/text-1"],
    ["/locations/{id}acme", "/locations/text-1"],
    ["/locations/acme{id}", "/locations/text-1"],
    ["200", "200"],
    ["4XX", "4XX"],
    ["600", "1"],
    ["2000", "1"],
    ["1200", "1"],
    ["application/json", "application/json"],
    ["application/json;charset=utf-8", "application/json"],
    ["application/json;of=acme", "application/json"],
    ["Application/JSON", "text-1"],
    ["X-Total-Count", "X-Total-Count"],
    ["Acme Corp", "text-1"],
  ])("a key %s becomes %s", (key, expected) => {
    expect(shown({ paths: { [key]: true } })).toEqual({ paths: { [expected]: true } });
  });

  test.each<[string, string]>([
    ["#/components/schemas/Location", "#/components/schemas/Location"],
    ["#/paths/~1locations/get", "#/paths/~1locations/get"],
    ["#/paths/~1acme~0corp~1locations", "#/paths/~1text-1~1locations"],
    ["#/components/schemas/Acme Corp", "#/components/schemas/text-1"],
    ["https://acme.test/doc#/x", "text-1"],
    ["acme.yaml", "text-1"],
  ])("a reference %s leads to %s", (value, expected) => {
    expect(shown({ $ref: value })).toEqual({ $ref: expected });
  });

  test("a key and what refers to it become the same, and what is no reference is none", () => {
    const disguise = new Disguise();
    expect(disguise.text("acme~corp/x y")).toBe("text-1");
    expect(disguiseDescription({ $ref: "#/schemas/acme~0corp~1x y" }, disguise)).toEqual({ $ref: "#/schemas/text-1" });
    expect(shown({ url: "#/schemas/Location" })).toEqual({ url: "text-1" });
    // A name that is a placeholder with a tilde comes back as one.
    expect(shown({ $ref: "#/paths/~1locations~1{~0id}" })).toEqual({ $ref: "#/paths/~1locations~1text-1" });
  });
});

describe("of an error", () => {
  const shown = (value: unknown, status = 401): unknown => disguiseError(value, status, new Disguise());

  test.each<[unknown, unknown]>([
    [
      { code: 42, message: "Credentials expired" },
      { code: 42, message: "Credentials expired" },
    ],
    [
      { code: "42", message: "CREDENTIALS EXPIRED" },
      { code: "42", message: "CREDENTIALS EXPIRED" },
    ],
    // The words of another row.
    [
      { code: 43, message: "credentials expired" },
      { code: 43, message: "text-1" },
    ],
    [{ message: "Credentials invalid" }, { message: "Credentials invalid" }],
    [
      { code: 42, message: "Acme's credentials expired" },
      { code: 42, message: "text-1" },
    ],
    [
      { code: 4242, message: "x" },
      { code: 1, message: "text-1" },
    ],
    [{ code: "x42" }, { code: "text-1" }],
    [{ code: "42x" }, { code: "text-1" }],
    [{ code: ["42"] }, { code: ["1"] }],
    [{ code: null }, { code: null }],
    [{ description: "Acme" }, { description: "text-1" }],
    ["Acme", "text-1"],
    [null, null],
    [true, true],
    [[{ code: 42 }], [{ code: 1 }]],
  ])("%j becomes %j", (value, expected) => {
    expect(shown(value)).toEqual(expected);
  });
});

describe("a stand-in", () => {
  test("is of the same form: an empty text, a number, a day, a time, another text", () => {
    const disguise = new Disguise();
    expect(
      ["", " ", "-5.25", "5", "5.x", "2026-11-25", "2026-11-26", "2026-11-25T10:00:00.5Z"].map((text) =>
        disguise.text(text),
      ),
    ).toEqual(["", " ", "1", "2", "text-1", "2000-01-01", "2000-01-02", "2000-01-01T00:02:00Z"]);
    expect(disguise.text("2026-11-25T10:00:00+01:00")).toBe("2000-01-01T00:03:00Z");
    expect(disguise.all({ status: "Active", list: [5, null, true] })).toEqual({
      "text-2": "text-3",
      "text-4": [2, null, true],
    });
  });

  test("of a word that is the API's own is none, but for the state of an address", () => {
    const of = (value: unknown): unknown => new Disguise().value(value);
    expect(of({ state: "Active", address: { state: "Texas" } })).toEqual({
      state: "Active",
      address: { state: "text-1" },
    });
    expect(of({ address: { country: "France", type: "Office", state: "Texas" } })).toEqual({
      address: { country: "France", type: "Office", state: "text-1" },
    });
    expect(of({ addresses: [{ lifecycleState: "Active" }] })).toEqual({ addresses: [{ lifecycleState: "Active" }] });
    expect(of({ address: { site: { state: "Active" } } })).toEqual({ address: { site: { state: "Active" } } });
    expect(of("Active")).toBe("text-1");
    expect(of({ stately: "Active", substate: "Active" })).toEqual({ stately: "text-1", substate: "text-1" });
  });
});

test.each<[string, boolean, boolean]>([
  ["In service", true, false],
  ["in / service", true, false],
  ["a b c d e", true, false],
  ["a b c d e f", false, false],
  ["IN_SERVICE", true, true],
  ["A_B_C_D_E", true, true],
  ["A", true, true],
  ["Acme Corp", false, false],
  ["router2", false, true],
  ["router2x", false, true],
  ["router22", false, false],
  ["x-total-count", true, true],
  ["x-total-c0unt", false, false],
  ["$ref", false, true],
  ["", false, false],
  ["a".repeat(40), true, true],
  ["a".repeat(41), false, false],
])("%s: a word? an identifier?", (text, word, identifier) => {
  expect([isWord(text), isIdentifier(text)]).toEqual([word, identifier]);
});

test.each<[string, boolean, boolean]>([
  ["LocationId", true, false],
  ["locationId", true, true],
  ["address2", true, true],
  ["x-own", true, true],
  ["10.0.0.1", false, false],
  ["FOC1234", false, false],
])("%s: a field of a record? within one?", (text, own, inner) => {
  expect([isFieldName(text, 0), isFieldName(text, 1)]).toEqual([own, inner]);
});

describe("the folder", () => {
  let above: string;
  beforeEach(() => (above = mkdtempSync(join(tmpdir(), "orange-cmdb-recording-"))));
  afterEach(() => {
    jest.restoreAllMocks();
    rmSync(above, { recursive: true, force: true });
  });

  const exchanged = (changes: Partial<Exchanged> = {}): Exchanged => ({
    path: ["locations"],
    query: {},
    paging,
    status: 200,
    headers: new Headers(),
    body: Buffer.from("[]"),
    ...changes,
  });
  const redactor = new Redactor(settingsFor("https://api.example.test"));
  const refusal = (work: () => unknown): string => {
    try {
      work();
    } catch (error) {
      expect(error).toBeInstanceOf(RecordError);
      return (error as Error).message.replaceAll(above, "…");
    }
    throw new Error("it was not refused");
  };
  const filesOf = (folder: string): unknown[] =>
    readdirSync(folder)
      .sort()
      .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as unknown);

  test("is made, for its owner alone, and is one for all who name it", () => {
    const folder = join(above, "new", "record");
    // As in a process that has recorded nothing yet.
    let fresh = { recorderFor, hasRecorded };
    jest.isolateModules(() => (fresh = jest.requireActual("../../provider/api/recorder")));
    const recorder = fresh.recorderFor(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(fresh.recorderFor(relative(process.cwd(), folder))).toBe(recorder);
    expect(fresh.recorderFor(join(above, "another"))).not.toBe(recorder);
    expect([recorder.count, recorder.fault, fresh.hasRecorded()]).toEqual([0, undefined, false]);
    recorder.record(exchanged(), redactor);
    expect([recorder.count, recorder.fault, fresh.hasRecorded()]).toEqual([1, undefined, true]);
    expect(statSync(join(folder, "00001.json")).mode & 0o777).toBe(0o600);
  });

  test("is refused where something is in it, but for what systems leave in any", () => {
    writeFileSync(join(above, ".DS_Store"), "");
    expect(new Recorder(above).count).toBe(0);
    writeFileSync(join(above, "b"), "");
    expect(refusal(() => new Recorder(above))).toBe(
      "the folder … of --record holds something already (b); name an empty or a new folder",
    );
    writeFileSync(join(above, "a"), "");
    writeFileSync(join(above, "c"), "");
    expect(refusal(() => new Recorder(above))).toBe(
      "the folder … of --record holds something already (a and 2 more); name an empty or a new folder",
    );
    expect(refusal(() => new Recorder(join(above, "a")))).toBe(
      "the folder …/a of --record is not a folder; name an empty or a new folder",
    );
    expect(refusal(() => new Recorder(join(above, "a", "b")))).toBe(
      "the folder …/a/b of --record is not in a folder; name an empty or a new folder elsewhere",
    );
  });

  test("may have gone, or be another's, by the time that something is written", () => {
    const folder = join(above, "record");
    const recorder = new Recorder(folder);
    writeFileSync(join(folder, "00001.json"), "another's");
    expect(refusal(() => recorder.record(exchanged(), redactor))).toBe(
      "the folder …/record of --record is written by another run at the same time; name an empty or a new folder",
    );
    expect(readFileSync(join(folder, "00001.json"), "utf8")).toBe("another's");
    expect(recorder.fault?.message).toContain("is written by another run");
    rmSync(folder, { recursive: true });
    expect(refusal(() => recorder.record(exchanged(), redactor))).toBe(
      "the folder …/record of --record was taken away meanwhile; name an empty or a new folder",
    );
    expect(recorder.count).toBe(0);
    mkdirSync(join(folder, "00001.json"), { recursive: true });
    expect(refusal(() => recorder.record(exchanged(), redactor))).toContain("is written by another run");
    expect(existsSync(join(folder, "00001.json"))).toBe(true);
  });

  test("which may not be written is refused at once", () => {
    chmodSync(above, 0o500);
    // The superuser may write everywhere: the system says what it says to others.
    if (process.getuid?.() === 0)
      jest.spyOn(fs, "accessSync").mockImplementation(() => {
        throw Object.assign(new Error(), { code: "EACCES" });
      });
    expect(refusal(() => new Recorder(above))).toContain("may not be written; name an empty or a new folder elsewhere");
    chmodSync(above, 0o700);
  });

  test("does not hold who calls", () => {
    const recorder = new Recorder(above);
    recorder.record(exchanged({ path: ["me"], body: Buffer.from('{"login":"jean"}') }), redactor);
    expect([recorder.count, fs.readdirSync(above)]).toEqual([0, []]);
  });

  test("holds what was asked for, and what was answered", () => {
    const recorder = new Recorder(above);
    const record = (changes: Partial<Exchanged>, body?: unknown): void =>
      recorder.record(
        exchanged({ ...changes, ...(body === undefined ? {} : { body: Buffer.from(JSON.stringify(body)) }) }),
        redactor,
      );
    record({ query: { limit: "5", name: "Acme" }, ifNoneMatch: '"tag"', status: 304, body: Buffer.alloc(0) });
    record({ path: ["locations", "ACME 1"], headers: new Headers({ etag: '"tag"', server: "acme" }) });
    record({ body: Buffer.from("<html>") });
    record({ body: Buffer.from("[".repeat(5_000) + "]".repeat(5_000)) });
    record({ status: 400 }, { code: 60 });
    record({ status: 404 }, { code: 60, message: "Not found", description: "Acme" });
    record({ status: 399 }, { code: 60 });
    record({ path: ["doc"] }, { title: "Acme", in: "query" });
    record({ path: ["locations", "ACME 1"] }, { id: "ACME 1", in: "query" });
    record({ path: ["doc", "ACME 1"] }, { in: "query" });
    expect(filesOf(above)).toEqual([
      { path: "/locations?limit=5&text-2=text-3", ifNoneMatch: '"text-1"', status: 304, headers: {}, raw: "" },
      { path: "/locations/text-4", status: 200, headers: { etag: '"text-1"' }, body: [] },
      { path: "/locations", status: 200, headers: {}, raw: "(not JSON: 6 bytes)" },
      { path: "/locations", status: 200, headers: {}, raw: expect.stringMatching(/^\[+\]+$/) as string },
      { path: "/locations", status: 400, headers: {}, body: { code: 60 } },
      { path: "/locations", status: 404, headers: {}, body: { code: 60, message: "Not found", description: "text-3" } },
      { path: "/locations", status: 399, headers: {}, body: { code: 1 } },
      { path: "/doc", status: 200, headers: {}, body: { title: "text-3", in: "query" } },
      { path: "/locations/text-4", status: 200, headers: {}, body: { id: "text-4", in: "text-6" } },
      { path: "/doc/text-4", status: 200, headers: {}, body: { in: "text-6" } },
    ]);
    expect(readdirSync(above)[9]).toBe("00010.json");
  });

  test("holds no secret, wherever it came", () => {
    const recorder = new Recorder(above);
    const secrets = new Redactor(
      settingsFor("https://api.example.test", { accessToken: "s3cret-limit", apiKey: "s3cret-name" }),
    );
    recorder.record(
      exchanged({ query: { limit: "5" }, body: Buffer.from('{"s3cret-name":"s3cret-limit","status":"s3cret-name"}') }),
      secrets,
    );
    expect(JSON.stringify(filesOf(above))).not.toContain("s3cret");
  });
});
