/** A proxy that does not let through, or that is set as it cannot be used; the message never holds the value, which may have a password. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  /**
   * @param code all that node-fetch leaves of an error: the rest is made of it again
   * @param final another attempt would find the same
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

/** In the order in which they count. */
const variables = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];

/** The variable of the environment that names the proxy, and what it says. */
export function proxySetting(): { readonly variable: string; readonly value: string } | undefined {
  for (const variable of variables) {
    const value = process.env[variable];
    if (value) return { variable, value };
  }
  return undefined;
}

/** The address of the proxy that is set; without a scheme it is http, as other programs take it. @throws ProxyError */
export function proxyAddress({ variable, value }: NonNullable<ReturnType<typeof proxySetting>>): URL {
  const wrong = (what: string, hint: string): ProxyError =>
    new ProxyError("PROXY_SETTING", `${variable} ${what}`, `set ${variable} to ${hint}`, true);
  const url = URL.parse(value.includes("://") ? value : `http://${value}`);
  if (url && !/^https?:$/.test(url.protocol))
    throw wrong("names a proxy that is neither http nor https", "http://host:port: no other proxies can be used");
  const hasRest = url !== null && /@/.test(url.pathname + url.search + url.hash);
  if (!url?.hostname || hasRest || !isDecodable(url.username + url.password))
    throw wrong(
      "is no address",
      "http://host:port, the special characters of a password written as %2F for / and so on",
    );
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

/** What a proxy that opens no tunnel has said. @param status NaN where that was nothing, or no HTTP */
export function refusedByProxy(status: number): ProxyError {
  const variable = proxySetting()?.variable ?? "HTTPS_PROXY";
  const code = `PROXY_${status}`;
  if (Number.isNaN(status))
    return new ProxyError(code, "the proxy cuts the connection, or is none", `check ${variable}`, false);
  const hint =
    status === 407 ? `the user and the password in ${variable}` : `${variable}, and what the proxy lets through`;
  const final = status < 500 && status !== 429;
  return new ProxyError(code, `the proxy refuses the connection (${status})`, `check ${hint}`, final);
}

/** The proxy's fault, where it is one; node-fetch has wrapped it perhaps. */
export function faultOfProxy(cause: unknown): ProxyError | undefined {
  if (cause instanceof ProxyError) return cause;
  const [, status] = /^PROXY_(\d+|NaN)$/.exec(String((cause as { code?: unknown } | undefined)?.code)) ?? [];
  return status === undefined ? undefined : refusedByProxy(Number(status));
}
