import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { startServer, type TestServer } from "../../helpers/server";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A web server with one file, which it sends for every path. */
export interface FileServer extends TestServer {
  /** The current file. */
  content: Buffer;
  /** The headers that identify its version. Default: its ETag. */
  validators: () => Record<string, string>;
  /** Replies to the next requests, before the file is sent again. */
  readonly next: Answer[];
  /** Statuses of all responses. */
  readonly statuses: number[];
}

/** Returns the SHA-256 in hexadecimal. */
export function sha256(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** Replies with a status, and no body. */
export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (_request, response) => void response.writeHead(code, headers).end();
}

/** Serves a file on loopback, as a static web server does. */
export async function serveFile(content: Buffer): Promise<FileServer> {
  const next: Answer[] = [];
  const statuses: number[] = [];
  const base = await startServer((request, response) => {
    response.once("close", () => statuses.push(response.statusCode));
    const answer = next.shift() ?? send;
    answer(request, response);
  });
  const server: FileServer = Object.assign(base, {
    content,
    validators: () => ({ etag: `"${sha256(server.content).slice(0, 12)}"` }),
    next,
    statuses,
  });
  const send: Answer = ({ headers }, response) => {
    const { etag, "last-modified": date } = server.validators();
    const isCurrent =
      (etag !== undefined && headers["if-none-match"] === etag) ||
      (date !== undefined && headers["if-modified-since"] === date);
    if (isCurrent) return void response.writeHead(304, server.validators()).end();
    response.writeHead(200, { ...server.validators(), "content-length": String(server.content.length) });
    response.end(server.content);
  };
  return server;
}
