import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isIPv6 } from "node:net";
import { isLoopback } from "./address.js";
import { proxyAddress, proxySetting } from "./proxy.js";

/** Connections that are kept open between calls; certificates are always checked, whatever the environment says. */
export class Agents {
  readonly #options = { keepAlive: true, rejectUnauthorized: true };
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https = new Map<string, Promise<HttpsAgent>>();

  /**
   * The agent for an address: through the proxy that HTTPS_PROXY names, unless NO_PROXY excepts the host.
   * @throws ProxyError where that is none
   */
  for(url: URL): Promise<HttpAgent> | HttpAgent {
    // Plain http goes to loopback only, and never through a proxy, which would see the credentials.
    if (url.protocol === "http:" || isLoopback(url)) return url.protocol === "http:" ? this.#http : this.#direct();
    return proxySetting() ? this.#proxied(url) : this.#direct();
  }

  #direct(): Promise<HttpsAgent> {
    return this.#kept("", () => Promise.resolve(new HttpsAgent(this.#options)));
  }

  async #proxied(url: URL): Promise<HttpsAgent> {
    const { getProxyForUrl } = await import("proxy-from-env");
    const setting = proxySetting();
    if (!setting || isBareException(url) || getProxyForUrl(url.href) === "") return this.#direct();
    const proxy = proxyAddress(setting).href;
    return this.#kept(proxy, async () => {
      const { CheckingProxyAgent } = await import("./proxy-agent.js");
      return new CheckingProxyAgent(proxy, this.#options) as unknown as HttpsAgent;
    });
  }

  #kept(key: string, make: () => Promise<HttpsAgent>): Promise<HttpsAgent> {
    let agent = this.#https.get(key);
    if (!agent) this.#https.set(key, (agent = make()));
    return agent;
  }

  /** Ends the connections that are kept open. */
  close(): void {
    this.#http.destroy();
    for (const agent of this.#https.values())
      agent.then(
        (made) => made.destroy(),
        () => undefined,
      );
  }
}

/** Does NO_PROXY name the address of IPv6 without brackets, as most write it? proxy-from-env takes its end for a port. */
function isBareException({ hostname }: URL): boolean {
  const names = (process.env["no_proxy"] ?? process.env["NO_PROXY"] ?? "").split(/[,\s]+/);
  return names.some((name) => isIPv6(name) && new URL(`https://[${name}]`).hostname === hostname);
}
