import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const main = resolve(__dirname, "../../dist/cli/bin.js");

test("compiled code is kept in a folder of one's own alone", () => {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-code-"));
  try {
    /** How many entries there are after a command. */
    const kept = (name: string): number => {
      const env = { ...process.env, NODE_OPTIONS: "", ORANGE_CMDB_CACHE_DIR: join(folder, name) };
      execFileSync(process.execPath, [main, "--version"], { env });
      return readdirSync(join(folder, name, "code")).length;
    };
    expect(kept("own")).toBeGreaterThan(0);
    mkdirSync(join(folder, "open", "code"), { recursive: true });
    chmodSync(join(folder, "open", "code"), 0o777);
    expect(kept("open")).toBe(0);
    mkdirSync(join(folder, "linked"));
    mkdirSync(join(folder, "elsewhere"));
    symlinkSync(join(folder, "elsewhere"), join(folder, "linked", "code"));
    expect(kept("linked")).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
