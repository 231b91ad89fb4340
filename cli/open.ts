import type { Mirror } from "../provider/inventory/mirror.js";
import { openWithSettings, type OpenOptions, type Opened } from "../provider/open.js";
import { showProgress } from "./progress.js";

/** Runs a command on the inventory, shows what has to be fetched for it, and closes it. */
export async function withInventory<T>(
  options: Omit<OpenOptions, "onEvent">,
  work: (mirror: Mirror, opened: Opened) => T | Promise<T>,
): Promise<T> {
  const progress = await showProgress();
  const onEvent: OpenOptions["onEvent"] = (event) => progress.onEvent(event);
  const opened = await openWithSettings({ ...options, onEvent }).finally(() => progress.stop());
  try {
    return await work(opened.mirror, opened);
  } finally {
    opened.mirror.close();
  }
}
