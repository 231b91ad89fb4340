import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { collections, parseKind, type Attributes, type Kind } from "../provider/model/records.js";
import { answerError, answerJson } from "./answer.js";
import { openapi, queryParameters } from "./contract.js";
import { pathOf, pick, withoutNulls } from "./fields.js";
import { ParameterError, parseQuery, type LimitBehaviour, type Query } from "./query.js";
import type { RecordStore } from "./store.js";

/** Behaviours of the sandbox that differ between servers. */
export interface Behaviour {
  /** The behaviour for a `limit` above 250. Default `refuse`: an error 400. */
  readonly limitBehaviour?: LimitBehaviour;
  /** Whether lists have an ETag, and `If-None-Match` returns 304. Default false. */
  readonly etags?: boolean;
  /** The behaviour for `sort`. Default `honour`; `refuse` returns 400, `ignore` keeps the order. */
  readonly sort?: "honour" | "refuse" | "ignore";
}

/** An authorized request to the API. */
interface Call {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The base URL of the API. */
  readonly endpoint: string;
  /** The path below the base URL, without the first slash. */
  readonly path: string;
  readonly search: URLSearchParams;
}

const version = { major: "2", minor: "4", patch: "0" };
const health = { name: "Core Information (sandbox)", status: "ok", version: Object.values(version).join(".") };
const caller = {
  login: "sandbox",
  application: { id: "sandbox", name: "Sandbox" },
  apiKey: { id: "sandbox", scopes: "b2b:core-information:readonly", type: "ACTIVE" },
};

/** Handles calls as the description says. */
export class Service {
  constructor(
    readonly store: RecordStore,
    readonly behaviour: Behaviour,
  ) {}

  answer(call: Call): void {
    try {
      this.#answer(call);
    } catch (error) {
      if (!(error instanceof ParameterError || error instanceof URIError)) throw error;
      answerError(call.response, 400, error instanceof ParameterError ? error.code : 20, error.message);
    }
  }

  #answer(call: Call): void {
    const { response, path } = call;
    const [name = "", id, ...rest] = path.split("/");
    const fixed = id === undefined ? { status: health, version: { version, deprecated: false }, me: caller } : {};
    if (Object.hasOwn(fixed, name)) return answerJson(response, 200, fixed[name as keyof typeof fixed]);
    if (path === "doc") return answerJson(response, 200, openapi(call.endpoint));
    const kind = parseKind(name);
    if (!kind || collections[kind] !== name || rest.length > 0) return notFound(response);
    if (id === undefined) return this.#list(call, kind);
    if (id === "aggregate" && kind !== "account") return this.#aggregate(call, kind);
    const query = this.#query(call, `/${name}/{${kind}Id}`);
    const record = this.store.find(kind, decodeURIComponent(id));
    if (!record) return notFound(response);
    answerJson(response, 200, this.#shown(call, kind, record, query));
  }

  #query({ search }: Call, path: string): Query {
    const { limitBehaviour = "refuse", sort } = this.behaviour;
    const query = parseQuery(search, queryParameters.get(path) ?? new Map(), limitBehaviour);
    if (sort === "refuse" && query.sort.length > 0) throw new ParameterError(28, "Unknown query parameter: sort");
    return sort === "ignore" ? { ...query, sort: [] } : query;
  }

  #list(call: Call, kind: Kind): void {
    const { request, response } = call;
    const query = this.#query(call, `/${collections[kind]}`);
    const all = this.store.select(kind, query.filters, query.sort);
    const page = all.slice(query.offset, query.offset + query.limit);
    const body = JSON.stringify(page.map((record) => this.#shown(call, kind, record, query)));
    response.setHeader("X-Total-Count", all.length);
    response.setHeader("X-Result-Count", page.length);
    if (this.behaviour.etags) {
      const tag = `"${createHash("sha256").update(body).digest("hex").slice(0, 32)}"`;
      response.setHeader("ETag", tag);
      if (request.headers["if-none-match"] === tag) {
        response.writeHead(304);
        response.end();
        return;
      }
    }
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(body);
  }

  #aggregate(call: Call, kind: Kind): void {
    const query = this.#query(call, `/${collections[kind]}/aggregate`);
    if (query.groupBy.length === 0) throw new ParameterError(27, "Missing query parameter: groupBy");
    const counts = this.#count(kind, this.store.select(kind, query.filters, []), query.groupBy);
    answerJson(call.response, 200, counts);
  }

  /** Counts records by the values of the first field, nested by those of the next. Omits records without a value. */
  #count(kind: Kind, records: readonly Attributes[], [name, ...rest]: readonly string[]): unknown {
    if (name === undefined) return records.length;
    const groups = new Map<string, Attributes[]>();
    for (const record of records) {
      for (const text of this.store.texts(kind, record, name)) {
        const group = groups.get(text);
        if (group) group.push(record);
        else groups.set(text, [record]);
      }
    }
    return Object.fromEntries([...groups].map(([text, group]) => [text, this.#count(kind, group, rest)]));
  }

  #shown(call: Call, kind: Kind, record: Attributes, { fields, displayLinks, displayNulls }: Query): unknown {
    let shown = record;
    if (fields.some((name) => name.startsWith("location.")))
      shown = { ...record, location: { ...this.store.locationOf(record), ...(record["location"] as object) } };
    if (fields.length > 0) shown = pick(shown, fields.map(pathOf)) as Attributes;
    if (!displayNulls) shown = withoutNulls(shown) as Attributes;
    if (!displayLinks) return shown;
    const href = `${call.endpoint}/${collections[kind]}/${encodeURIComponent(String(record["id"]))}`;
    return { ...shown, [kind === "configurationItem" ? "_link" : "_links"]: { self: { href, method: "GET" } } };
  }
}

function notFound(response: ServerResponse): void {
  answerError(response, 404, 60, "Resource not found");
}
