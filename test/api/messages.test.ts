import { Response } from "node-fetch";
import { isLoopback, isSecureUrl, redactUrl, redactAddress, requireSecureUrl } from "../../provider/platform/urls";
import { errorFromResponse, invalidJsonError } from "../../provider/api/errors/error-response";
import { errorRow } from "../../provider/api/errors/error-catalogue";
import { ApiError } from "../../provider/api/errors/errors";
import { describeNetworkError } from "../../provider/api/http/network-errors";
import { Redactor } from "../../provider/api/http/redact";
import { retryAfter } from "../../provider/api/http/retry-after";
import { settingsFor } from "../helpers/server";

test.each<[number, number | undefined, string]>([
  [400, 20, "fail"],
  [400, 21, "fail"],
  [400, 22, "fail"],
  [400, 23, "fail"],
  [400, 24, "fail"],
  [400, 25, "fail"],
  [400, 26, "fail"],
  [400, 27, "fail"],
  [400, 28, "fail"],
  [400, 1, "fail"],
  [400, undefined, "fail"],
  [401, 42, "renew"],
  [401, 40, "fail"],
  [401, 41, "renew"],
  [401, undefined, "renew"],
  [403, 53, "retry"],
  [403, 50, "fail"],
  [403, 51, "fail"],
  [403, 52, "fail"],
  [403, undefined, "fail"],
  [404, undefined, "fail"],
  [404, 60, "fail"],
  [405, undefined, "fail"],
  [405, 61, "fail"],
  [406, undefined, "fail"],
  [406, 62, "fail"],
  [408, undefined, "retry"],
  [408, 63, "retry"],
  [409, undefined, "fail"],
  [409, 69, "fail"],
  [411, undefined, "fail"],
  [411, 64, "fail"],
  [412, undefined, "fail"],
  [412, 65, "fail"],
  [413, undefined, "fail"],
  [413, 66, "fail"],
  [414, undefined, "fail"],
  [414, 67, "fail"],
  [415, undefined, "fail"],
  [415, 68, "fail"],
  [429, undefined, "retry"],
  [429, 53, "retry"],
  [500, undefined, "retry"],
  [500, 1, "retry"],
  [502, 1, "retry"],
  [502, undefined, "retry"],
  [502, 3, "retry"],
  [503, 6, "retry"],
  [503, 5, "retry"],
  [504, undefined, "retry"],
  [504, 6, "retry"],
  [299, undefined, "fail"],
  [400, 300, "fail"],
  [418, undefined, "fail"],
  [499, undefined, "fail"],
  [501, undefined, "retry"],
])("the action for status %i with code %s is %s", (status, code, action) => {
  const { meaning, hint, ...row } = errorRow(status, code);
  expect(row.action).toBe(action);
  expect(row.throttled === true).toBe(status === 429 || code === 53);
  expect({ meaning, hint }).toMatchSnapshot();
});

test.each([300, 302, 399])("a redirect by %i names the setting to change", (status) => {
  expect(errorRow(status, undefined)).toEqual({
    status,
    codes: [],
    meaning: "redirected",
    action: "fail",
    hint: "redirects are not followed, so that credentials reach no other host; set endpoint to the final URL",
  });
});

test("an unexpected 304 is not reported as a redirect", () => {
  expect(errorRow(304, undefined)).toMatchInlineSnapshot(`
   {
     "action": "fail",
     "codes": [],
     "hint": "check whether a proxy caches responses of the API",
     "meaning": "304 response to a request without If-None-Match",
     "status": 304,
   }
  `);
});

test("an error message has all known facts, and no empty ones", () => {
  const about = { reason: "http", method: "GET", url: "https://api/x", summary: "not found" } as const;
  const message = (more: Partial<ConstructorParameters<typeof ApiError>[0]>): string =>
    new ApiError({ ...about, ...more }).message;
  expect(message({})).toMatchInlineSnapshot(`"GET https://api/x: not found"`);
  expect(message({ status: 404 })).toMatchInlineSnapshot(`"GET https://api/x: not found (404)"`);
  expect(message({ status: 404, code: 60 })).toMatchInlineSnapshot(`"GET https://api/x: not found (404, code 60)"`);
  expect(message({ code: 60 })).toMatchInlineSnapshot(`"GET https://api/x: not found"`);
  expect(message({ detail: "no such id" })).toMatchInlineSnapshot(`"GET https://api/x: not found: no such id"`);
  expect(message({ description: "look again" })).toMatchInlineSnapshot(`"GET https://api/x: not found: look again"`);
  expect(message({ detail: "no such id", description: "look again" })).toMatchInlineSnapshot(
    `"GET https://api/x: not found: no such id: look again"`,
  );
  expect(message({ detail: "", requestId: "r-1", hint: "check the id" })).toMatchInlineSnapshot(
    `"GET https://api/x: not found [request r-1]; check the id"`,
  );
  const cause = new Error("below");
  const all = { ...about, status: 404, code: 60, detail: "a", description: "b", requestId: "r", hint: "h" };
  const error = new ApiError({ ...all, cause });
  const { detail: _detail, summary: _summary, ...facts } = all;
  expect(error).toMatchObject({ name: "ApiError", cause, ...facts });
  expect(error.details).toEqual(all);
});

test("an address is shown without its query and its credentials", () => {
  expect(redactUrl("https://me:secret@api.example.com:8443/a/b?key=secret#c")).toBe("https://api.example.com:8443/a/b");
  expect(redactUrl(new URL("http://localhost"))).toBe("http://localhost/");
});

test.each([
  ["https://api.example.com/v2", "https://api.example.com/v2"],
  ["https://api.example.com/v2?key=secret", "https://api.example.com/v2?…"],
  ["https://api.example.com/v2#secret", "https://api.example.com/v2?…"],
  ["https://api.example.com/v2?key=a@secret", "https://api.example.com/v2?…"],
  ["https://me:secret@api.example.com/v2", "https://…@api.example.com/v2"],
  [" https:me:secret@api.example.com/v2", "https://…@api.example.com/v2"],
  ["https:\\\\me:secret@api.example.com/v2", "https://…@api.example.com/v2"],
  ["https://me:sec/ret@api.example.com/v2", "… (not a URL)"],
  ["me:secret@api.example.com/v2", "… (not a URL)"],
  ["api.example.com/v2?key=secret", "… (not a URL)"],
  ["https://me:secret%40api.example.com/v2", "… (not a URL)"],
  ["me:secret%40api.example.com/v2", "… (not a URL)"],
  ["api.example.com/v2", "… (not a URL)"],
])("the address %s is shown as %s", (text, shown) => {
  expect(redactAddress(text)).toBe(shown);
});

describe("an error response", () => {
  const where = { method: "GET", url: "https://api/x" };
  const fault = (text: string, headers: Record<string, string> = {}, status = 404): ApiError["details"] =>
    errorFromResponse(new Response(text, { status, headers }), text, where, (said) =>
      said.replaceAll("hunter2", "[secret]"),
    ).details;
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

  test("has the request id of any of the known headers", () => {
    const names = ["x-oapi-request-id", "x-request-id", "x-correlation-id"];
    for (const name of names) expect(fault("", { [name]: "r-1" }).requestId).toBe("r-1");
    const all = { "x-correlation-id": "c", "x-request-id": "b", "x-oapi-request-id": "a" };
    expect(fault("", all).requestId).toBe("a");
    expect(fault("", { ...all, "x-oapi-request-id": "" }).requestId).toBe("b");
    expect(fault("", { "x-request-id": "", "x-correlation-id": "hunter2" }).requestId).toBe("[secret]");
    expect(fault("", { "x-request": "a" }).requestId).toBeUndefined();
  });

  test("has the message of its status and code", () => {
    expect(fault(`{"code": 53}`, {}, 403)).toMatchInlineSnapshot(`
     {
       "code": 53,
       "description": undefined,
       "detail": undefined,
       "hint": "try again later",
       "method": "GET",
       "reason": "http",
       "requestId": undefined,
       "status": 403,
       "summary": "too many requests",
       "url": "https://api/x",
     }
    `);
    expect(fault(`{"code": 1}`, {}, 418).summary).toMatchInlineSnapshot(`"HTTP status 418"`);
  });
});

test("the error of a response that is not JSON shows its beginning", () => {
  const error = invalidJsonError("https://api/x?key=secret", `<html>${"x".repeat(200)}`, 200);
  expect(error.details).toMatchInlineSnapshot(`
   {
     "hint": "check whether a proxy truncates or replaces responses of the API",
     "method": "GET",
     "reason": "invalid",
     "status": 200,
     "summary": "the response is not JSON: <html>xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…",
     "url": "https://api/x",
   }
  `);
});

describe("a call without a response", () => {
  test.each([
    ["ENOTFOUND", true],
    ["EAI_AGAIN", false],
    ["ECONNREFUSED", false],
    ["ECONNRESET", false],
    ["ERR_STREAM_PREMATURE_CLOSE", false],
    ["ETIMEDOUT", false],
    ["CERT_HAS_EXPIRED", true],
    ["CERT_NOT_YET_VALID", true],
    ["ERR_TLS_CERT_ALTNAME_INVALID", true],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", true],
    ["SELF_SIGNED_CERT_IN_CHAIN", true],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", true],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", true],
  ])("with the error code %s is final: %p", (code, final) => {
    const fault = describeNetworkError({ code, type: "system" });
    expect(fault.final).toBe(final);
    expect(fault.summary).toContain(`(${code})`);
    expect(fault).toMatchSnapshot();
  });

  test("names any other error", () => {
    expect(describeNetworkError({ type: "max-size" })).toMatchInlineSnapshot(`
     {
       "final": true,
       "hint": "lower pageSize",
       "summary": "the response exceeds the maximum size (max-size)",
     }
    `);
    const of = (cause: unknown): string => describeNetworkError(cause).summary;
    expect(describeNetworkError({ code: "EODD" })).toMatchInlineSnapshot(`
     {
       "final": false,
       "hint": "check endpoint, the network and the proxy settings",
       "summary": "network error: EODD",
     }
    `);
    expect([of({ code: 7, name: "TypeError" }), of({ name: 7 }), of(null), of(undefined), of({ code: "toString" })])
      .toMatchInlineSnapshot(`
     [
       "network error: TypeError",
       "network error: unknown",
       "network error: unknown",
       "network error: unknown",
       "network error: toString",
     ]
    `);
    expect(describeNetworkError({ code: "EODD" }, "tokenUrl").hint).toMatchInlineSnapshot(
      `"check tokenUrl, the network and the proxy settings"`,
    );
  });
});

test("Retry-After is seconds or a date, and any other value is ignored", () => {
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
])("credentials can be sent to %s: %p", (text, trusted) => {
  expect(isSecureUrl(text)).toBe(trusted);
});

test("an insecure address is rejected with the name of its setting, without its query", () => {
  expect(requireSecureUrl("endpoint", "https://api/x").href).toBe("https://api/x");
  expect(() => requireSecureUrl("endpoint", "http://api.example.com/x?key=secret")).toThrowErrorMatchingInlineSnapshot(
    `"endpoint must be https (plain http only on loopback): http://api.example.com/x"`,
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
  const secret = `a-_b c/d>'"<&é`;

  test.each(["clientId", "clientSecret", "apiKey", "accessToken"])(
    "%s is redacted raw, in an address and in JSON",
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
    ["HTML with numbers for all but letters", "a&#x2d;&#x5f;b&#x20;c&#x2f;d&#x3e;&#x27;&#x22;&#x3c;&#x26;&#xe9;"],
    ["base64", base64(secret)],
    ["base64 of addresses", base64(secret).replaceAll("/", "_").replaceAll("+", "-").replace(/=+$/, "")],
  ])("a secret is redacted in the form of %s", (_name, written) => {
    expect(redactor({ apiKey: secret }).redact(`<${written}>`)).toBe("<[secret]>");
  });

  test("half a surrogate pair in a secret is accepted", () => {
    expect(redactor({ apiKey: "secret\ud800" }).redact("secret\ud800 secret%EF%BF%BD")).toBe("[secret] [secret]");
  });

  test("a secret across the end of a shortened text is redacted", () => {
    const key = "hunter-".repeat(50);
    const one = redactor({ apiKey: key, accessToken: "12345678" });
    for (const at of [0, 1, 349, 350, 351, 4096]) {
      const text = `${"x".repeat(4096 - at)}${key}${"y".repeat(4096)}`;
      const rest = "y".repeat(Math.max(0, at - key.length));
      expect(one.beginning(text)).toBe(`${"x".repeat(4096 - at)}${at === 0 ? "" : "[secret]"}${rest}`);
    }
    expect(one.beginning("short 12345678")).toBe("short [secret]");
  });

  test("both credentials are redacted in the form of HTTP Basic", () => {
    const both = redactor({ clientId: "the id", clientSecret: "the/secret" });
    expect(both.redact(base64("the id:the/secret"))).toBe("[secret]");
    expect(redactor({ clientId: "a id" }).redact(base64("a id:undefined"))).toBe(base64("a id:undefined"));
    expect(redactor({ clientSecret: "the secret" }).redact(base64("undefined:the secret"))).toBe(
      base64("undefined:the secret"),
    );
  });

  test("a secret that contains another is redacted whole, and a short one is not redacted", () => {
    const one = redactor({ apiKey: "hunter", accessToken: "hunter-token" });
    expect(one.redact("hunter-token, hunter")).toBe("[secret], [secret]");
    for (const text of ["short", base64("short")]) expect(redactor({ apiKey: "short" }).redact(text)).toBe(text);
    one.add("a-later-one");
    expect(one.redact("a-later-one a-later-one")).toBe("[secret] [secret]");
    expect(one.redact("undefined")).toBe("undefined");
  });

  test("keys and values of JSON are redacted, and the rest stays as it is", () => {
    const one = redactor({ apiKey: "hunter", accessToken: "12345678" });
    const rest = { a: [1, true, null, "text"], b: {} };
    expect(one.json({ ...rest, "x-hunter": ["a hunter", { n: 12345678 }] })).toEqual({
      ...rest,
      "x-[secret]": ["a [secret]", { n: "[secret]" }],
    });
  });
});
