import type { DetailedPeerCertificate } from "node:tls";
import { TLSSocket } from "node:tls";
import { request } from "node:https";
import { Agents } from "../api/agents.js";
import { isLoopback } from "../api/address.js";
import { networkFault } from "../api/network-fault.js";
import type { Check } from "./report.js";

/** Days that a certificate should hold yet. */
const enough = 30;
const day = 24 * 60 * 60 * 1000;

/**
 * Who issued the certificate of each host that is asked, until when it holds, and whether this machine trusts it; nothing is
 * sent to them but the handshake, through the proxy where there is one.
 */
export async function certificateChecks(addresses: readonly string[], timeout = 10_000): Promise<Check[]> {
  const origins = [...new Set(addresses.map((address) => new URL(address).origin))];
  return Promise.all(origins.map((origin) => certificateCheck(new URL(origin), timeout)));
}

async function certificateCheck(url: URL, timeout: number): Promise<Check> {
  const name = `certificate of ${url.host}`;
  const check = (status: Check["status"], detail: string, next?: string): Check => ({
    area: "service",
    name,
    status,
    detail,
    ...(next === undefined ? {} : { next }),
  });
  if (url.protocol !== "https:")
    return check("ok", `none: plain http, which ${isLoopback(url) ? "does not leave this machine" : "is refused"}`);
  const agents = new Agents();
  try {
    const socket = await handshake(url, agents, timeout);
    const certificate = socket.getPeerCertificate(true);
    const shown = describe(certificate, socket.getProtocol());
    const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / day);
    const left = `${shown}, valid until ${new Date(certificate.valid_to).toISOString().slice(0, 10)} (${days} days)`;
    return days < enough ? check("warning", left, "whoever runs this host has to renew it soon") : check("ok", left);
  } catch (error) {
    const { summary, hint } = networkFault(error);
    return check("failed", summary, hint);
  } finally {
    agents.close();
  }
}

/** A connection on which the certificate was checked as every call checks it. */
function handshake(url: URL, agents: Agents, timeout: number): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    void Promise.resolve(agents.for(url)).then((agent) => {
      const asked = request(url, { agent, method: "HEAD", path: "/", timeout });
      asked.once("socket", (socket) => {
        const done = (): void => {
          if (socket instanceof TLSSocket) resolve(socket);
          else reject(new Error("no TLS"));
        };
        if (socket instanceof TLSSocket && socket.getPeerCertificate().valid_to !== undefined) done();
        else socket.once("secureConnect", done);
      });
      asked.once("response", (answer) => {
        answer.resume();
        if (answer.socket instanceof TLSSocket) resolve(answer.socket);
      });
      asked.once("timeout", () => asked.destroy(Object.assign(new Error("no answer"), { code: "ETIMEDOUT" })));
      asked.once("error", reject);
      asked.end();
    }, reject);
  });
}

function describe(certificate: DetailedPeerCertificate, protocol: string | null): string {
  const chain: DetailedPeerCertificate[] = [];
  for (
    let each: DetailedPeerCertificate | undefined = certificate;
    each && !chain.includes(each);
    each = each.issuerCertificate
  )
    chain.push(each);
  const root = chain.at(-1);
  const by = nameOf(certificate.issuer);
  const top = root ? nameOf(root.subject) : by;
  const trusted = top === by ? "trusted" : `trusted by way of ${top}`;
  return `${protocol ?? "TLS"}, issued by ${by}, ${trusted}`;
}

/** Of an issuer, who it is to people. */
function nameOf(issuer: { readonly O?: string | string[]; readonly CN?: string | string[] } | undefined): string {
  return [issuer?.O, issuer?.CN].flat().filter(Boolean).join(" ") || "somebody without a name";
}
