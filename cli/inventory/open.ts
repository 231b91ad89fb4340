import { mirrorFile } from "../../provider/inventory/mirror/identity.js";
import { resolveSettings, type Settings } from "../../provider/settings/resolve.js";
import { isUrl } from "../../provider/settings/inventory-url.js";
import { checkDistinct, type NamedPath } from "../../provider/files/output-path.js";
import type { Mirror } from "../../provider/inventory/mirror/mirror.js";
import { filesOfMirror } from "../../provider/inventory/mirror/mirror-file.js";
import { openWithSettings, type OpenOptions, type OpenInventoryResult } from "../../provider/inventory/open.js";
import type { GlobalOptions } from "../options/global-options.js";
import { showProgress } from "./progress.js";
import { stackSettings, type StackChoice } from "./stack-config.js";

/** Options of a command that opens the inventory. */
export interface CommandOptions extends Omit<OpenOptions, "config" | "onEvent"> {
  readonly globals: GlobalOptions;
  /** The stack whose configuration is read. Default: the selected stack in the current folder. */
  readonly from?: StackChoice;
  /** Outputs of the command. None can be the inventory. */
  readonly writes?: readonly NamedPath[];
}

/** Opens the inventory, runs `work`, and closes the inventory. */
export async function withInventory<T>(
  options: CommandOptions,
  work: (mirror: Mirror, opened: OpenInventoryResult) => T | Promise<T>,
): Promise<T> {
  const opened = await openInventoryWithProgress(options);
  try {
    return await work(opened.mirror, opened);
  } finally {
    opened.mirror.close();
  }
}

/**
 * Opens the inventory, and shows the progress of a sync. The caller closes it.
 * @throws OutputError, before anything is fetched, if an output is the inventory
 */
export async function openInventoryWithProgress({
  globals,
  from,
  writes = [],
  ...options
}: CommandOptions): Promise<OpenInventoryResult> {
  const args = { ...globals.settings, ...options.args };
  const config = await stackSettings(args, from);
  if (writes.length > 0) checkDistinct(writes, inventoryOf(resolveSettings(args, config)));
  const progress = await showProgress(globals);
  const onEvent: OpenOptions["onEvent"] = (event) => progress.onEvent(event);
  return openWithSettings({ ...options, args, config, onEvent }).finally(() => progress.stop());
}

function inventoryOf(settings: Settings): NamedPath[] {
  const { inventoryFile } = settings;
  if (inventoryFile !== undefined && isUrl(inventoryFile)) return [];
  return inventoryFile === undefined
    ? filesOfMirror(mirrorFile(settings)).map((path) => ({ name: "the mirror", path }))
    : [{ name: "the inventory file", path: inventoryFile }];
}
