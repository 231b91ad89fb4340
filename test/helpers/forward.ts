import { request as ask, type IncomingMessage, type OutgoingHttpHeaders, type ServerResponse } from "node:http";

/**
 * Passes a request on to another server, and its response back. If the other server ends the connection, so does this one: a test may end
 * while requests are under way.
 * @param change headers to send back in place of those of the other server
 */
export function forward(
  request: IncomingMessage,
  response: ServerResponse,
  target: URL,
  change: (headers: OutgoingHttpHeaders) => OutgoingHttpHeaders = (headers) => headers,
): void {
  const { method, headers } = request;
  const behind = ask(target, { method, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, change(answer.headers));
    answer.pipe(response);
  });
  behind.on("error", () => response.destroy());
  request.pipe(behind);
}
