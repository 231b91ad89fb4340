import { readdirSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { z } from "zod";
import { readInput } from "../provider/files/read-input.js";

const exchange = z.object({
  path: z.string(),
  ifNoneMatch: z.string().optional(),
  status: z.number().int().min(200).max(599),
  headers: z.record(z.string(), z.string()),
  body: z.unknown().optional(),
  raw: z.string().optional(),
});

/** A recorded response. */
type RecordedAnswer = z.output<typeof exchange>;

function key(path: string, ifNoneMatch: string | undefined): string {
  const url = new URL(path, "http://replay");
  url.searchParams.sort();
  return JSON.stringify([url.pathname + url.search, ifNoneMatch]);
}

/** Sends the recorded response to a request. */
export type Replay = (request: IncomingMessage, path: string, response: ServerResponse) => void;

/**
 * Serves the responses of a `--record-http` recording by path, query and requested ETag. If a call was recorded several times, the
 * responses are sent in order, and the last one is repeated.
 * @throws Error with the invalid folder or file
 */
export function readReplay(folder: string): Replay {
  const answers = new Map<string, RecordedAnswer[]>();
  for (const name of filesIn(folder)) {
    const answer = readExchange(join(folder, name));
    const place = key(answer.path, answer.ifNoneMatch);
    answers.set(place, [...(answers.get(place) ?? []), answer]);
  }
  const next = (path: string, ifNoneMatch?: string): RecordedAnswer | undefined => {
    const list = answers.get(key(path, ifNoneMatch));
    return list && list.length > 1 ? list.shift() : list?.[0];
  };
  return (request, path, response) => {
    const tag = request.headers["if-none-match"];
    // The recording has no conditional request, so the full response is correct, too.
    const answer = (tag === undefined ? undefined : next(path, tag)) ?? next(path) ?? unknown;
    response.writeHead(answer.status, answer.headers);
    response.end(answer.raw ?? JSON.stringify(answer.body));
  };
}

/** Not a 404, which would mean that the record does not exist. */
const unknown: Omit<RecordedAnswer, "path"> = {
  status: 421,
  headers: { "content-type": "application/json" },
  body: {
    message: "the recording does not have this call",
    description: "a replay serves only the recorded command with the same settings",
  },
};

function filesIn(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "the folder does not exist" : code === "ENOTDIR" ? "it is not a folder" : code;
    throw new Error(`${folder} cannot be replayed: ${why}`, { cause: error });
  }
  const files = names.filter((name) => name.endsWith(".json") && !name.startsWith(".")).sort();
  if (files.length > 0) return files;
  throw new Error(`${folder} cannot be replayed: it has no recorded call; use a folder that --record-http has written`);
}

function readExchange(file: string): RecordedAnswer {
  try {
    return exchange.parse(JSON.parse(readInput(file)));
  } catch (error) {
    const reason = error instanceof SyntaxError ? "it is not JSON" : faultIn(error);
    throw new Error(`${file} is not a recorded call: ${reason}; remove it from the folder`, { cause: error });
  }
}

function faultIn(error: unknown): string {
  if (!(error instanceof z.ZodError)) return (error as Error).message;
  return `its ${error.issues[0]?.path.join(".") || "content"} is not what --record-http writes`;
}
