import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NamedPath } from "../../provider/files/output-path.js";
import { withPartial } from "../../provider/files/partial-file.js";
import { checkInventoryOutput } from "../../provider/inventory/mirror/inventory-file.js";
import { sha256Of } from "../../provider/inventory/remote/sha256.js";
import { isObjectUrl, parseObjectUrl } from "../../provider/objects/object-url.js";
import { inventoryUrlProblem, isUrl, redactInventoryFile } from "../../provider/settings/inventory-url.js";
import { UsageError } from "../options/usage-error.js";

/** Where `sync --save` writes the inventory file. */
export interface SaveTarget {
  /** The local files that are written. */
  readonly writes: readonly NamedPath[];
  /** Checks before the sync that the target can be written, as far as that is possible without a change. */
  check(): Promise<void>;
  /** Writes the inventory file. @param write writes it to a path */
  save(write: (path: string) => Promise<void>): Promise<SavedFile>;
}

/** A written inventory file. */
export interface SavedFile {
  /** The path, or the URL without its query. */
  readonly file: string;
  /** SHA-256 of an uploaded file in hexadecimal. */
  readonly sha256?: string;
}

/** Returns the target for a path or a URL. @throws UsageError if files cannot be uploaded to the URL */
export function saveTarget(to: string): SaveTarget {
  return isUrl(to) ? uploadTarget(to) : fileTarget(to);
}

function fileTarget(path: string): SaveTarget {
  return {
    writes: [{ name: `--save ${path}`, path }],
    check: async () => checkInventoryOutput(path),
    save: async (write) => {
      await write(path);
      return { file: path };
    },
  };
}

function uploadTarget(url: string): SaveTarget {
  const shown = redactInventoryFile(url);
  if (!isObjectUrl(url))
    throw new UsageError(`--save cannot upload to ${shown}: use an s3://, gs:// or azblob:// URL, or save to a file`);
  if (url.includes("#")) throw new UsageError("the URL of --save has a fragment: pin the file where it is read");
  const problem = inventoryUrlProblem(url);
  if (problem !== undefined) throw new UsageError(`--save ${shown}: the URL ${problem}`);
  return {
    writes: [],
    check: async () => {
      const { openObjectStore } = await import("../../provider/objects/open-store.js");
      await openObjectStore(parseObjectUrl(url));
    },
    save: async (write) => {
      const folder = mkdtempSync(join(tmpdir(), "orange-cmdb-"));
      return withPartial(folder, async () => {
        const file = join(folder, "inventory.db");
        await write(file);
        const { uploadFile } = await import("../../provider/objects/upload.js");
        await uploadFile(parseObjectUrl(url), file);
        return { file: shown.replace(/\?.*$/, ""), sha256: await sha256Of(file) };
      });
    },
  };
}
