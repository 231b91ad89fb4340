import type { Agent } from "node:http";
import { Readable } from "node:stream";
import type * as OAuth from "oauth4webapi";
import fetch, { type RequestInit } from "node-fetch";
import { isLoopback, redactUrl, requireSecureUrl } from "../../platform/urls.js";
import type { Agents } from "./agents.js";
import { excerpt } from "../errors/error-response.js";
import { ApiError, isTokenRefusal } from "../errors/errors.js";
import { isValidHeaderValue, INVALID_HEADER_VALUE } from "../../platform/header-value.js";
import { describeNetworkError } from "./network-errors.js";
import type { Redactor } from "./redact.js";
import type { ApiSettings } from "./settings.js";
import { until } from "../../platform/until.js";
import type { ClientAuth } from "oauth4webapi";

/** Default lifetime of a token in seconds, as the vendor has it. [assumption 2] */
const DEFAULT_LIFETIME_SECONDS = 3600;

const credentialsHint =
  "check clientId and clientSecret (ORANGE_CMDB_CLIENT_ID, ORANGE_CMDB_CLIENT_SECRET) and tokenUrl";
const environmentHint = "check tokenUrl, the network and the proxy settings";

/** The documented scope [doc], its spelling in the published description [spec], and the scope with full access [doc]. */
const scopes = ["b2b:core-information:readonly", "b2b:core-information:readOnly", "b2b:core-information"];
const scopeHint = `set scope (ORANGE_CMDB_SCOPE) to a scope of the application; try ${scopes.join(", ")}`;

interface Token {
  readonly value: string;
  /** Milliseconds since the epoch. */
  readonly renewAt: number;
}

/** Requests client-credentials tokens and keeps them in memory only. */
export class TokenSource {
  readonly #settings: ApiSettings;
  readonly #agents: Agents;
  readonly #redactor: Redactor;
  readonly #closed: AbortSignal;
  readonly #url: URL;
  #held: Token | undefined;
  #pending: Promise<Token> | undefined;

  /** @param closed aborts a running request */
  constructor(settings: ApiSettings, agents: Agents, redactor: Redactor, closed: AbortSignal) {
    this.#closed = closed;
    this.#settings = settings;
    this.#redactor = redactor;
    this.#agents = agents;
    this.#url = requireSecureUrl("tokenUrl", settings.tokenUrl);
  }

  /** Whether the token can be renewed. A configured token cannot. */
  get renewable(): boolean {
    return this.#settings.accessToken === undefined;
  }

  /** Returns a valid token. Concurrent callers share one request, which has the timeout of one attempt and outlives its callers. */
  async token(signal: AbortSignal): Promise<string> {
    if (this.#settings.accessToken !== undefined) return this.#settings.accessToken;
    if (this.#held && Date.now() < this.#held.renewAt) return this.#held.value;
    this.#pending ??= this.#renew();
    return (await until(signal, this.#pending)).value;
  }

  /** Discards a token that the API rejects, unless it was renewed meanwhile. */
  reject(token: string): void {
    if (this.#held?.value === token) this.#held = undefined;
  }

  async #renew(): Promise<Token> {
    try {
      return (this.#held = await this.#request());
    } finally {
      this.#pending = undefined;
    }
  }

  async #request(): Promise<Token> {
    const { attemptTimeout } = this.#settings;
    const tooLate = AbortSignal.timeout(attemptTimeout);
    try {
      return await this.#ask(AbortSignal.any([tooLate, this.#closed]));
    } catch (cause) {
      if (!tooLate.aborted || this.#closed.aborted) throw cause;
      const summary = `no token: no response within ${attemptTimeout / 1000} s`;
      throw new ApiError({
        reason: "timeout",
        summary,
        hint: environmentHint,
        method: "POST",
        url: redactUrl(this.#url),
        cause,
      });
    }
  }

  async #ask(signal: AbortSignal): Promise<Token> {
    // Not needed with a configured token.
    const oauth = await import("oauth4webapi");
    const { clientId = "", clientSecret = "", scope } = this.#settings;
    const server: OAuth.AuthorizationServer = { issuer: this.#url.origin, token_endpoint: this.#url.href };
    const client: OAuth.Client = { client_id: clientId };
    const method = "POST";
    const url = redactUrl(this.#url);
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
      const { summary, hint, final } = describeNetworkError(cause, "tokenUrl");
      // Only temporary errors are retried.
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
      const hint = isScope ? scopeHint : isTokenRefusal(status, said) ? credentialsHint : environmentHint;
      throw new ApiError({ reason: "token", summary: "no token", detail: said, hint, status, method, url });
    }
    const { access_token: value, expires_in: seconds = DEFAULT_LIFETIME_SECONDS } = answer;
    if (!isValidHeaderValue(value)) {
      const summary = `the token ${INVALID_HEADER_VALUE}`;
      throw new ApiError({ reason: "token", summary, hint: "check tokenUrl", status, method, url });
    }
    this.#redactor.add(value);
    return { value, renewAt: Date.now() + seconds * 1000 - Math.min(60_000, seconds * 100) };
  }
}

/** Maximum size of the endpoint's response in bytes. */
const MAX_RESPONSE_BYTES = 1024 * 1024;

/**
 * Runs oauth4webapi over node-fetch, without following redirects. The body must be a stream: node-fetch never settles a string body
 * if the request is aborted.
 * @param redactor receives the sent credentials, because the endpoint may echo them
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
      size: MAX_RESPONSE_BYTES,
      headers: { ...headers, "content-length": String(bytes.length) },
      body: Readable.from([bytes], { objectMode: false }),
    });
    // With a challenge, the library would report only the challenge and not the error in the body.
    answer.headers.delete("www-authenticate");
    return new Response(await answer.text(), { status: answer.status, headers: [...answer.headers.entries()] });
  };
}

/**
 * HTTP Basic with client id and secret, form-encoded as RFC 6749 section 2.3.1 requires. Letters, digits and `- _ . *` are not
 * encoded, so that servers that compare literally and servers that decode both accept them. `ClientSecretBasic` of oauth4webapi also
 * encodes `- _ . *`, which fails a literal comparison.
 */
export function basicAuth(clientSecret: string): ClientAuth {
  return (_server, { client_id }, _body, headers) => {
    const credentials = `${formEncode(client_id)}:${formEncode(clientSecret)}`;
    headers.set("authorization", `Basic ${Buffer.from(credentials).toString("base64")}`);
  };
}

/** Encodes one value as application/x-www-form-urlencoded. */
function formEncode(value: string): string {
  return new URLSearchParams([["", value]]).toString().slice(1);
}
