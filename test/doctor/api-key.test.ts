import { verdict } from "./helpers";
import { useService } from "./service";

const examine = useService();

const inDays = (days: number): string => new Date(Date.now() + days * 24 * 60 * 60 * 1000 + 60_000).toISOString();
const date = (days: number): string => inDays(days).slice(0, 10);

/** What no report may show. */
const person = {
  id: "8d1f",
  login: "jdupont",
  name: "Jean Dupont",
  email: "jean@acme.test",
  phone: "+3311",
  mobile: "+3366",
};

const examineMe = async (
  apiKey: unknown,
  settings = {},
): Promise<{ status: string; detail: string; next?: string }> => {
  const { report } = await examine(
    {
      respond: (path, response) => {
        const body = { ...person, application: { id: "app-77", name: "Acme app" }, apiKey };
        if (path === "/me") response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
        return path === "/me";
      },
    },
    settings,
  );
  // A port may have the digits of a name.
  expect(JSON.stringify(report).replace(/127\.0\.0\.1:\d+/g, "")).not.toMatch(
    /8d1f|jdupont|Dupont|acme|3311|3366|app-77|key-42/i,
  );
  return report.checks.find(({ name }) => name === "API key") as { status: string; detail: string };
};

const key = { id: "key-42", scopes: "b2b:core-information:readonly" };

test.each<[string, object, string, string]>([
  ["an active key", { type: "ACTIVE", expiredAt: inDays(400) }, "ok", `active, expires on ${date(400)} (in 400 days)`],
  ["60 days left", { type: "ACTIVE", expiredAt: inDays(60) }, "ok", `active, expires on ${date(60)} (in 60 days)`],
  ["59 days left", { type: "ACTIVE", expiredAt: inDays(59) }, "warning", `active, expires on ${date(59)} (in 59 days)`],
  ["an expired key", { type: "EXPIRED", expiredAt: inDays(-2) }, "failed", `expired (expiry ${date(-2)})`],
  ["an expired key without a date", { type: "EXPIRED" }, "failed", "expired"],
  ["a suspended key", { type: "SUSPENDED", expiredAt: inDays(400) }, "failed", `suspended (expiry ${date(400)})`],
  ["an expiry that is past", { type: "ACTIVE", expiredAt: inDays(-1) }, "failed", `expired (expiry ${date(-1)})`],
  ["no date", { type: "ACTIVE" }, "ok", "active; GET /me has no expiry date"],
  ["a date and no state", { expiredAt: inDays(10) }, "warning", `expires on ${date(10)} (in 10 days)`],
  ["an unknown state", { type: "Jean Dupont" }, "unknown", "GET /me has neither a known state nor an expiry date"],
  ["an invalid date", { expiredAt: "jdupont" }, "unknown", "GET /me has neither a known state nor an expiry date"],
])("reports %s", async (_name, state, status, detail) => {
  expect(await examineMe({ ...key, ...state })).toMatchObject({ status, detail });
});

test("reports a response without a key as unknown", async () => {
  expect(await examineMe(undefined)).toMatchInlineSnapshot(`
   {
     "area": "service",
     "detail": "GET /me does not describe the API key",
     "name": "API key",
     "status": "unknown",
   }
  `);
});

test.each<[number, string]>([
  [404, "this version of the API has no GET /me"],
  [403, "GET /me failed (403)"],
])("does not report status %i as a fault", async (status, detail) => {
  const { report } = await examine({
    respond: (path, response) => {
      if (path === "/me") response.writeHead(status).end(`{"code":60,"message":"jdupont"}`);
      return path === "/me";
    },
  });
  expect(report.checks.find(({ name }) => name === "API key")).toMatchObject({ status: "unknown", detail });
  expect(report.checks.filter(({ status: found }) => found === "failed")).toEqual([]);
});

test("calls GET /me even if the API refuses everything else", async () => {
  const { report } = await examine({
    respond: (path, response) => {
      if (path === "/me") response.end(JSON.stringify({ apiKey: { type: "EXPIRED" } }));
      else response.writeHead(403).end('{"code":50,"message":"Access denied"}');
      return true;
    },
  });
  expect(report.checks.find(({ name }) => name === "API key")).toMatchObject({ status: "failed", detail: "expired" });
});

test("does not call GET /me if no API key is set", async () => {
  const { report, server } = await examine({}, { apiKey: undefined as never });
  expect(server.requests.some(({ url }) => url === "/me")).toBe(false);
  expect(report.checks.some(({ name }) => name === "API key")).toBe(false);
});

test.each<[string, number, unknown, string, string]>([
  ["ko and 503", 503, { name: "core", status: "ko", version: "2.4.0" }, "failed", "the API reports ko"],
  ["ko and 200", 200, { status: "KO" }, "failed", "the API reports ko"],
  ["ok and 503", 503, { status: "ok" }, "ok", "answered"],
  ["another body", 200, { status: "fine" }, "ok", "answered"],
])("reports GET /status that responds with %s", async (_name, status, body, expected, detail) => {
  const { report, server } = await examine({
    respond: (path, response) => {
      if (path === "/status") response.writeHead(status).end(JSON.stringify(body));
      return path === "/status";
    },
  });
  expect(report.checks.find(({ name }) => name === "token and GET /status")).toMatchObject({
    status: expected,
    detail,
  });
  expect(server.requests.filter(({ url }) => url === "/status")).toHaveLength(1);
  expect(verdict(report, 7)?.verdict).toBe("confirmed");
});

test("reports and retries a 503 of a gateway for GET /status", async () => {
  const { report, server } = await examine({
    respond: (path, response) => {
      if (path === "/status") response.writeHead(503).end('{"code":6,"message":"Over capacity"}');
      return path === "/status";
    },
  });
  expect(report.checks.find(({ name }) => name === "token and GET /status")).toMatchObject({
    status: "failed",
    detail: expect.stringContaining("over capacity") as string,
  });
  expect(server.requests.filter(({ url }) => url === "/status").length).toBeGreaterThan(1);
});
