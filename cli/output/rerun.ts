import { watch } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { printError } from "../../provider/platform/print-error.js";

/** Files whose changes matter. */
const isRead = /\.(ya?ml|json)$/;

/** Time that an editor gets to write a file in several steps, in milliseconds. */
const SETTLE_TIME = 100;

/**
 * Runs work now, and again after each change of a YAML or JSON file in the folders, until the process is interrupted. An error is
 * printed, and does not end the loop: the next change can correct it.
 * @param work adds further folders by its argument
 */
export async function rerunOnChange(
  folders: readonly string[],
  work: (addFolder: (folder: string) => void) => Promise<void>,
): Promise<never> {
  const watched = new Set<string>();
  let isChanged = false;
  let onChange = (): void => undefined;
  const change = (): void => {
    isChanged = true;
    onChange();
  };
  const add = (folder: string): void => {
    if (watched.has(folder)) return;
    watched.add(folder);
    watch(folder, (_event, name) => {
      if (name === null || isRead.test(name)) change();
    }).on("error", change);
  };
  folders.forEach(add);
  for (;;) {
    isChanged = false;
    try {
      await work(add);
    } catch (error) {
      printError(`orange-cmdb: ${error instanceof Error ? error.message : String(error)}`);
    }
    printError("orange-cmdb: waiting for changes; stop with Ctrl+C");
    await new Promise<void>((resolve) => {
      onChange = resolve;
      if (isChanged) resolve();
    });
    await setTimeout(SETTLE_TIME);
  }
}
