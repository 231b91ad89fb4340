import type { Socket } from "node:net";
import { type DetailedPeerCertificate, TLSSocket } from "node:tls";
import { request } from "node:https";
import { Agents } from "../api/http/agents.js";
import { isLoopback } from "../platform/urls.js";
import { describeNetworkError } from "../api/http/network-errors.js";
import type { Check } from "./report.js";

/** Timeout of a handshake in milliseconds. */
const HANDSHAKE_TIMEOUT_MS = 10_000;

/** Minimum remaining validity of a certificate in days. */
const WARNING_DAYS = 30;
const day = 24 * 60 * 60 * 1000;

/**
 * Checks the certificate of each host: issuer, expiry date, and whether this machine trusts it. Sends only the handshake, through the
 * proxy if one is set.
 * @param timeout milliseconds for a call
 */
export async function certificateChecks(addresses: readonly string[], timeout: number): Promise<Check[]> {
  const most = Math.min(timeout, HANDSHAKE_TIMEOUT_MS);
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
    return check("ok", `none: plain http, which ${isLoopback(url) ? "does not leave this machine" : "is rejected"}`);
  const agents = new Agents();
  try {
    const socket = await handshake(url, agents, timeout);
    const certificate = socket.getPeerCertificate(true);
    const shown = describe(certificate, socket.getProtocol());
    const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / day);
    const left = `${shown}, valid until ${new Date(certificate.valid_to).toISOString().slice(0, 10)} (${days} days)`;
    return days < WARNING_DAYS
      ? check("warning", left, "the operator of this host must renew it soon")
      : check("ok", left);
  } catch (error) {
    const { summary, hint } = describeNetworkError(error);
    return check("failed", summary, hint);
  } finally {
    agents.close();
  }
}

/** Opens a connection that verifies the certificate as API calls do. It always settles. */
async function handshake(url: URL, agents: Agents, timeout: number): Promise<TLSSocket> {
  const agent = await agents.for(url);
  return new Promise((resolve, reject) => {
    const asked = request(url, { agent, method: "HEAD", path: "/" });
    const fail = (error: Error): void => {
      clearTimeout(timer);
      reject(error);
      asked.destroy();
    };
    // The timeout of a request starts with its socket, which a proxy may never open.
    const timer = setTimeout(() => fail(withCode("no response", "ETIMEDOUT")), timeout);
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
    asked.once("close", () => fail(withCode("no response", "ECONNRESET")));
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
  const trusted = top === by ? "trusted" : `trusted through ${top}`;
  return `${protocol ?? "TLS"}, issued by ${by}, ${trusted}`;
}

/** Returns the display name of an issuer. */
function nameOf(issuer: { readonly O?: string | string[]; readonly CN?: string | string[] } | undefined): string {
  return [issuer?.O, issuer?.CN].flat().filter(Boolean).join(" ") || "an unnamed issuer";
}
