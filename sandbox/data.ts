import { join } from "node:path";
import { z } from "zod";
import { parseExactly } from "../provider/platform/exact-json.js";
import { readInput } from "../provider/files/read-input.js";
import { collections, kinds } from "../provider/model/records.js";
import type { Records } from "./generate.js";

const list = z.array(z.looseObject({ id: z.union([z.string().min(1), z.number()]) }));

/** Reads `locations.json`, `servicePoints.json`, … from a folder. A missing file is an empty list. */
export function readRecords(folder: string): Records {
  const entries = kinds.map((kind) => {
    const file = join(folder, `${collections[kind]}.json`);
    let text: string;
    try {
      text = readInput(file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [kind, []];
      throw error;
    }
    const result = list.safeParse(parseExactly(text));
    if (!result.success) throw new Error(`${file} must be an array of objects, each with an id`);
    return [kind, result.data];
  });
  return Object.fromEntries(entries) as Records;
}
