import { type IncomingMessage, type ServerResponse } from "node:http";
import { CoreInformationClient } from "../../../provider/api/client";
import type { ApiError } from "../../../provider/api/errors/errors";
import type { ApiSettings } from "../../../provider/api/http/settings";
import { type RetryEvent } from "../../../provider/api/http/transport";
import { json, settingsFor, startServer, type TestServer } from "../../helpers/server";

/** Answers a request. `count` is its number, from 1. */
export type Respond = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** The server that {@link start} has started. */
export let server: TestServer;
/** A client of it. */
export let client: CoreInformationClient;
/** The retries of the client. */
export let retried: RetryEvent[];

/** Starts a server and a client of it. Both are closed after the test. */
export async function start(answer: Respond, changes: Partial<ApiSettings> = {}, path = ""): Promise<void> {
  let count = 0;
  retried = [];
  server = await startServer((request, response) => answer(request, response, (count += 1)));
  const settings = settingsFor(`${server.url}${path}`, { tokenUrl: `${server.url}/token`, ...changes });
  client = new CoreInformationClient(settings, {
    baseDelay: 1,
    throttlePause: 1,
    onRetry: (event) => retried.push(event),
  });
}

afterEach(async () => {
  jest.restoreAllMocks();
  client.close();
  await server.close();
});

/** Returns the details of a call that must fail. */
export const failure = async (call: Promise<unknown>): Promise<ApiError["details"]> =>
  call.then(
    () => Promise.reject(new Error("it went well")),
    (error: ApiError) => error.details,
  );
/** The paths of the requests. */
export const urls = (): (string | undefined)[] => server.requests.map(({ url }) => url);
export const ok: Respond = (_request, response) => json(response, 200, { status: "OK" });
