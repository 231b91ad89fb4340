import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CoreInformationClient } from "../../provider/api/client";
import { createTestEnvironment, type CommandResult, type TestEnvironment } from "./environment";
import { json, settingsFor, startServer } from "./server";

/** A file of a recording. */
export interface Kept {
  readonly path: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly raw?: string;
}

/** Answers what the API is asked for, by its path and query; false: an empty list, or a 404 of one record. */
export type Answers = (path: string, request: IncomingMessage, response: ServerResponse) => boolean;

/** What was recorded, and its folder. */
export interface Recording<Result = CommandResult> {
  readonly folder: string;
  /** How what was recorded ended. */
  readonly ended: Result;
  readonly text: string;
  readonly kept: readonly Kept[];
  /** Starts a scene that replays it. */
  replay(): Promise<TestEnvironment>;
  end(): void;
}

const token = "the-access-token";

/** Records a command against a server of the test's own. */
export function recordOf(
  command: readonly string[],
  answers: Answers,
  changes: Readonly<Record<string, string>> = {},
): Promise<Recording> {
  return recordBy(answers, (endpoint, folder, scene) => {
    const settings = { ORANGE_CMDB_ENDPOINT: endpoint, ORANGE_CMDB_ACCESS_TOKEN: token, ...changes };
    return scene.cli([...command, "--record-http", folder], settings);
  });
}

/** Records a call to the API in this process, however it ends. */
export function recordCall(
  answers: Answers,
  call: (client: CoreInformationClient) => Promise<unknown>,
): Promise<Recording<void>> {
  return recordBy(answers, async (endpoint, folder) => {
    const client = new CoreInformationClient(settingsFor(endpoint, { recordingDir: folder }), {
      baseDelay: 1,
      throttlePause: 1,
    });
    await call(client).catch(() => undefined);
    client.close();
  });
}

async function recordBy<Result>(
  answers: Answers,
  run: (endpoint: string, folder: string, scene: TestEnvironment) => Promise<Result>,
): Promise<Recording<Result>> {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-recording-"));
  const scene = await createTestEnvironment();
  const server = await startServer((request, response) => {
    const path = request.url ?? "";
    if (answers(path, request, response)) return;
    if (path.split("/").length > 2) json(response, 404, { code: 60, message: "Resource not found" });
    else json(response, 200, path.startsWith("/status") ? { status: "OK" } : [], { "x-total-count": "0" });
  });
  const ended = await run(server.url, folder, scene);
  await server.close();
  await scene.end();
  const texts = readdirSync(folder)
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8"));
  return {
    folder,
    ended,
    text: texts.join(""),
    kept: texts.map((text) => JSON.parse(text) as Kept),
    replay: () => createTestEnvironment({ replay: folder }),
    end: () => rmSync(folder, { recursive: true, force: true }),
  };
}
