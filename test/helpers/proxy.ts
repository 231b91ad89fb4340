import type { Sandbox } from "../../sandbox";
import { forward } from "./forward";
import { json, startServer } from "./server";

/** A way to a sandbox on which some requests are refused. */
export interface Proxy {
  readonly endpoint: string;
  close(): Promise<void>;
}

/** What the API itself says where it refuses. */
const answers = { 403: { code: 50, message: "Access denied" }, 404: { code: 60, message: "Resource not found" } };

/** Starts it; what `refuses` says of a request's path and query gets this status, all else the sandbox's answer. */
export async function startProxy(
  sandbox: Sandbox,
  refuses: (url: string) => boolean,
  status: 403 | 404 = 403,
  body: object = answers[status],
): Promise<Proxy> {
  const server = await startServer((request, response) => {
    if (refuses(request.url ?? "")) return json(response, status, body);
    forward(request, response, new URL(request.url ?? "", sandbox.endpoint));
  });
  return { endpoint: server.url + new URL(sandbox.endpoint).pathname, close: () => server.close() };
}
