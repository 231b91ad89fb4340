import { request } from "node:http";
import { recordOf, type Answers, type Recording } from "../helpers/record";
import { json } from "../helpers/server";
import type { TestEnvironment } from "../helpers/environment";

let recording: Recording | undefined;
let replayed: TestEnvironment | undefined;
afterEach(async () => {
  await replayed?.end();
  recording?.end();
});

const record = async (command: readonly string[], answers: Answers): Promise<TestEnvironment> => {
  recording = await recordOf(command, answers);
  return (replayed = await recording.replay());
};
const taken = (): Recording => recording as Recording;

/** What doctor says of the assumptions. */
const judged = (out: string): string[] =>
  (JSON.parse(out) as { assumptions: { number: number; verdict: string; seen: string }[] }).assumptions
    // Another endpoint and a token of one's own are set here.
    .filter(({ number }) => number > 4)
    .map(({ number, verdict, seen }) => `${number} ${verdict} ${seen}`);

/** Serves lists as the API does, each record by its id, and 304 to who knows the list. */
const lists =
  (records: readonly Record<string, unknown>[], headers: Record<string, string> = {}): Answers =>
  (path, { headers: asked }, response) => {
    const url = new URL(path, "http://x");
    const [, collection, id] = url.pathname.split("/");
    if (collection !== "locations") return false;
    if (id !== undefined) {
      const found = records.find((each) => String(each["id"]) === decodeURIComponent(id));
      if (found) json(response, 200, found);
      return found !== undefined;
    }
    const offset = Number(url.searchParams.get("offset"));
    const page = records.slice(offset, offset + Number(url.searchParams.get("limit")));
    const etag = `"${collection}-${offset}-${page.length}"`;
    const all = { "x-total-count": String(records.length), etag, ...headers };
    if (asked["if-none-match"] === etag) response.writeHead(304, all).end();
    else json(response, 200, page, all);
    return true;
  };

test("ids are found and referenced, as numbers or as texts", async () => {
  const records = [1000, 1001, "0012", "12345678901234567890"].map((id) => ({ id, parent: { id: String(id) } }));
  const scene = await record(["doctor", "-o", "json"], lists(records));
  const { out } = await scene.cli(["doctor", "-o", "json"]);
  expect(judged(out)).toEqual(judged(taken().ended.out));
  expect(judged(out)).toContain("10 confirmed found by id; an unknown id returns 404");
  expect(taken().text).not.toMatch(/100[01](?!&)"|0012|1234567890/);
  const shown = taken().kept.find(({ path }) => path.startsWith("/locations?limit=250"))?.body;
  for (const { id, parent } of shown as typeof records) expect(parent.id).toBe(String(id));
});

test.each([
  [400, {}],
  [404, { "x-correlation-id": "jean-1" }],
])("a replayed unknown id returns %i again, and has a request id if there was one", async (status, headers) => {
  const scene = await record(["doctor", "-o", "json"], (path, asked, response) => {
    if (!path.includes("no-such-record")) return lists([{ id: "a" }])(path, asked, response);
    json(response, status, { error: "bad" }, headers);
    return true;
  });
  const { out } = await scene.cli(["doctor", "-o", "json"]);
  expect(judged(out)).toEqual(judged(taken().ended.out));
  const said = "x-correlation-id" in headers ? "12 confirmed an error has one" : "12 refuted an error has none of them";
  expect(judged(out)).toContain(said);
  expect(judged(out)).toContain("11 refuted an error has no code");
  expect(taken().text).not.toContain("jean");
});

test("a replayed 304 is returned for If-None-Match, in every run", async () => {
  const scene = await record(["doctor", "-o", "json"], lists([{ id: "a" }, { id: "b" }, { id: "c" }]));
  expect(judged(taken().ended.out)).toContain("8 confirmed the status is 304");
  for (let run = 0; run < 2; run += 1) {
    const { out } = await scene.cli(["doctor", "-o", "json"]);
    expect(judged(out)).toEqual(judged(taken().ended.out));
  }
  expect(taken().text).not.toContain("locations-0");
});

test("a replayed list is the same in every run", async () => {
  const scene = await record(["sync"], lists([{ id: "a" }, { id: "b" }]));
  for (let run = 0; run < 2; run += 1) expect((await scene.cli(["sync"])).code).toBe(0);
});

test.each([
  ["", ""],
  ['[{"id": "jean', "(not JSON: 13 bytes)"],
])("a replayed page that is %j is requested again, as when it was recorded", async (text, raw) => {
  let asked = 0;
  const scene = await record(["sync"], (path, incoming, response) => {
    if (!path.startsWith("/locations") || (asked += 1) > 1) return lists([{ id: "a" }])(path, incoming, response);
    response.writeHead(200, { "content-type": "application/json" }).end(text);
    return true;
  });
  expect(taken().ended.code).toBe(0);
  expect(taken().kept.find((each) => each.raw !== undefined)?.raw).toBe(raw);
  expect((await scene.cli(["sync"])).code).toBe(0);
  expect(scene.lists().filter((path) => /locations\?.*offset=0&sort=id$/.test(path))).toHaveLength(2);
});

test("a replayed page that is nested too deep has the same error", async () => {
  const scene = await record(["sync", "locations"], (path, _request, response) => {
    if (path.startsWith("/locations")) response.end("[".repeat(300) + "]".repeat(300));
    return path.startsWith("/locations");
  });
  expect(taken().ended.err).toContain("nested more than 100 levels deep");
  expect((await scene.cli(["sync", "locations"])).err).toContain("nested more than 100 levels deep");
});

test("a list in UTF-16 is replayed in UTF-8, with the matching header", async () => {
  const scene = await record(["sync", "locations"], (path, _request, response) => {
    if (!path.startsWith("/locations")) return false;
    response.writeHead(200, { "content-type": "application/json; charset=utf-16le", "x-total-count": "1" });
    response.end(Buffer.from('[{"id":"a","status":"Arrêté"}]', "utf16le"));
    return true;
  });
  expect((await scene.cli(["sync", "locations"])).code).toBe(0);
  expect((await scene.cli(["list", "locations", "-o", "csv"])).out).toContain("Arrêté");
});

test("dates and times stay different, also as ids, and blank texts stay blank", async () => {
  const records = ["2024-05-01", "2024-05-02", "2024-05-01T10:00:00Z", "2024-05-01T11:00:00Z"].map((id) => ({
    id,
    name: "  ",
  }));
  const scene = await record(["sync", "locations"], lists(records));
  expect(taken().text).not.toContain("2024");
  const { out } = await scene.cli(["list", "locations", "-o", "json"]);
  const shown = JSON.parse(out) as { id: string; name?: string }[];
  expect(shown.map(({ id }) => id).sort()).toEqual([
    "2000-01-01",
    "2000-01-01T00:02:00Z",
    "2000-01-01T00:03:00Z",
    "2000-01-02",
  ]);
  expect(shown.map(({ name }) => name)).toEqual([undefined, undefined, undefined, undefined]);
});

test("a replayed response has only the recorded headers, and no request id", async () => {
  const scene = await record(["status"], (_path, _request, response) => {
    json(response, 200, { status: "OK" });
    return true;
  });
  const names = await new Promise<string[]>((done) => {
    request(`${scene.sandbox.endpoint}/status`, (response) => {
      response.resume();
      done(Object.keys(response.headers));
    }).end();
  });
  expect(names).not.toContain("x-request-id");
});

test("a call that was not recorded is reported as such, and not as a missing record", async () => {
  const scene = await record(["list", "locations"], lists([{ id: "a" }]));
  const { code, err } = await scene.cli(["sync", "accounts"]);
  expect(code).toBe(1);
  expect(err).toContain(
    "the recording does not have this call: a replay serves only the recorded command with the same settings",
  );
  expect(err).not.toContain("check endpoint");
});
