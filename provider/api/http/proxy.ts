/** The proxy rejects the connection, or its setting is invalid. The message omits the value, which may have a password. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  /**
   * @param code the only member of an error that node-fetch keeps. The rest is derived from it
   * @param final whether another attempt would fail in the same way
   */
  constructor(
    readonly code: string,
    message: string,
    readonly hint: string,
    readonly final: boolean,
  ) {
    super(message);
  }
}

/** In order of precedence. */
const variables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/** Returns the environment variable with the proxy, and its value. */
export function proxySetting(): { readonly variable: string; readonly value: string } | undefined {
  for (const variable of variables) {
    const value = process.env[variable];
    if (value) return { variable, value };
  }
  return undefined;
}

/** Returns the URL of the configured proxy. The default scheme is http, as in other programs. @throws ProxyError */
export function proxyAddress({ variable, value }: NonNullable<ReturnType<typeof proxySetting>>): URL {
  const wrong = (what: string, hint: string): ProxyError =>
    new ProxyError("PROXY_SETTING", `${variable} ${what}`, `set ${variable} to ${hint}`, true);
  const url = URL.parse(value.includes("://") ? value : `http://${value}`);
  if (url && !/^https?:$/.test(url.protocol))
    throw wrong("names a proxy that is neither http nor https", "http://host:port: other proxies are not supported");
  const hasRest = url !== null && /@/.test(url.pathname + url.search + url.hash);
  if (!url?.hostname || hasRest || !isDecodable(url.username + url.password))
    throw wrong("is not a URL", "http://host:port, and percent-encode special characters of the password (%2F for /)");
  return url;
}

function isDecodable(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}

/** Returns the error of a proxy that opens no tunnel. @param status NaN if it sent nothing or no HTTP */
export function refusedByProxy(status: number): ProxyError {
  const variable = proxySetting()?.variable ?? "HTTPS_PROXY";
  const code = `PROXY_${status}`;
  if (Number.isNaN(status))
    return new ProxyError(
      code,
      "the proxy closed the connection, or the address is not an HTTP proxy",
      `check ${variable}`,
      false,
    );
  const hint =
    status === 407 ? `the user and the password in ${variable}` : `${variable} and the access rules of the proxy`;
  const final = status < 500 && status !== 429;
  return new ProxyError(code, `the proxy rejected the connection (${status})`, `check ${hint}`, final);
}

/** Returns the ProxyError behind an error, which node-fetch may have wrapped. */
export function proxyErrorOf(cause: unknown): ProxyError | undefined {
  if (cause instanceof ProxyError) return cause;
  const [, status] = /^PROXY_(\d+|NaN)$/.exec(String((cause as { code?: unknown } | undefined)?.code)) ?? [];
  return status === undefined ? undefined : refusedByProxy(Number(status));
}
