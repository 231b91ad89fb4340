import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { apiDefaults, type ApiSettings } from "../../provider/api/http/settings";

/** A running HTTP server of a test. */
export interface TestServer {
  readonly url: string;
  readonly requests: IncomingMessage[];
  close(): Promise<void>;
}

/** Serves on a free port of the loopback interface. */
export async function startServer(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  const server = createServer((request, response) => {
    requests.push(request);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Settings for a client of a test server, with a ready token, short time-outs and no limit of the rate. */
export function settingsFor(url: string, changes: Partial<ApiSettings> = {}): ApiSettings {
  return {
    ...apiDefaults,
    endpoint: url,
    tokenUrl: `${url}/token`,
    accessToken: "secret-token",
    apiKey: "secret-key",
    timeout: 5_000,
    attemptTimeout: 1_000,
    retries: 2,
    requestsPerSecond: 1_000,
    ...changes,
  };
}

/** Answers JSON. */
export function json(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
