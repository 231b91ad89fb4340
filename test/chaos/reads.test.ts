import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import { ApiError } from "../../provider/api/errors/errors";
import { kinds, type Attributes, type Kind } from "../../provider/model/records";
import { Random } from "../../sandbox/random";
import { createTestEnvironment, type TestEnvironment } from "../helpers/environment";
import { gzipBomb } from "../helpers/bomb";
import { expectSame } from "../helpers/expect-same";
import { byId, servedBy } from "../helpers/served";
import { startServer, type TestServer } from "../helpers/server";

// Random faults from a seed. A read ends in the right inventory or in an error: never in a wrong or a partial one.
// npm run test:chaos does as many as a thousand previews would.
const rounds = Number(process.env["ORANGE_CMDB_CHAOS_ROUNDS"] ?? 150);
const lanes = rounds < 500 ? 24 : 50;
/** Of a hundred answers so many are faults, in one round of all lanes after the other. */
const shares = [0, 2, 5, 20, 60] as const;
const seed = Number(process.env["ORANGE_CMDB_CHAOS_SEED"] ?? 20_261_124);

const random = new Random(seed);

type Fault = (
  request: IncomingMessage,
  response: ServerResponse,
  whole: { status: number; headers: object; body: Buffer; before: Buffer[] },
) => void;

let bombs = 3;
const bomb = gzipBomb(300);
/** The last page that was to be given again; another list after each change of the CMDB. */
let pages: Buffer[] = [];

const json = { "content-type": "application/json" };
const faults: readonly [string, Fault][] = [
  [
    "an internal error",
    (_request, response) => void response.writeHead(500, json).end('{"code":1,"message":"Internal"}'),
  ],
  ["over capacity", (_request, response) => void response.writeHead(503, { "retry-after": "0" }).end('{"code":6}')],
  [
    "too many",
    (_request, response) => void response.writeHead(429, { ...json, "retry-after": "0" }).end('{"code":53}'),
  ],
  [
    "too many, in their way",
    (_request, response) => void response.writeHead(403, json).end('{"code":53,"message":"Too many"}'),
  ],
  ["a gateway", (_request, response) => void response.writeHead(502).end("<html>Bad gateway</html>")],
  ["a page of the gateway's own", (_request, response) => void response.writeHead(200, json).end("<html>login</html>")],
  ["cut before it begins", (_request, response) => void response.destroy()],
  [
    "cut in the middle",
    (_request, response, { status, headers, body }) => {
      response.writeHead(status, { ...headers, "content-length": String(body.length) });
      response.write(body.subarray(0, body.length / 2));
      setTimeout(() => response.destroy(), 2);
    },
  ],
  [
    "cut, and declared whole",
    (_request, response, { status, headers, body }) => {
      const half = body.subarray(0, Math.floor(body.length / 2));
      response.writeHead(status, { ...headers, "content-length": String(half.length) }).end(half);
    },
  ],
  [
    "a record less than announced",
    (_request, response, { status, headers, body }) => {
      const page: unknown = body.length > 0 ? JSON.parse(body.toString()) : [];
      const fewer = Buffer.from(JSON.stringify(Array.isArray(page) ? page.slice(1) : page));
      response.writeHead(status, { ...headers, "content-length": String(fewer.length) }).end(fewer);
    },
  ],
  [
    "another total",
    (_request, response, { status, headers, body }) => {
      response
        .writeHead(status, { ...headers, "x-total-count": "9999", "content-length": String(body.length) })
        .end(body);
    },
  ],
  [
    "no counts",
    (_request, response, { status, headers, body }) => {
      const { "x-total-count": _total, "x-result-count": _result, ...rest } = headers as Record<string, string>;
      response.writeHead(status, { ...rest, "content-length": String(body.length) }).end(body);
    },
  ],
  [
    "not modified, whatever was asked",
    (request, response) => void response.writeHead(request.headers["if-none-match"] ? 304 : 500).end(),
  ],
  [
    "every other status of the five hundreds",
    (_request, response) => void response.writeHead(random.between(500, 599)).end("<html>sorry</html>"),
  ],
  ["a redirect", (request, response) => void response.writeHead(307, { location: request.url ?? "/" }).end()],
  [
    "cut after its last byte",
    (_request, response, { status, headers, body }) => {
      // One byte more is declared than comes.
      response.writeHead(status, { ...headers, "content-length": String(body.length + 1) });
      response.write(body);
      setTimeout(() => response.destroy(), 2);
    },
  ],
  [
    "two documents",
    (_request, response, { status, headers, body }) => {
      const twice = Buffer.concat([body, body]);
      response.writeHead(status, { ...headers, "content-length": String(twice.length) }).end(twice);
    },
  ],
  [
    "something else than a list",
    (_request, response, { headers }) => {
      const body = random.pick(["null", "{}", "7", '"records"', "[null]", '[{"id":null}]', `${"[".repeat(5_000)}`]);
      response.writeHead(200, { ...headers, "content-length": String(body.length) }).end(body);
    },
  ],
  [
    "bytes that are no UTF-8",
    (_request, response, { status, headers, body }) => {
      const spoilt = Buffer.from(body);
      if (spoilt.length > 0) spoilt[random.between(0, spoilt.length - 1)] = 0xff;
      response.writeHead(status, { ...headers, "content-length": String(spoilt.length) }).end(spoilt);
    },
  ],
  [
    "UTF-16, and said so",
    (_request, response, { status, headers, body }) => {
      const other = Buffer.from(body.toString(), "utf16le");
      const type = { "content-type": "application/json; charset=utf-16le", "content-length": String(other.length) };
      response.writeHead(status, { ...headers, ...type }).end(other);
    },
  ],
  [
    "a bomb",
    (_request, response) => {
      // Each takes a second to unpack as far as it is: a few are enough.
      if (bombs === 0) return void response.writeHead(500).end();
      bombs -= 1;
      response.writeHead(200, { ...json, "content-encoding": "gzip", "content-length": String(bomb.length) }).end(bomb);
    },
  ],
  [
    "packed, and not whole",
    (_request, response, { status, headers, body }) => {
      const half = gzipSync(body).subarray(0, 30);
      response
        .writeHead(status, { ...headers, "content-encoding": "gzip", "content-length": String(half.length) })
        .end(half);
    },
  ],
  [
    "a drip",
    (_request, response, { status, headers, body }) => {
      response.writeHead(status, { ...headers, "content-length": String(body.length) });
      for (let part = 0; part < 5; part += 1) {
        const size = Math.ceil(body.length / 5);
        setTimeout(() => response.write(body.subarray(part * size, (part + 1) * size)), 3 * part);
      }
    },
  ],
  [
    "a pause that makes no sense",
    (_request, response) =>
      void response
        .writeHead(503, { "retry-after": random.pick(["-5", "soon 7", "", "1.5", "Wed, 21 Oct 2015 07:28:00 GMT"]) })
        .end(),
  ],
  [
    "a pause of years",
    (_request, response) => void response.writeHead(429, { ...json, "retry-after": "999999999" }).end('{"code":53}'),
  ],
  [
    "the page before, again",
    (_request, response, { status, headers, body, before }) => {
      const [page = body] = before.splice(0, 1, body);
      response.writeHead(status, { ...headers, "content-length": String(page.length) }).end(page);
    },
  ],
  [
    "a record twice",
    (_request, response, { status, headers, body }) => {
      const page: unknown = body.length > 0 ? JSON.parse(body.toString()) : [];
      const doubled = Buffer.from(JSON.stringify(Array.isArray(page) ? [...page.slice(0, -1), page[0]] : page));
      response.writeHead(status, { ...headers, "content-length": String(doubled.length) }).end(doubled);
    },
  ],
  [
    "a token that was revoked",
    (_request, response) => void response.writeHead(401, json).end('{"code":41,"message":"Invalid"}'),
  ],
  [
    "a token that has ended",
    (_request, response) => void response.writeHead(401, json).end('{"code":42,"message":"Expired"}'),
  ],
];

/** Faults that have not been met since all of them were. */
const deck: (typeof faults)[number][] = [];
function draw(): (typeof faults)[number] {
  if (deck.length === 0) deck.push(...faults);
  const [drawn] = deck.splice(random.between(0, deck.length - 1), 1);
  return drawn as (typeof faults)[number];
}

let scene: TestEnvironment;
let proxy: TestServer;
/** How many of a hundred answers are faults. */
let share = 0;
const counted = new Map<string, number>();

beforeAll(async () => {
  scene = await createTestEnvironment({ size: 90 });
  const target = new URL(scene.sandbox.endpoint);
  proxy = await startServer((request, response) => {
    const headers = { ...request.headers, host: target.host };
    // A read that gave up leaves requests under way: their answers must not return after the next change.
    const before = pages;
    const asked = forward({ host: target.hostname, port: target.port, path: request.url, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        const body = Buffer.concat(parts);
        const { "transfer-encoding": _encoding, connection: _connection, ...rest } = answer.headers;
        const whole = { status: answer.statusCode ?? 500, headers: rest, body, before };
        const [name, fault] = random.between(1, 100) <= share ? draw() : [undefined, undefined];
        if (!fault) return void response.writeHead(whole.status, rest as Record<string, string>).end(body);
        counted.set(name, (counted.get(name) ?? 0) + 1);
        fault(request, response, whole);
      });
    });
    // A connection that the sandbox had just given up is one more that was cut.
    asked.on("error", () => response.destroy());
    asked.end();
  });
});
afterAll(async () => {
  await proxy.close();
  await scene.end();
});

test(`${rounds} reads with faults from seed ${seed} return the inventory, or an error`, async () => {
  const endpoint = proxy.url + new URL(scene.sandbox.endpoint).pathname;
  const settings = { endpoint, pageSize: 20, timeout: 5 };
  let right = 0;
  let errors = 0;
  const read = async (round: number, lane: number): Promise<void> => {
    try {
      const reader = await scene.open(
        { refresh: true },
        { ...settings, cacheDir: join(scene.cacheDir, `lane-${lane}`) },
      );
      right += 1;
      for (const kind of kinds) expectSame([round, kind, held(reader.list(kind))], [round, kind, served(kind)]);
      reader.close();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors += 1;
    }
  };
  // Several at once, each with a mirror of its own: most of the time they wait for their next attempt.
  for (let round = 0; round < rounds; round += lanes) {
    share = shares[(round / lanes) % shares.length] ?? 0;
    change(round / lanes);
    await Promise.all(Array.from({ length: lanes }, (_, lane) => read(round + lane, lane)));
  }
  expect(right).toBeGreaterThan(rounds / 4);
  expect(errors).toBeGreaterThan(0);
  // Each kind of fault has been met.
  if (rounds >= 100) expect([...counted.keys()].sort()).toEqual(faults.map(([name]) => name).sort());
}, 900_000);

/** Between two reads somebody works on the CMDB. */
function change(round: number): void {
  // An answer from before the change would be a valid answer of the earlier CMDB: no client can detect it.
  pages = [];
  expected.clear();
  const records = scene.sandbox.records("configurationItem");
  const id = String(records[random.between(0, records.length - 1)]?.["id"]);
  if (round % 5 === 3) scene.sandbox.remove("configurationItem", id);
  else if (round % 5 === 4) scene.sandbox.add("configurationItem", { id: `CI-NEW-${round}`, name: `new ${round}` });
  else if (round % 2 === 0) scene.sandbox.update("configurationItem", id, { round });
}

const held = (list: readonly { attributes: Attributes }[]): Attributes[] =>
  list.map(({ attributes }) => attributes).sort(byId);

/** The records that the sandbox serves in this round. */
const expected = new Map<Kind, Attributes[]>();

function served(kind: Kind): Attributes[] {
  const records = expected.get(kind) ?? servedBy(scene.sandbox, kind);
  expected.set(kind, records);
  return records;
}
