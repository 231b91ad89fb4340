import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Attributes, Kind } from "../provider/model/records.js";
import { answerError, answerJson } from "./answer.js";
import { readRecords } from "./data.js";
import { generate } from "./generate.js";
import { RateLimit } from "./rate-limit.js";
import { readReplay } from "./replay.js";
import { Service, type Behaviour } from "./serve.js";
import { RecordStore } from "./store.js";
import { apiKey, clientId, clientSecret, Tokens } from "./token.js";

/** Options of {@link startSandbox}. */
export interface SandboxOptions extends Behaviour {
  /** Default: a free port. */
  readonly port?: number;
  /** Number of configuration items. Default 60. */
  readonly size?: number;
  /** The seed of the generated data. Default 1. */
  readonly seed?: number;
  /** A folder of JSON files to serve instead of generated data. */
  readonly data?: string;
  /** A recording of `--record-http` to serve instead of generated data. */
  readonly replay?: string;
  /** Lifetime of a token in seconds. Default 3600. */
  readonly tokenLifetime?: number;
  /** Delay of each response in milliseconds. Default 0. */
  readonly delay?: number;
  /** Maximum requests per second. Others get 403 with code 53. 0 is no limit. Default 25. [vendor] */
  readonly rate?: number;
}

/** An error to send instead of data. */
export interface PlannedFault {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Number of responses. Default 1. */
  readonly times?: number;
}

/** A running sandbox. */
export interface Sandbox {
  readonly endpoint: string;
  readonly tokenUrl: string;
  /** The `ORANGE_CMDB_*` variables for this sandbox. */
  readonly environment: Readonly<Record<string, string>>;
  /** Every request so far. */
  readonly requests: readonly { readonly method: string; readonly path: string; readonly status: number }[];
  records(kind: Kind): readonly Attributes[];
  /** Changes a record. Sets `updatedAt` to now, unless the patch has it. */
  update(kind: Kind, id: string, patch: Attributes): void;
  /** Adds a record. Sets `createdAt` and `updatedAt` to now if they are missing. */
  add(kind: Kind, record: Attributes): void;
  /** Removes a record. */
  remove(kind: Kind, id: string): void;
  /** The next API requests fail. */
  fail(fault: PlannedFault): void;
  close(): Promise<void>;
}

const base = "/core-information/b2b/v2";

/** Starts an HTTP server on loopback that behaves like the documented API. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const records = options.data ? readRecords(options.data) : generate(options.size ?? 60, options.seed ?? 1);
  const store = new RecordStore(records);
  const replay = options.replay === undefined ? undefined : readReplay(options.replay);
  const tokens = new Tokens(options.tokenLifetime ?? 3600);
  const requests: { method: string; path: string; status: number }[] = [];
  const faults: { fault: PlannedFault; left: number }[] = [];
  const limit = new RateLimit(options.rate ?? 25);
  const service = new Service(store, options);
  let endpoint = "";

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://sandbox");
    response.setHeader("X-Sandbox", "pulumi-orange-cmdb");
    if (!replay) response.setHeader("X-OAPI-Request-Id", randomUUID());
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
    const path = url.pathname.slice(base.length + 1);
    if (!mayRead(request, response, tokens, path)) return;
    if (replay) return replay(request, `/${path}${url.search}`, response);
    if (!limit.admit()) return answerError(response, 403, 53, "Too many requests");
    service.answer({ request, response, endpoint, path, search: url.searchParams });
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  endpoint = origin + base;
  const tokenUrl = `${origin}/oauth/v3/token`;

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
    update: (kind, id, patch) => store.update(kind, id, patch),
    add: (kind, record) => store.add(kind, record),
    remove: (kind, id) => store.remove(kind, id),
    fail: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Checks method, token, API key (which `/doc` does not need) and Accept, with the codes of the error catalogue. */
function mayRead(request: IncomingMessage, response: ServerResponse, tokens: Tokens, path: string): boolean {
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
  if (path !== "doc" && request.headers["x-api-key"] !== apiKey) return refuse(403, 50, "Access denied");
  const accepts = (request.headers.accept ?? "").split(",").map((type) => type.split(";")[0]?.trim());
  if (!accepts.includes("application/json")) return refuse(406, 62, "Not acceptable");
  return true;
}
