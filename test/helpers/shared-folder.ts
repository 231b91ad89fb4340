import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";

/** Fills a folder that does not exist yet, and returns its path. Of several processes that do so, one succeeds and the others use its folder. */
export function makeOnce(folder: string, make: (folder: string) => void): string {
  if (existsSync(folder)) return folder;
  mkdirSync(dirname(folder), { recursive: true });
  const partial = mkdtempSync(join(dirname(folder), "partial-"));
  make(partial);
  try {
    renameSync(partial, folder);
  } catch (error) {
    rmSync(partial, { recursive: true });
    if (!existsSync(folder)) throw error;
  }
  return folder;
}

/** Returns a folder that all test files of a run share. The first one that needs it fills it. */
export function makeOncePerRun(name: string, make: (folder: string) => void): string {
  // tools/test.mjs gives each run a temporary folder of its own.
  const isRun = basename(tmpdir()).startsWith("orange-cmdb-test-");
  return makeOnce(isRun ? join(tmpdir(), name) : join(mkdtempSync(join(tmpdir(), "orange-cmdb-")), name), make);
}
