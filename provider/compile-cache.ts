import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { cacheFolder } from "./cache-folder.js";
import { makeFolder } from "./make-folder.js";
import { whyNotPrivate } from "./private-folder.js";

// Compiled code is kept in the user's own cache folder, so that a command or a plugin starts in little more time than Node.js itself.
// Imported before all else; where there is no such folder, the code is compiled each time.
const folder = process.env["ORANGE_CMDB_CACHE_DIR"] || cacheFolder();
if (folder !== ":memory:") {
  try {
    const code = join(folder, "code");
    makeFolder(code, 0o700);
    // Code that somebody else could have put there is not run.
    if (whyNotPrivate(code) === undefined) {
      // Node.js makes a folder in it with the mode that the umask leaves.
      const umask = process.umask(0o077);
      enableCompileCache(code);
      process.umask(umask);
    }
  } catch {
    // It only saves time.
  }
}
