import { Response } from "node-fetch";
import { isLoopback, isTrusted, publicUrl, shownAddress, trustedUrl } from "../../provider/api/address";
import { answerFault, notJson } from "../../provider/api/answer-fault";
import { errorRow } from "../../provider/api/error-table";
import { ApiError } from "../../provider/api/errors";
import { networkFault } from "../../provider/api/network-fault";
import { Redactor } from "../../provider/api/redact";
import { retryAfter } from "../../provider/api/retry-after";
import { settingsFor } from "../helpers/server";

const report = "this looks like a fault of the client; please report it with the request id";
const credentials =
  "check clientId, clientSecret and apiKey (ORANGE_CMDB_CLIENT_ID, …); an API key expires two years after issue";
const access =
  "check scope (ORANGE_CMDB_SCOPE; the application needs b2b:core-information:readonly) and apiKey, which expires two years after issue";
const later = "try again later";

test.each<[number, number | undefined, string, string, string | undefined]>([
  [400, 20, "bad URL parameter", "fail", "check the id"],
  [400, 21, "bad request body", "fail", report],
  [400, 22, "bad request body", "fail", report],
  [400, 23, "bad request body", "fail", report],
  [400, 24, "bad request body", "fail", report],
  [400, 25, "header missing or invalid", "fail", "check apiKey"],
  [400, 26, "header missing or invalid", "fail", "check apiKey"],
  [
    400,
    27,
    "query parameter missing or invalid",
    "fail",
    "check pagingStyle, limitParameter, offsetParameter and pageSize",
  ],
  [
    400,
    28,
    "query parameter missing or invalid",
    "fail",
    "check pagingStyle, limitParameter, offsetParameter and pageSize",
  ],
  [400, 1, "HTTP status 400", "fail", undefined],
  [400, undefined, "HTTP status 400", "fail", undefined],
  [401, 42, "credentials expired", "renew", credentials],
  [401, 40, "credentials missing", "fail", credentials],
  [401, 41, "credentials invalid", "renew", credentials],
  [401, undefined, "credentials invalid", "renew", credentials],
  [403, 53, "too many requests", "retry", later],
  [403, 50, "access denied", "fail", access],
  [403, 51, "requester forbidden", "fail", access],
  [403, 52, "user forbidden", "fail", access],
  [403, undefined, "access denied", "fail", access],
  [404, undefined, "not found", "fail", "check endpoint"],
  [404, 60, "not found", "fail", "check endpoint"],
  [405, undefined, "method not allowed", "fail", report],
  [405, 61, "method not allowed", "fail", report],
  [406, undefined, "not acceptable", "fail", report],
  [406, 62, "not acceptable", "fail", report],
  [408, undefined, "request time-out", "retry", later],
  [408, 63, "request time-out", "retry", later],
  [409, undefined, "conflict", "fail", report],
  [409, 69, "conflict", "fail", report],
  [411, undefined, "length required", "fail", report],
  [411, 64, "length required", "fail", report],
  [412, undefined, "precondition failed", "fail", report],
  [412, 65, "precondition failed", "fail", report],
  [413, undefined, "request too large", "fail", "lower pageSize"],
  [413, 66, "request too large", "fail", "lower pageSize"],
  [414, undefined, "URI too long", "fail", "check the id and the filters"],
  [414, 67, "URI too long", "fail", "check the id and the filters"],
  [415, undefined, "unsupported media type", "fail", report],
  [415, 68, "unsupported media type", "fail", report],
  [429, undefined, "too many requests", "retry", later],
  [429, 53, "too many requests", "retry", later],
  [500, undefined, "internal error of the API", "retry", later],
  [500, 1, "internal error of the API", "retry", later],
  [502, 1, "internal error of the API", "retry", later],
  [502, undefined, "bad gateway", "retry", later],
  [502, 3, "bad gateway", "retry", later],
  [503, 6, "over capacity", "retry", later],
  [503, 5, "temporarily unavailable", "retry", later],
  [504, undefined, "gateway time-out", "retry", later],
  [504, 6, "gateway time-out", "retry", later],
  [299, undefined, "HTTP status 299", "fail", undefined],
  [400, 300, "HTTP status 400", "fail", undefined],
  [418, undefined, "HTTP status 418", "fail", undefined],
  [499, undefined, "HTTP status 499", "fail", undefined],
  [501, undefined, "HTTP status 501", "retry", undefined],
])("status %i with code %s: %s, %s", (status, code, meaning, action, hint) => {
  const row = errorRow(status, code);
  expect([row.meaning, row.action, row.hint]).toEqual([meaning, action, hint]);
  expect(row.throttled === true).toBe(meaning === "too many requests");
});

test.each([300, 302, 399])("a redirect by %i is not followed, and says where to look", (status) => {
  expect(errorRow(status, undefined)).toEqual({
    status,
    codes: [],
    meaning: "redirected",
    action: "fail",
    hint: "redirects are not followed, so that credentials go nowhere else; set endpoint to the final address",
  });
});

test("a 304 that nobody asked for is called so, and no redirect", () => {
  expect(errorRow(304, undefined)).toEqual({
    status: 304,
    codes: [],
    meaning: "not modified, though nothing was asked to be compared",
    action: "fail",
    hint: "something between here and the API seems to keep its answers",
  });
});

test("an error says all that is known of it, and no more", () => {
  const about = { reason: "http", method: "GET", url: "https://api/x", summary: "not found" } as const;
  const message = (more: Partial<ConstructorParameters<typeof ApiError>[0]>): string =>
    new ApiError({ ...about, ...more }).message;
  expect(message({})).toBe("GET https://api/x: not found");
  expect(message({ status: 404 })).toBe("GET https://api/x: not found (404)");
  expect(message({ status: 404, code: 60 })).toBe("GET https://api/x: not found (404, code 60)");
  expect(message({ code: 60 })).toBe("GET https://api/x: not found");
  expect(message({ detail: "no such id" })).toBe("GET https://api/x: not found: no such id");
  expect(message({ description: "look again" })).toBe("GET https://api/x: not found: look again");
  expect(message({ detail: "no such id", description: "look again" })).toBe(
    "GET https://api/x: not found: no such id: look again",
  );
  expect(message({ detail: "", requestId: "r-1", hint: "check the id" })).toBe(
    "GET https://api/x: not found [request r-1]; check the id",
  );
  const cause = new Error("below");
  const all = { ...about, status: 404, code: 60, detail: "a", description: "b", requestId: "r", hint: "h" };
  const error = new ApiError({ ...all, cause });
  const { detail: _detail, summary: _summary, ...facts } = all;
  expect(error).toMatchObject({ name: "ApiError", cause, ...facts });
  expect(error.fault).toEqual(all);
});

test("an address is shown without its query and its credentials", () => {
  expect(publicUrl("https://me:secret@api.example.com:8443/a/b?key=secret#c")).toBe("https://api.example.com:8443/a/b");
  expect(publicUrl(new URL("http://localhost"))).toBe("http://localhost/");
});

test.each([
  ["https://api.example.com/v2", "https://api.example.com/v2"],
  ["https://api.example.com/v2?key=secret", "https://api.example.com/v2?…"],
  ["https://api.example.com/v2#secret", "https://api.example.com/v2?…"],
  ["https://api.example.com/v2?key=a@secret", "https://api.example.com/v2?…"],
  ["https://me:secret@api.example.com/v2", "https://…@api.example.com/v2"],
  [" https:me:secret@api.example.com/v2", "https://…@api.example.com/v2"],
  ["https:\\\\me:secret@api.example.com/v2", "https://…@api.example.com/v2"],
  ["https://me:sec/ret@api.example.com/v2", "… (no address)"],
  ["me:secret@api.example.com/v2", "… (no address)"],
  ["api.example.com/v2?key=secret", "… (no address)"],
  ["https://me:secret%40api.example.com/v2", "… (no address)"],
  ["me:secret%40api.example.com/v2", "… (no address)"],
  ["api.example.com/v2", "… (no address)"],
])("of an address that is set as %s, %s is shown", (text, shown) => {
  expect(shownAddress(text)).toBe(shown);
});

describe("an answer that is an error", () => {
  const where = { method: "GET", url: "https://api/x" };
  const fault = (text: string, headers: Record<string, string> = {}, status = 404): ApiError["fault"] =>
    answerFault(new Response(text, { status, headers }), text, where, (said) => said.replaceAll("hunter2", "[secret]"))
      .fault;
  const bare = { ...where, reason: "http", summary: "not found", hint: "check endpoint", status: 404 };

  test.each<[string, object]>([
    [`{"code": 60, "message": "No", "description": "More"}`, { code: 60, detail: "No", description: "More" }],
    [`{"code": "60"}`, { code: 60 }],
    [`{"code": "x", "message": 7, "description": []}`, {}],
    [`{}`, {}],
    [`{"message": "", "description": ""}`, { detail: "", description: "" }],
    [`{"message": "is hunter2", "description": "hunter2"}`, { detail: "is [secret]", description: "[secret]" }],
    [`{"message": " a\\u0000\\u001b[31m\\n b\\u0085 "}`, { detail: "a [31m b" }],
    [`null`, { detail: "null" }],
    [`<html> hunter2`, { detail: "<html> [secret]" }],
    [``, { detail: "(empty)" }],
    [` \n `, { detail: "(empty)" }],
    ["<".repeat(130), { detail: `${"<".repeat(120)}…` }],
    [JSON.stringify({ message: "m".repeat(310) }), { detail: `${"m".repeat(200)}…` }],
  ])("%s", (text, said) => {
    const facts = Object.fromEntries(Object.entries(fault(text)).filter(([, value]) => value !== undefined));
    expect(facts).toEqual({ ...bare, ...said });
  });

  test("is known by the id of its request, under any of its names", () => {
    const names = ["x-oapi-request-id", "x-request-id", "x-correlation-id"];
    for (const name of names) expect(fault("", { [name]: "r-1" }).requestId).toBe("r-1");
    const all = { "x-correlation-id": "c", "x-request-id": "b", "x-oapi-request-id": "a" };
    expect(fault("", all).requestId).toBe("a");
    expect(fault("", { ...all, "x-oapi-request-id": "" }).requestId).toBe("b");
    expect(fault("", { "x-request-id": "", "x-correlation-id": "hunter2" }).requestId).toBe("[secret]");
    expect(fault("", { "x-request": "a" }).requestId).toBeUndefined();
  });

  test("has the row of its status and its code", () => {
    expect(fault(`{"code": 53}`, {}, 403)).toMatchObject({ summary: "too many requests", hint: later, status: 403 });
    expect(fault(`{"code": 1}`, {}, 418).summary).toBe("HTTP status 418");
  });
});

test("an answer that is not JSON says so, with its beginning", () => {
  const error = notJson("https://api/x?key=secret", `<html>${"x".repeat(200)}`, 200);
  expect(error.fault).toEqual({
    reason: "invalid",
    method: "GET",
    url: "https://api/x",
    summary: `the answer is not JSON: <html>${"x".repeat(114)}…`,
    hint: "something between here and the API may have cut or replaced the answer",
    status: 200,
  });
});

describe("a call without an answer", () => {
  const hint = "check endpoint, the network and the proxy settings";
  const certificate = "set NODE_EXTRA_CA_CERTS to the file of your own certificate authority, if there is one between";
  const clock = "check the clock of this machine";
  const unknown = "the server's certificate is of an unknown authority";

  test.each<[string, string, boolean, string]>([
    ["ENOTFOUND", "the host has no address", true, hint],
    ["EAI_AGAIN", "the host's address could not be asked for", false, hint],
    ["ECONNREFUSED", "the host refuses connections", false, hint],
    ["ECONNRESET", "the connection was cut", false, hint],
    ["ERR_STREAM_PREMATURE_CLOSE", "the answer was cut short", false, hint],
    ["ETIMEDOUT", "the host does not answer", false, hint],
    ["CERT_HAS_EXPIRED", "the server's certificate has expired", true, clock],
    ["CERT_NOT_YET_VALID", "the server's certificate is not valid yet", true, clock],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "the server's certificate is for another name", true, hint],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "the server's certificate is self-signed", true, certificate],
    ["SELF_SIGNED_CERT_IN_CHAIN", unknown, true, certificate],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", unknown, true, certificate],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", unknown, true, certificate],
  ])("%s: %s", (code, summary, final, next) => {
    expect(networkFault({ code, type: "system" })).toEqual({ summary: `${summary} (${code})`, final, hint: next });
  });

  test("by another fault says which", () => {
    expect(networkFault({ type: "max-size" })).toEqual({
      summary: "the answer is larger than any that is expected (max-size)",
      final: true,
      hint: "lower pageSize",
    });
    const of = (cause: unknown): string => networkFault(cause).summary;
    expect(networkFault({ code: "EODD" })).toEqual({ summary: "network fault: EODD", final: false, hint });
    expect([
      of({ code: 7, name: "TypeError" }),
      of({ name: 7 }),
      of(null),
      of(undefined),
      of({ code: "toString" }),
    ]).toEqual([
      "network fault: TypeError",
      "network fault: unknown",
      "network fault: unknown",
      "network fault: unknown",
      "network fault: toString",
    ]);
    expect(networkFault({ code: "EODD" }, "tokenUrl").hint).toBe("check tokenUrl, the network and the proxy settings");
  });
});

test("Retry-After is seconds or a date, and anything else says nothing", () => {
  expect([null, "", "soon", "-1", "1.5", "5 s", "x5"].map((header) => retryAfter(header))).not.toContain(5_000);
  expect([retryAfter(null), retryAfter("soon"), retryAfter("5 s")]).toEqual([undefined, undefined, undefined]);
  expect([retryAfter("0"), retryAfter("5"), retryAfter(" 120 ")]).toEqual([0, 5_000, 120_000]);
  expect(retryAfter(new Date(Date.now() - 60_000).toUTCString())).toBe(0);
  const wait = retryAfter(new Date(Date.now() + 60_000).toUTCString()) ?? 0;
  expect(wait).toBeGreaterThan(50_000);
  expect(wait).toBeLessThanOrEqual(60_000);
});

test.each([
  ["https://api.orange.com/x", true],
  ["http://localhost:8080", true],
  ["http://127.0.0.1", true],
  ["http://127.10.200.3/x", true],
  ["http://[::1]:1", true],
  ["http://api.orange.com", false],
  ["http://localhost.example.com", false],
  ["http://my-localhost", false],
  ["http://1127.0.0.1.example.com", false],
  ["http://127.0.0.1.example.com", false],
  ["ftp://localhost", false],
  ["no address", false],
])("credentials may be sent to %s: %p", (text, trusted) => {
  expect(isTrusted(text)).toBe(trusted);
});

test("an address that credentials may not be sent to is refused by its setting, without its query", () => {
  expect(trustedUrl("endpoint", "https://api/x").href).toBe("https://api/x");
  expect(() => trustedUrl("endpoint", "http://api.example.com/x?key=secret")).toThrow(
    new Error("endpoint must be https (plain http only on loopback): http://api.example.com/x"),
  );
  expect(
    ["https://127.0.0.1", "https://api", "https://127.0.0.1234"]
      .flatMap((text) => URL.parse(text) ?? [])
      .map(isLoopback),
  ).toEqual([true, false]);
});

describe("secrets are taken out of foreign text", () => {
  const none = { clientId: undefined, clientSecret: undefined, apiKey: undefined, accessToken: undefined };
  const redactor = (changes: object): Redactor =>
    new Redactor(settingsFor("http://127.0.0.1", { ...none, ...changes }));
  const base64 = (text: string): string => Buffer.from(text).toString("base64");
  const hex = (letter: string): string => (letter.codePointAt(0) ?? 0).toString(16);
  const secret = `a-_b c/d>'"<&é`;

  test.each(["clientId", "clientSecret", "apiKey", "accessToken"])(
    "%s, as it is, in an address and in JSON",
    (name) => {
      const one = redactor({ [name]: 'a"/secret' });
      expect(one.redact('1 a"/secret 2 a%22%2Fsecret 3 a\\"/secret 4')).toBe("1 [secret] 2 [secret] 3 [secret] 4");
    },
  );

  test.each([
    ["an address", "a%2D%5Fb%20c%2Fd%3E%27%22%3C%26%C3%A9"],
    ["an address in small letters", "a-_b%20c%2fd%3e'%22%3c%26%c3%a9"],
    ["an address as most write it", "a-_b%20c%2Fd%3E'%22%3C%26%C3%A9"],
    ["a form", "a-_b+c%2Fd%3E%27%22%3C%26%C3%A9"],
    ["a form of OAuth", "a%2D%5Fb+c%2Fd%3E%27%22%3C%26%C3%A9"],
    ["JSON", `a-_b c/d>'\\"<&é`],
    ["JSON with slashes escaped", `a-_b c\\/d>'\\"<&é`],
    ["JSON in HTML", `a-_b c/d\\u003e'\\"\\u003c\\u0026é`],
    ["JSON that is shown in HTML", `a-_b c/d&gt;&#39;\\&quot;&lt;&amp;é`],
    ["JSON in ASCII", `a-_b c/d>'\\"<&\\u00e9`],
    ["the text of HTML", `a-_b c/d&gt;'"&lt;&amp;é`],
    ["an attribute of HTML", `a-_b c/d&gt;'&quot;&lt;&amp;é`],
    ["HTML", `a-_b c/d&gt;&#39;&quot;&lt;&amp;é`],
    ["HTML of others", `a-_b c/d&gt;&#x27;&quot;&lt;&amp;é`],
    ["HTML with numbers", `a-_b c/d&gt;&#39;&#34;&lt;&amp;é`],
    ["HTML with slashes escaped", `a-_b c&#x2F;d&gt;&#39;&quot;&lt;&amp;é`],
    ["XML", `a-_b c/d&gt;&apos;&quot;&lt;&amp;é`],
    ["an address in an address", "a-_b%2520c%252Fd%253E'%2522%253C%2526%25C3%25A9"],
    ["an address in small letters in another", "a-_b%2520c%252fd%253e'%2522%253c%2526%25c3%25a9"],
    ["a form in an address", "a-_b%2Bc%252Fd%253E%2527%2522%253C%2526%25C3%25A9"],
    ["JSON in JSON", `a-_b c/d>'\\\\\\"<&é`],
    ["JSON with slashes escaped in JSON", `a-_b c\\\\/d>'\\\\\\"<&é`],
    ["JSON in ASCII in JSON", `a-_b c/d>'\\\\\\"<&\\\\u00e9`],
    ["HTML with nothing but numbers", [...secret].map((letter) => `&#${letter.codePointAt(0)};`).join("")],
    ["HTML with nothing but numbers in hex", [...secret].map((letter) => `&#x${hex(letter)};`).join("")],
    ["HTML with large numbers in hex", [...secret].map((letter) => `&#x${hex(letter).toUpperCase()};`).join("")],
    ["HTML with numbers for all but letters", "a&#x2d;&#x5f;b&#x20;c&#x2f;d&#x3e;&#x27;&#x22;&#x3c;&#x26;&#xe9;"],
    ["hex", Buffer.from(secret).toString("hex")],
    ["hex in large letters", Buffer.from(secret).toString("hex").toUpperCase()],
    ["base64", base64(secret)],
    ["base64 of addresses", base64(secret).replaceAll("/", "_").replaceAll("+", "-").replace(/=+$/, "")],
  ])("as %s writes them", (_name, written) => {
    expect(redactor({ apiKey: secret }).redact(`<${written}>`)).toBe("<[secret]>");
  });

  test("half a character in them is no fault", () => {
    expect(redactor({ apiKey: "secret\ud800" }).redact("secret\ud800 secret%EF%BF%BD")).toBe("[secret] [secret]");
  });

  test("of the beginning of a text, whatever lies across its end", () => {
    const key = "hunter-".repeat(50);
    const one = redactor({ apiKey: key, accessToken: "12345678" });
    for (const at of [0, 1, 349, 350, 351, 4096]) {
      const text = `${"x".repeat(4096 - at)}${key}${"y".repeat(4096)}`;
      const rest = "y".repeat(Math.max(0, at - key.length));
      expect(one.beginning(text)).toBe(`${"x".repeat(4096 - at)}${at === 0 ? "" : "[secret]"}${rest}`);
    }
    expect(one.beginning("short 12345678")).toBe("short [secret]");
  });

  test("both credentials as HTTP Basic writes them", () => {
    const both = redactor({ clientId: "the id", clientSecret: "the/secret" });
    expect(both.redact(base64("the id:the/secret"))).toBe("[secret]");
    expect(redactor({ clientId: "a id" }).redact(base64("a id:undefined"))).toBe(base64("a id:undefined"));
    expect(redactor({ clientSecret: "the secret" }).redact(base64("undefined:the secret"))).toBe(
      base64("undefined:the secret"),
    );
  });

  test("one that is part of another leaves nothing of that, a short one nothing at all", () => {
    const one = redactor({ apiKey: "hunter", accessToken: "hunter-token" });
    expect(one.redact("hunter-token, hunter")).toBe("[secret], [secret]");
    for (const text of ["short", base64("short")]) expect(redactor({ apiKey: "short" }).redact(text)).toBe(text);
    one.add("a-later-one");
    expect(one.redact("a-later-one a-later-one")).toBe("[secret] [secret]");
    expect(one.redact("undefined")).toBe("undefined");
  });

  test("of JSON, wherever they stand in it; the rest stays as it is", () => {
    const one = redactor({ apiKey: "hunter", accessToken: "12345678" });
    const rest = { a: [1, true, null, "text"], b: {} };
    expect(one.json({ ...rest, "x-hunter": ["a hunter", { n: 12345678 }] })).toEqual({
      ...rest,
      "x-[secret]": ["a [secret]", { n: "[secret]" }],
    });
  });
});
