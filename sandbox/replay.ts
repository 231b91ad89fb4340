import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const exchange = z.object({
  path: z.string(),
  status: z.number().int().min(200).max(599),
  headers: z.record(z.string(), z.string()),
  body: z.unknown(),
});

/** An answer that was recorded. */
export type RecordedAnswer = z.output<typeof exchange>;

function key(path: string): string {
  const url = new URL(path, "http://replay");
  url.searchParams.sort();
  return url.pathname + url.search;
}

/**
 * The answers of a folder that `--record` made, by path and query; where a call was recorded several times the answers come
 * in their order, and the last one stays.
 * @throws Error that names the folder or the file that is something else
 */
export function readReplay(folder: string): (path: string) => RecordedAnswer | undefined {
  const answers = new Map<string, RecordedAnswer[]>();
  for (const name of filesIn(folder)) {
    const answer = readExchange(join(folder, name));
    const list = answers.get(key(answer.path)) ?? [];
    list.push(answer);
    answers.set(key(answer.path), list);
  }
  return (path) => {
    const list = answers.get(key(path));
    return list && list.length > 1 ? list.shift() : list?.[0];
  };
}

function filesIn(folder: string): string[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such folder" : code === "ENOTDIR" ? "it is not a folder" : code;
    throw new Error(`${folder} cannot be replayed: ${why}`, { cause: error });
  }
  const files = names.filter((name) => name.endsWith(".json")).sort();
  if (files.length > 0) return files;
  throw new Error(`${folder} cannot be replayed: it holds no recorded exchange; --record makes such a folder`);
}

function readExchange(file: string): RecordedAnswer {
  try {
    return exchange.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    const reason = error instanceof SyntaxError ? "it is not JSON" : faultIn(error);
    throw new Error(`${file} is no recorded exchange: ${reason}; take it out of the folder`, { cause: error });
  }
}

function faultIn(error: unknown): string {
  if (!(error instanceof z.ZodError)) return (error as Error).message;
  return `its ${error.issues[0]?.path.join(".") || "content"} is not what --record writes`;
}
