import { execFileSync } from "node:child_process";
import { chmodSync, lchownSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const main = resolve(__dirname, "../../dist/cli/bin.js");

test("compiled code is cached in a folder that is private to its owner", () => {
  const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-code-"));
  try {
    /** How many entries there are after a command. */
    const kept = (name: string): number => {
      const env = {
        ...process.env,
        NODE_OPTIONS: "",
        NODE_COMPILE_CACHE: "",
        ORANGE_CMDB_CACHE_DIR: join(folder, name),
      };
      execFileSync(process.execPath, [main, "--version"], { env });
      return readdirSync(join(folder, name, "code")).length;
    };
    expect(kept("own")).toBeGreaterThan(0);
    mkdirSync(join(folder, "open", "code"), { recursive: true });
    for (const mode of [0o777, 0o1777, 0o775]) {
      chmodSync(join(folder, "open", "code"), mode);
      expect(kept("open")).toBe(0);
    }
    mkdirSync(join(folder, "linked"));
    mkdirSync(join(folder, "elsewhere"));
    symlinkSync(join(folder, "elsewhere"), join(folder, "linked", "code"));
    expect(kept("linked")).toBeGreaterThan(0);
    // Only the superuser can give a link away.
    if (process.getuid?.() !== 0) return;
    mkdirSync(join(folder, "theirs"));
    mkdirSync(join(folder, "empty"));
    symlinkSync(join(folder, "empty"), join(folder, "theirs", "code"));
    lchownSync(join(folder, "theirs", "code"), 12_345, 12_345);
    expect(kept("theirs")).toBe(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
