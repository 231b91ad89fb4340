import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { makeRelease, unpack } from "../../release/helpers/release";
import type { Windows } from "./windows";

/** What users run on Windows: the built script on their Node.js, or the executable of an archive, which contains its own. */
export type Form = "script" | "archive";

const hasArchive = process.platform !== "win32" || process.env["ORANGE_CMDB_RELEASE"] !== undefined;

/** The forms to test. Windows itself cannot make the archives. */
export const forms: readonly Form[] = hasArchive ? ["script", "archive"] : ["script"];

/** Returns the command line that starts a product on Windows. @param script its built script, as this process names it */
export function programOf(form: Form, product: string, script: string, windows: Windows): readonly string[] {
  if (form === "script") return [windows.node, windows.path(script)];
  const release = makeRelease(product, ["windows_amd64"]);
  try {
    const archive = readdirSync(release.folder).find((name) => /windows.amd64\.(zip|tar\.gz)$/.test(name)) ?? "";
    const folder = join(windows.folder, product);
    mkdirSync(folder);
    unpack(join(release.folder, archive), folder);
    return readdirSync(folder)
      .filter((name) => name.endsWith(".exe"))
      .map((name) => join(folder, name));
  } finally {
    release.remove();
  }
}
