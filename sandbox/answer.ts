import type { ServerResponse } from "node:http";

/** Sends a JSON body. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body));
}

/** Sends an error of the catalogue. */
export function answerError(response: ServerResponse, status: number, code: number, message: string): void {
  answerJson(response, status, { code, message, description: "Answered by the sandbox" });
}
