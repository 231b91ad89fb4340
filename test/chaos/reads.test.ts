import { join } from "node:path";
import { request as forward, type IncomingMessage, type ServerResponse } from "node:http";
import { ApiError } from "../../provider/api/errors";
import { kinds, type Attributes, type Kind } from "../../provider/inventory/records";
import { Random } from "../../sandbox/random";
import { makeScene, type Scene } from "../helpers/mirror";
import { startServer, type TestServer } from "../helpers/server";

// Random faults from a seed. A read ends in the right inventory or in an error: never in a wrong or a partial one.
// npm run test:chaos does as many as a thousand previews would.
const rounds = Number(process.env["ORANGE_CMDB_CHAOS_ROUNDS"] ?? 150);
const lanes = 8;
const seed = Number(process.env["ORANGE_CMDB_CHAOS_SEED"] ?? 20_261_124);

type Fault = (
  request: IncomingMessage,
  response: ServerResponse,
  whole: { status: number; headers: object; body: Buffer },
) => void;

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
    "a token that has ended",
    (_request, response) => void response.writeHead(401, json).end('{"code":42,"message":"Expired"}'),
  ],
];

let scene: Scene;
let proxy: TestServer;
const random = new Random(seed);
/** How many of a hundred answers are faults. */
let share = 0;
const counted = new Map<string, number>();

beforeAll(async () => {
  scene = await makeScene({ size: 90 });
  const target = new URL(scene.sandbox.endpoint);
  proxy = await startServer((request, response) => {
    const headers = { ...request.headers, host: target.host };
    const asked = forward({ host: target.hostname, port: target.port, path: request.url, headers }, (answer) => {
      const parts: Buffer[] = [];
      answer.on("data", (part: Buffer) => parts.push(part));
      answer.on("end", () => {
        const body = Buffer.concat(parts);
        const { "transfer-encoding": _encoding, connection: _connection, ...rest } = answer.headers;
        const whole = { status: answer.statusCode ?? 500, headers: rest, body };
        const [name, fault] =
          random.between(1, 100) <= share ? random.pick(faults as [(typeof faults)[0]]) : [undefined, undefined];
        if (!fault) return void response.writeHead(whole.status, rest as Record<string, string>).end(body);
        counted.set(name, (counted.get(name) ?? 0) + 1);
        fault(request, response, whole);
      });
    });
    asked.end();
  });
});
afterAll(async () => {
  await proxy.close();
  await scene.end();
});

test(`${rounds} reads with faults from seed ${seed}: right, or an error`, async () => {
  const endpoint = proxy.url + new URL(scene.sandbox.endpoint).pathname;
  const settings = { endpoint, pageSize: 20, timeout: 20 };
  let right = 0;
  let errors = 0;
  const read = async (round: number, lane: number): Promise<void> => {
    try {
      const reader = await scene.open(
        { refresh: true },
        { ...settings, cacheDir: join(scene.cacheDir, `lane-${lane}`) },
      );
      right += 1;
      for (const kind of kinds) expect([round, kind, held(reader.list(kind))]).toEqual([round, kind, served(kind)]);
      reader.close();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      errors += 1;
    }
  };
  // Several at once, each with a mirror of its own: most of the time they wait for their next attempt.
  for (let round = 0; round < rounds; round += lanes) {
    share = random.pick([0, 2, 5, 20, 60]);
    change(round / lanes);
    await Promise.all(Array.from({ length: lanes }, (_, lane) => read(round + lane, lane)));
  }
  expect(right).toBeGreaterThan(rounds / 4);
  expect(errors).toBeGreaterThan(0);
  // Each kind of fault has been met.
  if (rounds >= 100) expect([...counted.keys()].sort()).toEqual(faults.map(([name]) => name).sort());
}, 300_000);

/** Between two reads somebody works on the CMDB. */
function change(round: number): void {
  const records = scene.sandbox.records("configurationItem");
  const id = String(records[random.between(0, records.length - 1)]?.["id"]);
  if (round % 5 === 3) scene.sandbox.remove("configurationItem", id);
  else if (round % 5 === 4) scene.sandbox.add("configurationItem", { id: `CI-NEW-${round}`, name: `new ${round}` });
  else if (round % 2 === 0) scene.sandbox.update("configurationItem", id, { round });
}

const byId = (a: Attributes, b: Attributes): number => (String(a["id"]) < String(b["id"]) ? -1 : 1);
const held = (list: readonly { attributes: Attributes }[]): Attributes[] =>
  list.map(({ attributes }) => attributes).sort(byId);
const served = (kind: Kind): Attributes[] => [...scene.sandbox.records(kind)].sort(byId);
