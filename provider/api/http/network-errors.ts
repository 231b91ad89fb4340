import { proxyErrorOf } from "./proxy.js";

/** The description of a call that got no response. */
export interface NetworkErrorDescription {
  readonly summary: string;
  readonly hint: string;
  /** Another attempt would fail in the same way. */
  readonly final: boolean;
}

const certificate = "if a proxy inspects TLS, set NODE_EXTRA_CA_CERTS to the file of its certificate authority";

/** Descriptions by the error code of Node.js, OpenSSL or node-fetch. */
const NETWORK_ERRORS: Readonly<Record<string, Omit<NetworkErrorDescription, "hint"> & { readonly hint?: string }>> = {
  ENOTFOUND: { summary: "host not found", final: true },
  EAI_AGAIN: { summary: "DNS lookup failed temporarily", final: false },
  ECONNREFUSED: { summary: "connection refused", final: false },
  ECONNRESET: { summary: "connection reset", final: false },
  ERR_STREAM_PREMATURE_CLOSE: { summary: "the response is truncated", final: false },
  ETIMEDOUT: { summary: "connection timed out", final: false },
  ERR_ACCESS_DENIED: {
    summary: "node --permission denies network access",
    final: true,
    hint: "start Node.js with --allow-net",
  },
  CERT_HAS_EXPIRED: {
    summary: "the server's certificate has expired",
    final: true,
    hint: "check the clock of this machine",
  },
  CERT_NOT_YET_VALID: {
    summary: "the server's certificate is not valid yet",
    final: true,
    hint: "check the clock of this machine",
  },
  ERR_TLS_CERT_ALTNAME_INVALID: { summary: "the server's certificate is for another host name", final: true },
  DEPTH_ZERO_SELF_SIGNED_CERT: { summary: "the server's certificate is self-signed", final: true, hint: certificate },
  SELF_SIGNED_CERT_IN_CHAIN: {
    summary: "the server's certificate is of an unknown authority",
    final: true,
    hint: certificate,
  },
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: {
    summary: "the server's certificate is of an unknown authority",
    final: true,
    hint: certificate,
  },
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: {
    summary: "the server's certificate is of an unknown authority",
    final: true,
    hint: certificate,
  },
  "max-size": { summary: "the response exceeds the maximum size", final: true, hint: "lower pageSize" },
};

/** @param setting name of the setting with the URL */
export function describeNetworkError(cause: unknown, setting = "endpoint"): NetworkErrorDescription {
  const ofProxy = proxyErrorOf(cause);
  if (ofProxy) return { summary: ofProxy.message, hint: ofProxy.hint, final: ofProxy.final };
  const hint = `check ${setting}, the network and the proxy settings`;
  const { code, type, name } = (cause ?? {}) as { code?: unknown; type?: unknown; name?: unknown };
  const found = [code, type].map(String).find((key) => Object.hasOwn(NETWORK_ERRORS, key));
  const entry = found === undefined ? undefined : NETWORK_ERRORS[found];
  if (entry) return { hint, ...entry, summary: `${entry.summary} (${found})` };
  const said = typeof code === "string" ? code : typeof name === "string" ? name : "unknown";
  return { summary: `network error: ${said}`, hint, final: false };
}
