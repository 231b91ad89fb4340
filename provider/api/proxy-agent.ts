import type { ClientRequest } from "node:http";
import { HttpsProxyAgent } from "https-proxy-agent";
import { refusedByProxy } from "./proxy.js";

type Connect = HttpsProxyAgent<string>["connect"];

/**
 * Tunnels through a proxy, and checks the certificate at the other end whatever the environment says. While the proxy has not
 * answered, the request has no socket that could be destroyed with it: that of the proxy ends here, with the request or the agent.
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
    // The library reads them when it makes the socket, which it does before it waits for anything.
    Object.assign(this.connectOpts, { signal: waiting.signal });
    try {
      // What is inside the tunnel takes its options from here, not from those of the agent.
      const socket = await super.connect(request, Object.assign({}, options, { rejectUnauthorized: true }));
      if (status === 200) return socket;
      // It would be read as an answer of the server behind the proxy.
      socket.destroy();
      throw refusedByProxy(status);
    } catch (error) {
      // What the system says has a code; the library's own words have none.
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

/** Node.js tells nobody of a request that is given up before it has a socket. @returns what ends the waiting for that */
function whenDestroyed(request: ClientRequest, then: () => void): () => void {
  const { destroy } = request;
  request.destroy = (error) => {
    then();
    return destroy.call(request, error);
  };
  return () => (request.destroy = destroy);
}
