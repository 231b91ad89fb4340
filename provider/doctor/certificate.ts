import type { Socket } from "node:net";
import type { DetailedPeerCertificate } from "node:tls";
import { TLSSocket } from "node:tls";
import { request } from "node:https";
import { Agents } from "../api/agents.js";
import { isLoopback } from "../api/address.js";
import { networkFault } from "../api/network-fault.js";
import type { Check } from "./report.js";

/** Milliseconds for a handshake. */
const longest = 10_000;

/** Days that a certificate should hold yet. */
const enough = 30;
const day = 24 * 60 * 60 * 1000;

/**
 * Who issued the certificate of each host that is asked, until when it holds, and whether this machine trusts it; nothing is
 * sent to them but the handshake, through the proxy where there is one.
 * @param timeout milliseconds for a call
 */
export async function certificateChecks(addresses: readonly string[], timeout: number): Promise<Check[]> {
  const most = Math.min(timeout, longest);
  const origins = [...new Set(addresses.map((address) => new URL(address).origin))];
  return Promise.all(origins.map((origin) => certificateCheck(new URL(origin), most)));
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

/** A connection on which the certificate was checked as every call checks it; in all cases it comes to an end. */
async function handshake(url: URL, agents: Agents, timeout: number): Promise<TLSSocket> {
  const agent = await agents.for(url);
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, method: "HEAD", path: "/" });
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
      asked.destroy();
    };
    // A time-out of the request would begin with its socket, which it may never get from a proxy.
    const timer = setTimeout(() => fail(withCode("no answer", "ETIMEDOUT")), timeout);
    const take = (socket: Socket): void => {
      if (!(socket instanceof TLSSocket)) return fail(new Error("no TLS"));
      clearTimeout(timer);
      resolve(socket);
    };
    asked.once("socket", (socket) => {
      const isBeforeHandshake = socket instanceof TLSSocket && socket.getPeerCertificate().valid_to === undefined;
      if (isBeforeHandshake) socket.once("secureConnect", () => take(socket));
      else take(socket);
    });
    asked.once("response", (answer) => {
      answer.resume();
      take(answer.socket);
    });
    asked.on("error", fail);
    asked.once("close", () => fail(withCode("no answer", "ECONNRESET")));
    asked.end();
  });
}

function withCode(message: string, code: string): Error {
  return Object.assign(new Error(message), { code });
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
