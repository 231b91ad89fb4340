import { Readable } from "node:stream";
import fetch, { isRedirect, type Response } from "node-fetch";
import { Agents } from "../../../provider/api/http/agents.js";
import { discard, followRedirects, MAX_REDIRECTS, RedirectError } from "../../../provider/api/http/redirects.js";
import { DriftError } from "../../common/errors.js";

/** A request: a GET, or a POST of a query that changes nothing. */
export interface HttpRequest {
  /** What is read, with its host, in the errors: `the state net of gitlab.example.com`. */
  readonly subject: string;
  readonly url: URL;
  /** Headers that identify the user. A redirect to another origin does not get them. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly accept?: string;
  /** The JSON body of a POST. Default: the request is a GET. */
  readonly query?: object;
}

/** Sends requests through the proxy of HTTPS_PROXY and NO_PROXY, and follows the redirects of a GET. */
export class HttpSender {
  readonly #agents = new Agents();

  /**
   * Sends a request. Its body is not read yet.
   * @throws DriftError for a redirect that is not followed: of a POST, to plain http, or one too many
   */
  async send(request: HttpRequest, signal: AbortSignal): Promise<Response> {
    const { url, credentials, query } = request;
    try {
      if (query === undefined) {
        const send = (to: URL, isTrusted: boolean): Promise<Response> =>
          this.#sendOnce(request, to, isTrusted ? credentials : {}, signal);
        return (await followRedirects(url, send)).response;
      }
      const response = await this.#sendOnce(request, url, credentials, signal);
      if (!isRedirect(response.status)) return response;
      discard(response);
      const target = URL.parse(response.headers.get("location") ?? "", url.href);
      throw refused(request, target ? `a redirect to ${target.host}` : "a redirect to an invalid address");
    } catch (error) {
      throw error instanceof RedirectError ? refused(request, describe(error)) : error;
    }
  }

  async #sendOnce(
    { query, accept = "application/json" }: HttpRequest,
    url: URL,
    credentials: HttpRequest["credentials"],
    signal: AbortSignal,
  ): Promise<Response> {
    const agent = await this.#agents.for(url);
    const shared = { agent, signal, redirect: "manual" } as const;
    if (query === undefined) return fetch(url, { ...shared, headers: { accept, ...credentials } });
    const body = Buffer.from(JSON.stringify(query));
    const headers = {
      accept,
      "content-type": "application/json",
      "content-length": String(body.length),
      ...credentials,
    };
    // node-fetch never settles another body if the request is aborted.
    return fetch(url, { ...shared, method: "POST", headers, body: Readable.from([body]) });
  }
}

function describe({ problem, target }: RedirectError): string {
  switch (problem) {
    case "invalid":
      return "a redirect to an invalid address";
    case "insecure":
      return `a redirect to ${target?.host || target?.protocol || ""}, which is ${target?.protocol === "https:" ? "this machine" : "not https"}`;
    case "too many":
      return `more than ${MAX_REDIRECTS} redirects`;
  }
}

function refused({ subject }: HttpRequest, what: string): DriftError {
  return new DriftError(`cannot read ${subject}: the server sent ${what}; use the address that it redirects to`);
}
