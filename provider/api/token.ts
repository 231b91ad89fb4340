import type { Agent } from "node:http";
import { Readable } from "node:stream";
import type * as OAuth from "oauth4webapi";
import fetch, { type RequestInit } from "node-fetch";
import { isLoopback, publicUrl, trustedUrl } from "./address.js";
import type { Agents } from "./agents.js";
import { excerpt } from "./answer-fault.js";
import { basicAuth } from "./basic-auth.js";
import { ApiError } from "./errors.js";
import { fitsHeader, unfit } from "./fits-header.js";
import { networkFault } from "./network-fault.js";
import type { Redactor } from "./redact.js";
import type { ApiSettings } from "./settings.js";
import { until } from "./until.js";

/** Seconds a token is taken to last where the answer does not say: the vendor's default. [assumption 2] */
const defaultLifetime = 3600;

const credentialsHint =
  "check clientId and clientSecret (ORANGE_CMDB_CLIENT_ID, ORANGE_CMDB_CLIENT_SECRET) and tokenUrl";

/** The documented scope [doc], its spelling in the published description [spec], and the scope with full access [doc]. */
const scopes = ["b2b:core-information:readonly", "b2b:core-information:readOnly", "b2b:core-information"];
const scopeHint = `set scope (ORANGE_CMDB_SCOPE) to one that the application has; try ${scopes.join(", ")}`;

/** A client-credentials token, kept in memory only. */
export class TokenSource {
  readonly #settings: ApiSettings;
  readonly #agents: Agents;
  readonly #redactor: Redactor;
  readonly #closed: AbortSignal;
  readonly #url: URL;
  #current: Promise<{ value: string; renewAt: number }> | undefined;

  /** @param closed ends a request that is under way */
  constructor(settings: ApiSettings, agents: Agents, redactor: Redactor, closed: AbortSignal) {
    this.#closed = closed;
    this.#settings = settings;
    this.#redactor = redactor;
    this.#agents = agents;
    this.#url = trustedUrl("tokenUrl", settings.tokenUrl);
  }

  /** A ready token cannot be renewed. */
  get renewable(): boolean {
    return this.#settings.accessToken === undefined;
  }

  /**
   * A valid token; concurrent callers share one request, which takes as long as one attempt may, whoever gives up meanwhile.
   * @param rejected a token that the API no longer takes
   */
  token(signal: AbortSignal, rejected?: string): Promise<string> {
    return until(signal, this.#valid(rejected));
  }

  async #valid(rejected: string | undefined): Promise<string> {
    if (this.#settings.accessToken !== undefined) return this.#settings.accessToken;
    const held = await this.#current?.catch(() => undefined);
    if (held && held.value !== rejected && Date.now() < held.renewAt) return held.value;
    return (await this.#renew(held?.value)).value;
  }

  #pending: { replaces: string | undefined; answer: Promise<{ value: string; renewAt: number }> } | undefined;

  #renew(replaces: string | undefined): Promise<{ value: string; renewAt: number }> {
    if (this.#pending?.replaces === replaces && this.#pending) return this.#pending.answer;
    const answer = this.#request();
    this.#pending = { replaces, answer };
    this.#current = answer;
    const done = (): void => {
      if (this.#pending?.answer === answer) this.#pending = undefined;
    };
    answer.then(done, done);
    return answer;
  }

  async #request(): Promise<{ value: string; renewAt: number }> {
    const { attemptTimeout } = this.#settings;
    const tooLate = AbortSignal.timeout(attemptTimeout);
    try {
      return await this.#ask(AbortSignal.any([tooLate, this.#closed]));
    } catch (cause) {
      if (!tooLate.aborted || this.#closed.aborted) throw cause;
      const summary = `no token: no answer within ${attemptTimeout / 1000} s`;
      const hint = "check tokenUrl, the network and the proxy settings";
      throw new ApiError({ reason: "timeout", summary, hint, method: "POST", url: publicUrl(this.#url), cause });
    }
  }

  async #ask(signal: AbortSignal): Promise<{ value: string; renewAt: number }> {
    // Not needed with a ready token.
    const oauth = await import("oauth4webapi");
    const { clientId = "", clientSecret = "", scope } = this.#settings;
    const server: OAuth.AuthorizationServer = { issuer: this.#url.origin, token_endpoint: this.#url.href };
    const client: OAuth.Client = { client_id: clientId };
    const method = "POST";
    const url = publicUrl(this.#url);
    const agent = await this.#agents.for(this.#url);
    let response: Response;
    try {
      response = await oauth.clientCredentialsGrantRequest(
        server,
        client,
        basicAuth(clientSecret),
        scope ? { scope } : {},
        {
          [oauth.customFetch]: nodeFetch(agent, this.#redactor),
          [oauth.allowInsecureRequests]: isLoopback(this.#url),
          signal,
        },
      );
    } catch (cause) {
      if (signal.aborted) throw cause;
      const { summary, hint, final } = networkFault(cause, "tokenUrl");
      // What is tried again is what may pass.
      throw new ApiError({
        reason: final ? "token" : "network",
        summary: `no token: ${summary}`,
        hint,
        method,
        url,
        cause,
      });
    }
    const { status } = response;
    if (status >= 500 || status === 429) {
      throw new ApiError({ reason: "http", summary: "no token", hint: "try again later", status, method, url });
    }
    let answer: OAuth.TokenEndpointResponse;
    try {
      answer = await oauth.processClientCredentialsResponse(server, client, response);
    } catch (cause) {
      const said =
        cause instanceof oauth.ResponseBodyError ? excerpt(this.#redactor.beginning(cause.error), 100) : undefined;
      const isScope = cause instanceof oauth.ResponseBodyError && cause.error === "invalid_scope";
      const hint = isScope ? scopeHint : credentialsHint;
      throw new ApiError({ reason: "token", summary: "no token", detail: said, hint, status, method, url });
    }
    const { access_token: value, expires_in: seconds = defaultLifetime } = answer;
    if (!fitsHeader(value)) {
      const summary = `the token ${unfit}`;
      throw new ApiError({ reason: "token", summary, hint: "check tokenUrl", status, method, url });
    }
    this.#redactor.add(value);
    return { value, renewAt: Date.now() + seconds * 1000 - Math.min(60_000, seconds * 100) };
  }
}

/** Bytes of the endpoint's answer at most. */
const largestAnswer = 1024 * 1024;

/**
 * oauth4webapi over node-fetch: no redirect is followed, and the body becomes a stream with a length. A body that is a
 * text would do, but node-fetch lets nobody hear of its end where the request is given up.
 * @param redactor is told what is sent: the endpoint may send it back
 */
function nodeFetch(agent: Agent, redactor: Redactor) {
  return async (
    url: string,
    { body, headers, ...rest }: RequestInit & { headers: Record<string, string>; body?: unknown },
  ): Promise<Response> => {
    redactor.add((headers["authorization"] ?? "").replace(/^Basic /, ""));
    const bytes = Buffer.from(body === undefined || body === null ? "" : String(body));
    const answer = await fetch(url, {
      ...rest,
      redirect: "manual",
      agent,
      size: largestAnswer,
      headers: { ...headers, "content-length": String(bytes.length) },
      body: Readable.from([bytes], { objectMode: false }),
    });
    // Of a refusal with a challenge the library would tell the challenge alone, and not the error in the body.
    answer.headers.delete("www-authenticate");
    return new Response(await answer.text(), { status: answer.status, headers: [...answer.headers.entries()] });
  };
}
