import { recordCall, type Answers, type Recording } from "../helpers/record";
import { json } from "../helpers/server";

let recording: Recording<void> | undefined;
afterEach(() => recording?.end());

const sync = async (answers: Answers): Promise<Recording<void>> =>
  (recording = await recordCall(answers, (client) =>
    Promise.allSettled([client.locations(), client.servicePoints(), client.configurationItems(), client.accounts()]),
  ));
const locations =
  (records: object[], headers: Record<string, string> = {}): Answers =>
  (path, _request, response) => {
    if (!path.startsWith("/locations")) return false;
    json(response, 200, records, { "x-total-count": String(records.length), ...headers });
    return true;
  };
const kept = ({ kept: all }: Recording<void>, collection = "locations"): { headers: unknown; body: unknown } => {
  const found = all.find(({ path }) => path.startsWith(`/${collection}`));
  if (!found) throw new Error("it was not recorded");
  return { headers: found.headers, body: found.body };
};

test("a recorded record keeps its structure and enumerated values, and nothing of a customer", async () => {
  const record = {
    id: "ACME-PAR-001",
    Name: "Acme HQ",
    status: "In service",
    type: "Head office",
    country: "FR",
    lifecycleState: "Active",
    category: "jean.dupont@acme.fr",
    kind: ["router", "VIP Acme SA", "10.20.30.40", 612345678],
    state: "+33612345678",
    lifecycleNote: "Contract ends soon",
    message: "call Jean",
    code: "ACME-PAR-00",
    role: "Jean Dupont +33612345678",
    unit: "Acme Trading Desk",
    segment: "Secretive",
    lifecycleStatus: 4711234,
    address: { state: "Texas", countryCode: "US", address2: "Hidden" },
    contacts: { "jean.dupont@acme.fr": { phone: "+33612345678" } },
    interfaces: { "10.1.2.3": { "x-foo": 987654 }, FOC1234X0AB: true },
    sites: { JeanDupont: { ipv4Address: "10.0.0.1" } },
  };
  const { text } = await sync(locations([record]));
  expect(text).not.toMatch(/acme|jean|\d{5}(?!\.json)|10\.|FOC|Texas|Hidden|Contract|Secretive/i);
  expect(kept(recording as Recording<void>).body).toEqual([
    {
      id: "text-1",
      Name: "text-2",
      status: "In service",
      type: "Head office",
      country: "FR",
      lifecycleState: "Active",
      category: "text-3",
      kind: ["router", "text-4", "text-5", 1],
      state: "text-6",
      lifecycleNote: "text-7",
      message: "text-8",
      code: "text-9",
      role: "text-10",
      unit: "text-11",
      segment: "text-12",
      lifecycleStatus: 2,
      address: { state: "text-13", countryCode: "US", address2: "text-14" },
      // The same as where it is a value.
      contacts: { "text-3": { phone: "text-6" } },
      interfaces: { "text-15": { "x-foo": 3 }, "text-16": true },
      sites: { "text-17": { ipv4Address: "text-18" } },
    },
  ]);
});

test("a recorded error keeps its code, and its message if that is in the catalogue", async () => {
  const said = { code: 50, message: "User jean.dupont@acme.fr has no access", description: "account 4711", type: "x" };
  const refused = await sync((path, _request, response) => {
    if (!path.startsWith("/accounts")) return false;
    json(response, 403, said);
    return true;
  });
  expect(kept(refused, "accounts").body).toEqual({ code: 50, message: "text-1", description: "text-2", type: "x" });
  refused.end();
  const known = await sync((path, _request, response) => {
    if (!path.startsWith("/accounts")) return false;
    json(response, 403, { code: "50", message: "Access denied", account: { code: 50 } });
    return true;
  });
  expect(kept(known, "accounts").body).toEqual({ code: "50", message: "Access denied", account: { code: 1 } });
});

test("recorded headers keep counts, registered words and page offsets", async () => {
  const { headers } = kept(
    await sync(
      locations([{ id: "a" }], {
        "content-type": 'application/json; profile="acme"',
        "x-result-count": "one of Acme",
        etag: '"LOC-jean"',
        link: '<https://x/?account=4711234&tel=612345678&offset=2&limit=jean>; rel="next"; title="Acme", <?a>; rel="Acme Secret"',
        "cache-control": 'private="jean, max-age=7", max-age=60, acme=4711',
        "content-range": "acme 0-1/2",
        "accept-ranges": "acme",
        "x-request-id": "jean-1",
      }),
    ),
  );
  expect(JSON.stringify(headers)).not.toMatch(/acme|jean|4711|612345678|account|tel/i);
  expect(headers).toEqual({
    "content-type": "application/json",
    "x-total-count": "1",
    "x-result-count": expect.stringMatching(/^text-/) as string,
    etag: expect.stringMatching(/^"text-\d+"$/) as string,
    link: expect.stringMatching(
      /^<\?text-\d+=1&text-\d+=2&offset=2&limit=text-\d+>; rel="next", <\?text-\d+=>$/,
    ) as string,
    "cache-control": "private, max-age=60",
    "x-request-id": "recorded",
  });
});

test("a date in Retry-After is recorded as the seconds until then", async () => {
  let asked = 0;
  const { kept: all } = await sync((path, _request, response) => {
    if (!path.startsWith("/locations") || (asked += 1) > 1) return false;
    const [date, later] = [0, 1000].map((after) => new Date(Date.UTC(2031, 4, 6) + after).toUTCString());
    json(response, 429, { code: 53 }, { date: date ?? "", "retry-after": later ?? "" });
    return true;
  });
  expect(all.find(({ status }) => status === 429)?.headers["retry-after"]).toBe("1");
});

test("a recorded GET /doc keeps operations and schemas, and no samples", async () => {
  const sample = { role: "Jean Dupont", code: "ACME-01", status: "Active", "jean@acme.fr": 612345678 };
  const parameters = [
    {
      name: "limit",
      in: "query",
      schema: { type: "integer", format: "int32", enum: ["ACME-PAR-01", "asc"], default: "ACME" },
    },
    { name: "offset", in: "query", example: sample },
    { name: "jean@acme.fr", in: "query", schema: { maximum: 612345678, minimum: 1 } },
  ];
  const content = {
    "application/json": { schema: { $ref: "#/components/schemas/jean@acme.fr" }, examples: { "Acme HQ": sample } },
  };
  const doc = {
    openapi: "3.0.3",
    paths: {
      "/tenants/acme-sa/locations/{id}": {
        get: { operationId: "getLocations", parameters, responses: { 200: { content }, default: { content } } },
      },
    },
    components: {
      schemas: {
        Router: {
          type: "object",
          properties: { "a@acme.fr": { type: "string" }, example: { type: "string" } },
          required: ["a@acme.fr", "example"],
          "x-owner": sample,
        },
        "jean@acme.fr": { type: "object" },
      },
    },
  };
  const answer: Answers = (path, _request, response) => {
    if (path !== "/doc") return false;
    json(response, 200, doc);
    return true;
  };
  recording = await recordCall(answer, (client) => client.doc());
  const body = recording.kept.find(({ path }) => path === "/doc")?.body as typeof doc;
  expect(JSON.stringify(body)).not.toMatch(/acme|jean|tenants|612345678|role|Active/i);
  const [path = ""] = Object.keys(body.paths);
  expect(path).toMatch(/^\/text-\d+\/text-\d+\/locations\/\{id\}$/);
  const { operationId, parameters: shown, responses } = Object.values(body.paths)[0]?.get ?? {};
  expect(operationId).toBe("getLocations");
  expect(shown).toMatchObject([
    {
      name: "limit",
      in: "query",
      schema: { type: "integer", format: "int32", enum: [expect.stringMatching(/^text/), "asc"] },
    },
    { name: "offset", in: "query" },
    { name: expect.stringMatching(/^text/) as string, in: "query", schema: { minimum: 1 } },
  ]);
  expect(Object.keys(responses ?? {})).toEqual(["200", "default"]);
  // What refers to something still does.
  const { Router, ...others } = body.components.schemas;
  expect(responses?.default.content["application/json"].schema.$ref).toBe(
    `#/components/schemas/${Object.keys(others)[0]}`,
  );
  expect(Router.required).toEqual(Object.keys(Router.properties));
  expect(Router.properties.example).toEqual({ type: "string" });
});
