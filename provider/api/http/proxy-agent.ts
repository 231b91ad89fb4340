import type { ClientRequest } from "node:http";
import { HttpsProxyAgent } from "https-proxy-agent";
import { refusedByProxy } from "./proxy.js";

type Connect = HttpsProxyAgent<string>["connect"];

/**
 * Tunnels through a proxy. Always verifies the certificate of the server, regardless of the environment. Until the proxy responds,
 * the request has no socket, so this class destroys the socket to the proxy if the request or the agent ends.
 */
export class CheckingProxyAgent extends HttpsProxyAgent<string> {
  readonly #waiting = new Set<AbortController>();

  override async connect(...[request, options]: Parameters<Connect>): ReturnType<Connect> {
    const waiting = new AbortController();
    if (request.destroyed) waiting.abort();
    this.#waiting.add(waiting);
    const settled = whenDestroyed(request, () => waiting.abort());
    let status = NaN;
    request.once("proxyConnect", ({ statusCode }: { readonly statusCode: number }) => (status = statusCode));
    // The library reads these synchronously when it creates the socket.
    Object.assign(this.connectOpts, { signal: waiting.signal });
    try {
      // TLS inside the tunnel takes its options from here, not from the agent.
      const socket = await super.connect(request, Object.assign({}, options, { rejectUnauthorized: true }));
      if (status === 200) return socket;
      // The client would read it as a response of the server behind the proxy.
      socket.destroy();
      throw refusedByProxy(status);
    } catch (error) {
      // System errors have a code. Errors of the library do not.
      throw (error as NodeJS.ErrnoException).code === undefined ? refusedByProxy(NaN) : error;
    } finally {
      settled();
      this.#waiting.delete(waiting);
    }
  }

  override destroy(): void {
    for (const waiting of this.#waiting) waiting.abort();
    super.destroy();
  }
}

/** Waits for the abort of a request that has no socket yet, because Node.js emits no event for it. @returns stops the waiting */
function whenDestroyed(request: ClientRequest, then: () => void): () => void {
  const { destroy } = request;
  request.destroy = (error) => {
    then();
    return destroy.call(request, error);
  };
  return () => (request.destroy = destroy);
}
