import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parseKind, collections, type Attributes, type Kind } from "../provider/inventory/records.js";
import { readRecords } from "./data.js";
import { generate } from "./generate.js";
import { readReplay } from "./replay.js";
import { openapi } from "./openapi.js";
import { apiKey, clientId, clientSecret, Tokens } from "./token.js";

/** What the sandbox may be told. */
export interface SandboxOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Number of configuration items. Default 60. */
  readonly size?: number;
  /** Another seed, other data. Default 1. */
  readonly seed?: number;
  /** A folder of JSON files to serve instead of invented data. */
  readonly data?: string;
  /** A folder that `--record` made, to serve instead of invented data. */
  readonly replay?: string;
  /** Seconds. Default 3600. */
  readonly tokenLifetime?: number;
  /** Milliseconds that each answer of the API takes. Default 0. */
  readonly delay?: number;
}

/** A fault to answer instead of data. */
export interface PlannedFault {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** How many answers. Default 1. */
  readonly times?: number;
}

/** A running sandbox. */
export interface Sandbox {
  readonly endpoint: string;
  readonly tokenUrl: string;
  /** The `ORANGE_CMDB_*` variables that point at it. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every request so far. */
  readonly requests: readonly { readonly method: string; readonly path: string; readonly status: number }[];
  records(kind: Kind): readonly Attributes[];
  /** Changes a record. */
  update(kind: Kind, id: string, patch: Attributes): void;
  /** Adds a record. */
  add(kind: Kind, record: Attributes): void;
  /** Takes a record away. */
  remove(kind: Kind, id: string): void;
  /** The next API requests fail. */
  fail(fault: PlannedFault): void;
  close(): Promise<void>;
}

const base = "/core-information/b2b/v2";

/** Starts an HTTP server on loopback that behaves as the API is said to; it is a sandbox, with no real service behind. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const records = options.data ? readRecords(options.data) : generate(options.size ?? 60, options.seed ?? 1);
  const replay = options.replay === undefined ? undefined : readReplay(options.replay);
  const tokens = new Tokens(options.tokenLifetime ?? 3600);
  const requests: { method: string; path: string; status: number }[] = [];
  const faults: { fault: PlannedFault; left: number }[] = [];
  let endpoint = "";

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://sandbox");
    response.setHeader("X-Sandbox", "pulumi-orange-cmdb");
    if (!replay) response.setHeader("X-Request-Id", randomUUID());
    response.on("finish", () =>
      requests.push({ method: request.method ?? "", path: url.pathname + url.search, status: response.statusCode }),
    );
    if (url.pathname === "/oauth/v3/token") return tokens.answer(request, response);
    if (!url.pathname.startsWith(`${base}/`)) return answerError(response, 404, 60, "Resource not found");
    if (options.delay) setTimeout(() => answer(request, response, url), options.delay);
    else answer(request, response, url);
  });

  function answer(request: IncomingMessage, response: ServerResponse, url: URL): void {
    const planned = faults[0];
    if (planned) {
      planned.left -= 1;
      if (planned.left <= 0) faults.shift();
      for (const [name, value] of Object.entries(planned.fault.headers ?? {})) response.setHeader(name, value);
      return answerJson(response, planned.fault.status, planned.fault.body ?? { code: 1, message: "Planned fault" });
    }
    if (!mayRead(request, response, tokens)) return;
    if (replay) return replay(request, url.pathname.slice(base.length) + url.search, response);
    serve(request, response, url, records, endpoint);
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  endpoint = origin + base;
  const tokenUrl = `${origin}/oauth/v3/token`;

  function place(kind: Kind, id: string): number {
    const index = records[kind].findIndex((record) => String(record["id"]) === id);
    if (index < 0) throw new Error(`the sandbox has no ${kind} ${id}`);
    return index;
  }
  return {
    endpoint,
    tokenUrl,
    environment: {
      ORANGE_CMDB_ENDPOINT: endpoint,
      ORANGE_CMDB_TOKEN_URL: tokenUrl,
      ORANGE_CMDB_CLIENT_ID: clientId,
      ORANGE_CMDB_CLIENT_SECRET: clientSecret,
      ORANGE_CMDB_API_KEY: apiKey,
    },
    requests,
    records: (kind) => records[kind],
    update(kind, id, patch) {
      const index = place(kind, id);
      records[kind][index] = { ...records[kind][index], ...patch };
    },
    add: (kind, record) => void records[kind].push(record),
    remove: (kind, id) => void records[kind].splice(place(kind, id), 1),
    fail: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}

function answerError(response: ServerResponse, status: number, code: number, message: string): void {
  answerJson(response, status, { code, message, description: "Answered by the sandbox" });
}

/** Method, token, API key and Accept, in the order and with the codes of the error catalogue. */
function mayRead(request: IncomingMessage, response: ServerResponse, tokens: Tokens): boolean {
  const refuse = (status: number, code: number, message: string): false => {
    answerError(response, status, code, message);
    return false;
  };
  if (request.method !== "GET") {
    response.setHeader("Allow", "GET");
    return refuse(405, 61, "Method not allowed");
  }
  const [scheme, token] = (request.headers.authorization ?? "").split(" ");
  if (scheme !== "Bearer" || !token) return refuse(401, 40, "Missing credentials");
  const state = tokens.state(token);
  if (state === "unknown") return refuse(401, 41, "Invalid credentials");
  if (state === "expired") return refuse(401, 42, "Expired credentials");
  if (request.headers["x-api-key"] !== apiKey) return refuse(403, 50, "Access denied");
  const accepts = (request.headers.accept ?? "").split(",").map((type) => type.split(";")[0]?.trim());
  if (!accepts.includes("application/json")) return refuse(406, 62, "Not acceptable");
  return true;
}

function serve(
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
  records: Record<Kind, Attributes[]>,
  endpoint: string,
): void {
  const [name = "", id] = url.pathname.slice(base.length + 1).split("/");
  if (id === undefined) {
    if (name === "status") return answerJson(response, 200, { status: "OK", sandbox: true });
    if (name === "version") return answerJson(response, 200, { version: "2.4.0", sandbox: true });
    if (name === "doc") return answerJson(response, 200, openapi(endpoint));
  }
  const kind = parseKind(name);
  if (!kind || collections[kind] !== name) return answerError(response, 404, 60, "Resource not found");
  if (id === undefined) return serveList(request, response, url, records[kind]);
  const record = records[kind].find((entry) => String(entry["id"]) === decodeURIComponent(id));
  if (!record) return answerError(response, 404, 60, "Resource not found");
  answerJson(response, 200, record);
}

function serveList(request: IncomingMessage, response: ServerResponse, url: URL, all: readonly Attributes[]): void {
  const whole = (name: string, otherwise: number): number => {
    const text = url.searchParams.get(name);
    return text === null ? otherwise : /^\d+$/.test(text) ? Number(text) : NaN;
  };
  const offset = whole("offset", 0);
  const limit = whole("limit", all.length);
  if (Number.isNaN(offset) || Number.isNaN(limit))
    return answerError(response, 400, 28, "Invalid query-string parameter");
  const part = all.slice(offset, offset + limit);
  const body = JSON.stringify(part);
  const tag = `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`;
  response.setHeader("ETag", tag);
  response.setHeader("X-Total-Count", all.length);
  response.setHeader("X-Result-Count", part.length);
  if (request.headers["if-none-match"] === tag) {
    response.writeHead(304);
    response.end();
    return;
  }
  response.writeHead(part.length < all.length ? 206 : 200, { "Content-Type": "application/json" });
  response.end(body);
}
