import type { IncomingMessage, ServerResponse } from "node:http";
import { examine as examineAll, type DoctorReport } from "../../provider/doctor";
import { notInstalled } from "../helpers/environment";
import { autoClose } from "../helpers/hooks";
import { json, startServer, type TestServer } from "../helpers/server";

/** A record of a test list. */
export type TestRecord = Readonly<Record<string, unknown> & { id: string }>;

/** How a test service differs from the published description. */
export interface ServiceOptions {
  /** Records of each list but accounts. Default: {@link records}. */
  readonly records?: readonly TestRecord[];
  /** The largest `limit`. Default 250. */
  readonly maximum?: number;
  /** What a larger `limit` gets. Default `refuse`. */
  readonly larger?: "refuse" | "clamp";
  /** What each value of `sort` gets. Default: the order. */
  readonly sort?: (value: string) => "honour" | "refuse" | "ignore";
  /** Whether lists announce their totals. Default true. */
  readonly total?: boolean;
  readonly doc?: object;
  /** Answers a call itself, if it returns true. @param path without the query */
  readonly respond?: (path: string, response: ServerResponse, request: IncomingMessage) => boolean;
}

/** Records whose order by the latest change is not the order of their ids. */
export function records(count: number, updatedAt = (index: number): unknown => day(7 * index)): TestRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `R-${String(index).padStart(5, "0")}`,
    name: `Record ${index}`,
    updatedAt: updatedAt(index),
  }));
}

/** A day of a year, the number of days after it starts. */
function day(index: number): string {
  return new Date(Date.UTC(2026, 0, 1 + (index % 365))).toISOString();
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Starts a service for a test, and returns what the doctor reports of it. */
export function useService(): (
  options?: ServiceOptions,
  settings?: Record<string, string>,
) => Promise<{ report: DoctorReport; server: TestServer }> {
  const closed = autoClose();
  Object.assign(process.env, notInstalled);
  return async (options = {}, settings = {}) => {
    const server = await startServer((request, response) => answer(options, request, response));
    closed(server);
    const all: Record<string, string> = {
      endpoint: server.url,
      accessToken: "the-access-token",
      apiKey: "the-api-key",
      cacheDir: ":memory:",
      timeout: "2",
      pageSize: "250",
      requestsPerSecond: "1000",
      ...settings,
    };
    return { report: await examineAll({}, (key) => all[key]), server };
  };
}

function answer(options: ServiceOptions, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? "", "http://test");
  const { maximum = 250, larger = "refuse", sort = () => "honour", total = true } = options;
  if (options.respond?.(pathname, response, request)) return;
  const [, name = "", id] = pathname.split("/");
  const refuse = (status: number, code: number): void => json(response, status, { code, message: "Refused" });
  if (name === "status") return json(response, 200, { name: "test", status: "ok", version: "2.4.0" });
  if (name === "doc" && options.doc) return json(response, 200, options.doc);
  if (!/^(locations|servicePoints|configurationItems|accounts)$/.test(name)) return refuse(404, 60);
  const list = name === "accounts" ? [] : (options.records ?? records(20));
  if (id !== undefined) {
    const found = list.find((record) => record.id === id);
    return found ? json(response, 200, found) : refuse(404, 60);
  }
  const limit = Number(searchParams.get("limit"));
  const order = searchParams.get("sort");
  if (limit > maximum && larger === "refuse") return refuse(400, 28);
  const treatment = order === null ? "ignore" : sort(order);
  if (treatment === "refuse") return refuse(400, 28);
  const sorted = treatment === "honour" ? inOrder(list, order ?? "") : list;
  const offset = Number(searchParams.get("offset"));
  const page = sorted.slice(offset, offset + Math.min(limit, maximum));
  const counts = { "x-total-count": String(list.length), "x-result-count": String(page.length) };
  json(response, 200, page, total ? counts : {});
}

function inOrder(list: readonly TestRecord[], order: string): TestRecord[] {
  const field = order.replace(/^-/, "");
  const sorted = [...list].sort((one, other) => (text(one[field]) < text(other[field]) ? -1 : 1));
  return order.startsWith("-") ? sorted.reverse() : sorted;
}
