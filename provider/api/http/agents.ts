import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { isIPv6 } from "node:net";
import { isLoopback } from "../../platform/urls.js";
import { proxyAddress, proxySetting } from "./proxy.js";

/** Keeps connections open between calls. Always verifies certificates, regardless of the environment. */
export class Agents {
  readonly #options = { keepAlive: true, rejectUnauthorized: true };
  readonly #http = new HttpAgent({ keepAlive: true });
  readonly #https = new Map<string, Promise<HttpsAgent>>();

  /**
   * Returns the agent for a URL: through the proxy of HTTPS_PROXY, unless NO_PROXY excludes the host.
   * @throws ProxyError if HTTPS_PROXY is invalid
   */
  for(url: URL): Promise<HttpAgent> | HttpAgent {
    // Plain http is allowed to loopback only. A proxy would see the credentials.
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

  /** Closes the connections. */
  close(): void {
    this.#http.destroy();
    for (const agent of this.#https.values())
      agent.then(
        (made) => made.destroy(),
        () => undefined,
      );
  }
}

/** Returns whether NO_PROXY has the IPv6 address without brackets, as is usual. proxy-from-env reads its last part as a port. */
function isBareException({ hostname }: URL): boolean {
  const names = (process.env["no_proxy"] ?? process.env["NO_PROXY"] ?? "").split(/[,\s]+/);
  return names.some((name) => isIPv6(name) && new URL(`https://[${name}]`).hostname === hostname);
}
