import { readdirSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { z } from "zod";
import { readInput } from "../provider/read-input.js";

const exchange = z.object({
  path: z.string(),
  ifNoneMatch: z.string().optional(),
  status: z.number().int().min(200).max(599),
  headers: z.record(z.string(), z.string()),
  body: z.unknown().optional(),
  raw: z.string().optional(),
});

/** An answer that was recorded. */
type RecordedAnswer = z.output<typeof exchange>;

function key(path: string, ifNoneMatch: string | undefined): string {
  const url = new URL(path, "http://replay");
  url.searchParams.sort();
  return JSON.stringify([url.pathname + url.search, ifNoneMatch]);
}

/** Answers a request as it was answered when it was recorded. */
export type Replay = (request: IncomingMessage, path: string, response: ServerResponse) => void;

/**
 * Serves the answers of a folder that `--record` made, by path, query and the ETag that was asked about; where a call was
 * recorded several times the answers come in their order, and the last one stays.
 * @throws Error that names the folder or the file that is something else
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
    // Whether it is the same was not asked then: the whole is right, too.
    const answer = (tag === undefined ? undefined : next(path, tag)) ?? next(path) ?? unknown;
    response.writeHead(answer.status, answer.headers);
    response.end(answer.raw ?? JSON.stringify(answer.body));
  };
}

/** No 404, which would say that there is no such record. */
const unknown: Omit<RecordedAnswer, "path"> = {
  status: 421,
  headers: { "content-type": "application/json" },
  body: {
    message: "nothing was recorded for this call",
    description: "replay serves the command that was recorded, with the same settings",
  },
};

function filesIn(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such folder" : code === "ENOTDIR" ? "it is not a folder" : code;
    throw new Error(`${folder} cannot be replayed: ${why}`, { cause: error });
  }
  const files = names.filter((name) => name.endsWith(".json") && !name.startsWith(".")).sort();
  if (files.length > 0) return files;
  throw new Error(`${folder} cannot be replayed: it holds no recorded exchange; --record makes such a folder`);
}

function readExchange(file: string): RecordedAnswer {
  try {
    return exchange.parse(JSON.parse(readInput(file)));
  } catch (error) {
    const reason = error instanceof SyntaxError ? "it is not JSON" : faultIn(error);
    throw new Error(`${file} is no recorded exchange: ${reason}; take it out of the folder`, { cause: error });
  }
}

function faultIn(error: unknown): string {
  if (!(error instanceof z.ZodError)) return (error as Error).message;
  return `its ${error.issues[0]?.path.join(".") || "content"} is not what --record writes`;
}
