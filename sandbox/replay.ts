import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

const exchange = z.object({
  path: z.string(),
  status: z.number().int(),
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
 */
export function readReplay(folder: string): (path: string) => RecordedAnswer | undefined {
  const answers = new Map<string, RecordedAnswer[]>();
  for (const name of readdirSync(folder).toSorted()) {
    if (!name.endsWith(".json")) continue;
    const parsed = exchange.safeParse(JSON.parse(readFileSync(join(folder, name), "utf8")));
    if (!parsed.success) throw new Error(`${join(folder, name)} is no recorded exchange`);
    const list = answers.get(key(parsed.data.path)) ?? [];
    list.push(parsed.data);
    answers.set(key(parsed.data.path), list);
  }
  return (path) => {
    const list = answers.get(key(path));
    return list && list.length > 1 ? list.shift() : list?.[0];
  };
}
