import type { Mirror } from "../provider/inventory/mirror.js";
import { openWithSettings, type OpenOptions, type Opened } from "../provider/open.js";
import { showProgress } from "./progress.js";

/** Runs a command on the inventory, shows what has to be fetched for it, and closes it. */
export async function withInventory<T>(
  options: Omit<OpenOptions, "onEvent">,
  work: (mirror: Mirror, opened: Opened) => T | Promise<T>,
): Promise<T> {
  const opened = await openShown(options);
  try {
    return await work(opened.mirror, opened);
  } finally {
    opened.mirror.close();
  }
}

/** Opens the inventory, and shows what has to be fetched for it; to be closed by who asks. */
export async function openShown(options: Omit<OpenOptions, "onEvent">): Promise<Opened> {
  const progress = await showProgress();
  const onEvent: OpenOptions["onEvent"] = (event) => progress.onEvent(event);
  return openWithSettings({ ...options, onEvent }).finally(() => progress.stop());
}
