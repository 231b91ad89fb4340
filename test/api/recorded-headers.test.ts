import { Headers } from "node-fetch";
import { Anonymizer } from "../../provider/api/recording/anonymizer";
import { knownMediaType } from "../../provider/api/http/media-type";
import { recordedHeaders, recordedTag } from "../../provider/api/recording/recorded-headers";
import { recordedQuery } from "../../provider/api/recording/recorded-query";
import { apiDefaults } from "../../provider/api/http/settings";

const { paging } = apiDefaults;

describe("the recorded headers", () => {
  const header = (name: string, value: string, more: Record<string, string> = {}): string | undefined =>
    recordedHeaders(new Headers({ [name]: value, ...more }), paging, new Anonymizer())[name];

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
  ])("record the header %s: %s as %s", (name, value, expected) => {
    expect(header(name, value)).toBe(expected);
  });

  test("record a date in Retry-After as the seconds until then", () => {
    const date = "Wed, 25 Nov 2026 10:00:00 GMT";
    expect(header("retry-after", "Wed, 25 Nov 2026 10:00:30 GMT", { date })).toBe("30");
    expect(recordedHeaders(new Headers({ "retry-after": "soon" }), paging, new Anonymizer())).toEqual({});
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
  ])("record a link %s as %s", (value, expected) => {
    expect(header("link", value)).toBe(expected);
  });

  test("replace an ETag, and equal ETags by the same text", () => {
    const disguise = new Anonymizer();
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
])("the recorded query has the parameter %s=%s anonymized", (name, value, expected) => {
  expect(recordedQuery([[name, value]], paging, new Anonymizer())).toEqual([expected]);
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
])("the media type %s is known, and recorded without its parameters", (type) => {
  expect(knownMediaType(type)).toBe(type);
  expect(knownMediaType(` ${type.toUpperCase()} ; version=acme`)).toBe(type);
  expect(knownMediaType(`${type}x`)).toBeUndefined();
  expect(knownMediaType("")).toBeUndefined();
});
