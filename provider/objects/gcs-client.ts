import type { AuthClient } from "google-auth-library";
import type { Response } from "node-fetch";
import { Agents } from "../api/http/agents.js";
import { describeNetworkError } from "../api/http/network-errors.js";
import { isSecureUrl } from "../platform/urls.js";
import { authenticate } from "./gcs-credentials.js";
import { ObjectStoreError } from "./object-store.js";
import type { ObjectUrl } from "./object-url.js";
import { bucketName, UrlParameters } from "./url-parameters.js";

/** Attempts for each request after the first. */
const MAX_RETRIES = 5;

/** Minimum and maximum pause before another attempt (milliseconds). */
const MIN_PAUSE_MS = 300;
const MAX_PAUSE_MS = 10_000;

/** Maximum time until the response begins (milliseconds). */
const RESPONSE_TIMEOUT_MS = 60_000;

/** A response of the JSON API that is an error, or a request without credentials. */
export class GcsRequestError extends Error {
  /** @param status undefined if there are no credentials */
  constructor(
    readonly status: number | undefined,
    message: string,
    readonly code?: string,
  ) {
    super(message);
  }

  /** Returns whether another attempt may succeed. */
  get isTemporary(): boolean {
    return this.status !== undefined && (this.status === 408 || this.status === 429 || this.status >= 500);
  }
}

/** A request of the JSON API. */
export interface GcsRequest {
  /** The path after `/storage/v1`, or after the host of an upload; percent-encoded. */
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  /** The first byte that is requested. Default: 0 */
  readonly offset?: number;
  /** The content of an upload. */
  readonly body?: Blob;
}

/** Sends requests to the JSON API of Google Cloud Storage. */
export class GcsClient {
  readonly #endpoint: string;
  readonly #auth: AuthClient | undefined;
  readonly #agents = new Agents();
  readonly #sent = new Set<string>();

  private constructor(endpoint: string, auth: AuthClient | undefined) {
    this.#endpoint = endpoint;
    this.#auth = auth;
  }

  /**
   * Connects with the credentials of GOOGLE_CREDENTIALS, GOOGLE_OAUTH_ACCESS_TOKEN, or else the application default.
   * @throws ObjectStoreError if the client is not installed, or a parameter is not supported
   */
  static async connect(url: ObjectUrl, canWrite: boolean): Promise<GcsClient> {
    const name = bucketName(url);
    const parameters = new UrlParameters(url, ["access_id", "private_key_path", "anonymous", "universe_domain"]);
    const emulator = process.env["STORAGE_EMULATOR_HOST"];
    const universe = parameters.text("universe_domain") ?? "googleapis.com";
    const endpoint = emulator ? emulatorUrl(emulator, name) : `https://storage.${universe}`;
    if (!isSecureUrl(endpoint) || !/^[a-z0-9.-]+$/i.test(universe))
      throw parameters.error("universe_domain", "must be a host name");
    const isAnonymous = parameters.flag("anonymous") || parameters.text("access_id") === "-";
    const auth = isAnonymous ? undefined : await authenticate(name, canWrite, Boolean(emulator));
    return new GcsClient(endpoint, auth);
  }

  /** The credentials that responses could echo. */
  get secrets(): readonly string[] {
    return [...this.#sent];
  }

  /**
   * Sends a request, and repeats it with pauses if it fails temporarily.
   * @returns the response, with status 200, 206 (from an offset on) or 304
   * @throws GcsRequestError
   */
  async send(request: GcsRequest): Promise<Response> {
    const { default: pRetry } = await import("p-retry");
    return pRetry(() => this.#attempt(request), {
      retries: MAX_RETRIES,
      minTimeout: MIN_PAUSE_MS,
      maxTimeout: MAX_PAUSE_MS,
      randomize: true,
      shouldRetry: ({ error }) =>
        error instanceof GcsRequestError ? error.isTemporary : !describeNetworkError(error).final,
    });
  }

  /** Closes the connections. */
  close(): void {
    this.#agents.close();
  }

  async #attempt({ path, query, offset, body }: GcsRequest): Promise<Response> {
    const url = new URL(`${this.#endpoint}${body ? "/upload" : ""}/storage/v1${path}`);
    for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, value);
    const { default: fetch, FetchError } = await import("node-fetch");
    const headers = await this.#headers(url);
    // The bytes of a compressed object stay compressed.
    const isContent = query["alt"] === "media";
    if (isContent) headers["accept-encoding"] = "gzip";
    if (offset !== undefined) headers["range"] = `bytes=${offset}-`;
    const controller = new AbortController();
    // An upload takes as long as the network needs.
    const timer = body ? undefined : setTimeout(() => controller.abort(), RESPONSE_TIMEOUT_MS);
    try {
      const response = await fetch(url, {
        method: body ? "POST" : "GET",
        headers,
        ...(body && { body }),
        agent: await this.#agents.for(url),
        // A redirect could lead to another host.
        redirect: "manual",
        compress: !isContent,
        signal: controller.signal as never,
      });
      if (response.status === 304 || response.status === (offset === undefined ? 200 : 206)) return response;
      throw await responseError(response);
    } catch (error) {
      if (controller.signal.aborted) throw Object.assign(new Error("timed out"), { code: "ETIMEDOUT" });
      // p-retry retries a TypeError only if it is one of fetch.
      throw error instanceof FetchError || error instanceof GcsRequestError
        ? error
        : Object.assign(new Error(String(error)), { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  async #headers(url: URL): Promise<Record<string, string>> {
    const headers: Record<string, string> = {};
    if (!this.#auth) return headers;
    try {
      for (const [key, value] of await this.#auth.getRequestHeaders(url.origin)) headers[key] = value;
    } catch (error) {
      const { message, code, response } = error as Error & { readonly code?: unknown; readonly response?: unknown };
      if (response === undefined && typeof code === "string" && /^E[A-Z_]+$/.test(code)) throw error;
      throw new GcsRequestError(undefined, message);
    }
    const token = headers["authorization"]?.replace(/^Bearer /, "");
    if (token) this.#sent.add(token);
    return headers;
  }
}

/** Returns the URL of an emulator, whose setting may lack the scheme. @throws ObjectStoreError */
function emulatorUrl(setting: string, name: string): string {
  const url = (/^https?:\/\//.test(setting) ? setting : `http://${setting}`).replace(/\/+$/, "");
  if (isSecureUrl(url)) return url;
  throw new ObjectStoreError(`${name}: STORAGE_EMULATOR_HOST must be https (plain http only on loopback): change it`);
}

/** Reads the error of a response, in JSON, XML or plain text. */
async function responseError(response: Response): Promise<GcsRequestError> {
  const text = (await response.text().catch(() => "")).slice(0, 16_384);
  try {
    const { error } = JSON.parse(text) as {
      readonly error: { readonly message: string; readonly errors?: readonly { readonly reason?: string }[] };
    };
    return new GcsRequestError(response.status, error.message, error.errors?.[0]?.reason);
  } catch {
    return new GcsRequestError(response.status, text.trimStart().startsWith("<") ? "" : text);
  }
}
