import { HttpsProxyAgent } from "https-proxy-agent";

/** Tunnels through a proxy, and checks the certificate at the other end whatever the environment says. */
export class CheckingProxyAgent extends HttpsProxyAgent<string> {
  // What is inside the tunnel takes its options from here, not from those of the agent.
  override connect(...[request, options]: Parameters<HttpsProxyAgent<string>["connect"]>) {
    return super.connect(request, Object.assign({}, options, { rejectUnauthorized: true }));
  }
}
