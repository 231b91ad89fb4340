import { faultOfProxy } from "./proxy.js";

/** A call without an answer. */
export interface NetworkFault {
  readonly summary: string;
  readonly hint: string;
  /** Another attempt would find the same. */
  readonly final: boolean;
}

const certificate = "set NODE_EXTRA_CA_CERTS to the file of your own certificate authority, if there is one between";

/** What Node.js, OpenSSL and node-fetch say, and what it means. */
const known: Readonly<Record<string, Omit<NetworkFault, "hint"> & { readonly hint?: string }>> = {
  ENOTFOUND: { summary: "the host has no address", final: true },
  EAI_AGAIN: { summary: "the host's address could not be asked for", final: false },
  ECONNREFUSED: { summary: "the host refuses connections", final: false },
  ECONNRESET: { summary: "the connection was cut", final: false },
  ERR_STREAM_PREMATURE_CLOSE: { summary: "the answer was cut short", final: false },
  ETIMEDOUT: { summary: "the host does not answer", final: false },
  ERR_ACCESS_DENIED: {
    summary: "node --permission permits no network",
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
  ERR_TLS_CERT_ALTNAME_INVALID: { summary: "the server's certificate is for another name", final: true },
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
  "max-size": { summary: "the answer is larger than any that is expected", final: true, hint: "lower pageSize" },
};

/** @param setting that names the address */
export function networkFault(cause: unknown, setting = "endpoint"): NetworkFault {
  const ofProxy = faultOfProxy(cause);
  if (ofProxy) return { summary: ofProxy.message, hint: ofProxy.hint, final: ofProxy.final };
  const hint = `check ${setting}, the network and the proxy settings`;
  const { code, type, name } = (cause ?? {}) as { code?: unknown; type?: unknown; name?: unknown };
  const found = [code, type].map(String).find((key) => Object.hasOwn(known, key));
  const entry = found === undefined ? undefined : known[found];
  if (entry) return { hint, ...entry, summary: `${entry.summary} (${found})` };
  const said = typeof code === "string" ? code : typeof name === "string" ? name : "unknown";
  return { summary: `network fault: ${said}`, hint, final: false };
}
