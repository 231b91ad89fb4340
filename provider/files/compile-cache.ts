import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "./cache-folder.js";
import { ensureDir } from "./ensure-dir.js";
import { insecureReason } from "./insecure-reason.js";

// Caches compiled code in the user's cache folder, so that a command or a plugin starts faster. Every entry point imports this file
// first. Without such a folder, Node.js compiles the code at each start.
const folder = process.env["ORANGE_CMDB_CACHE_DIR"] || cacheFolder();
if (folder !== ":memory:") {
  try {
    const code = join(folder, "code");
    ensureDir(code, 0o700);
    // Do not run code that another user could have put there.
    if (insecureReason(code) === undefined) {
      // Node.js creates a subfolder with the mode that the umask leaves.
      const umask = process.umask(0o077);
      enableCompileCache(code);
      process.umask(umask);
    }
  } catch {
    // The cache only saves time, so a failure does not matter.
  }
}
