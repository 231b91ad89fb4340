import { mirrorFile, resolveSettings, type Settings } from "../provider/config.js";
import { checkDistinct, type NamedPath } from "../provider/files/output-path.js";
import type { Mirror } from "../provider/inventory/mirror.js";
import { openWithSettings, type OpenOptions, type Opened } from "../provider/open.js";
import { showProgress } from "./progress.js";
import { stackSettings, type StackChoice } from "./stack-config.js";

/** How a command opens the inventory. */
interface CommandOptions extends Omit<OpenOptions, "config" | "onEvent"> {
  /** The stack whose configuration is read. Default: the one that is selected where the command runs. */
  readonly from?: StackChoice;
  /** What the command will write: the inventory must not be among it. */
  readonly writes?: readonly NamedPath[];
}

/** Runs a command on the inventory, shows what has to be fetched for it, and closes it. */
export async function withInventory<T>(
  options: CommandOptions,
  work: (mirror: Mirror, opened: Opened) => T | Promise<T>,
): Promise<T> {
  const opened = await openShown(options);
  try {
    return await work(opened.mirror, opened);
  } finally {
    opened.mirror.close();
  }
}

/**
 * Opens the inventory, and shows the progress of a sync. The caller closes it.
 * @throws OutputError, before anything is fetched, if the command would write over the inventory
 */
export async function openShown({ from, writes = [], ...options }: CommandOptions): Promise<Opened> {
  const config = await stackSettings(from);
  if (writes.length > 0) checkDistinct(writes, [inventoryOf(resolveSettings(options.args, config))]);
  const progress = await showProgress();
  const onEvent: OpenOptions["onEvent"] = (event) => progress.onEvent(event);
  return openWithSettings({ ...options, config, onEvent }).finally(() => progress.stop());
}

function inventoryOf(settings: Settings): NamedPath {
  const { inventoryFile } = settings;
  return inventoryFile === undefined
    ? { name: "the mirror", path: mirrorFile(settings) }
    : { name: "the inventory file", path: inventoryFile };
}
