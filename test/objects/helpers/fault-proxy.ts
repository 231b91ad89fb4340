import { request as sendRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { forward } from "../../helpers/forward";
import { startServer } from "../../helpers/server";

/** What a proxy does with a request, other than forwarding it. */
export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** Ends the connection after some bytes of the body. The headers announce all of it. */
  | { readonly cutAfter: number }
  /** Changes the body of the response. */
  | { readonly rewrite: (body: string) => string }
  /** Closes the connection without a response. */
  | "reset";

/** A proxy on loopback before an emulator. */
export interface FaultProxy {
  readonly url: string;
  readonly requests: readonly IncomingMessage[];
  /** Decides about each request. Default: all are forwarded. */
  fault: (request: IncomingMessage, count: number) => Fault | undefined;
  close(): Promise<void>;
}

/** Starts a proxy that forwards requests as they are, so that signatures stay valid. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const server = await startServer((request, response) => {
    const fault = proxy.fault(request, server.requests.length);
    if (fault === "reset") return void request.socket.destroy();
    if (fault && "status" in fault) {
      request.resume();
      response.writeHead(fault.status, fault.headers);
      return void response.end(fault.body);
    }
    if (fault) return damage(target, request, response, fault);
    forward(request, response, new URL(request.url ?? "", target));
  });
  const proxy: FaultProxy = {
    url: server.url,
    requests: server.requests,
    fault: () => undefined,
    close: () => server.close(),
  };
  return proxy;
}

/** Passes a request on, and damages the body of its response. */
function damage(
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
  fault: Exclude<Fault, "reset" | { status: number }>,
): void {
  const { hostname, port } = new URL(target);
  const { method, url, headers } = request;
  const upstream = sendRequest({ hostname, port, method, path: url, headers }, (answer) => {
    const status = answer.statusCode ?? 502;
    const chunks: Buffer[] = [];
    answer.on("data", (chunk: Buffer) => chunks.push(chunk));
    answer.on("end", () => {
      const body = Buffer.concat(chunks);
      const { "transfer-encoding": _, ...rest } = answer.headers;
      if ("rewrite" in fault) {
        const changed = Buffer.from(fault.rewrite(body.toString()));
        response.writeHead(status, { ...rest, "content-length": changed.length });
        return void response.end(changed);
      }
      response.writeHead(status, { ...rest, "content-length": body.length });
      response.write(body.subarray(0, fault.cutAfter), () => response.destroy());
    });
  });
  upstream.on("error", () => response.destroy());
  request.pipe(upstream);
}
