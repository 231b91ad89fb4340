import type { IncomingMessage, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";

/** A request that a stub received. */
export interface StubRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** Sends a response in the place of the stub, to some requests. Returns false to leave the request to the stub. */
export type Interception = (request: StubRequest, response: ServerResponse) => boolean;

/** The state that the stubs share: what they received, and what they do instead of their work. */
export class StubTraffic {
  readonly requests: StubRequest[] = [];
  intercept: Interception = () => false;

  /** Returns a listener that records each request before it is answered. */
  listener(
    answer: (request: StubRequest, response: ServerResponse) => void,
  ): (request: IncomingMessage, response: ServerResponse) => void {
    return (incoming, response) => {
      void buffer(incoming).then((bytes) => {
        const { method = "", url = "", headers } = incoming;
        const request = { method, url, headers, body: bytes.toString() };
        this.requests.push(request);
        if (!this.intercept(request, response)) answer(request, response);
      });
    };
  }

  /** Returns the methods and paths of the requests from the given one on. */
  calls(from = 0): string[] {
    return this.requests.slice(from).map(({ method, url }) => `${method} ${url.replace(/\?.*/, "")}`);
  }

  /** Forgets the requests and the interception. */
  reset(): void {
    this.requests.length = 0;
    this.intercept = () => false;
  }
}

/** Sends a status without a body. */
export function status(response: ServerResponse, code: number, headers: Record<string, string> = {}): true {
  response.writeHead(code, headers).end();
  return true;
}

/** Sends a text. */
export function text(response: ServerResponse, body: string, headers: Record<string, string> = {}): true {
  response.writeHead(200, { "content-length": String(Buffer.byteLength(body)), ...headers }).end(body);
  return true;
}

/** Sends fewer bytes than Content-Length says, and closes the connection. */
export function truncated(response: ServerResponse, body: string, bytes: number): true {
  response.writeHead(200, { "content-length": String(Buffer.byteLength(body)) });
  response.write(body.slice(0, bytes), () => response.destroy());
  return true;
}

/** Returns whether HTTP Basic has this user and password. */
export function isBasic({ headers }: StubRequest, user: string, password: string): boolean {
  return headers.authorization === `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}
