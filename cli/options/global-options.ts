import { resolve } from "node:path";
import type { InventoryArgs } from "../../provider/settings/args.js";
import { isUrl } from "../../provider/settings/inventory-url.js";
import { UsageError } from "./usage-error.js";

/** The options of every command. */
export interface GlobalOptions {
  /** `--verbose`, or ORANGE_CMDB_VERBOSE. */
  readonly verbose: boolean;
  /** `--color` or `--no-color`; undefined without both. */
  readonly color: boolean | undefined;
  /** Settings that options set. They override the stack's configuration and the environment. */
  readonly settings: Pick<InventoryArgs, keyof typeof settingOptions>;
}

/** The option that sets a setting. */
export const settingOptions = { inventoryFile: "--inventory", recordingDir: "--record-http" } as const;

/** Returns the global options from the parsed command line. @throws UsageError */
export function globalOptions(given: {
  readonly verbose?: boolean;
  readonly color?: boolean;
  readonly inventory?: string;
  readonly recordHttp?: string;
}): GlobalOptions {
  const { verbose, color, inventory, recordHttp } = given;
  if (recordHttp?.trim() === "") throw new UsageError("--record-http is empty: name a folder");
  return {
    verbose: verbose ?? Boolean(process.env["ORANGE_CMDB_VERBOSE"]),
    color,
    settings: {
      ...(inventory === undefined ? {} : { inventoryFile: isUrl(inventory) ? inventory : resolve(inventory) }),
      ...(recordHttp === undefined ? {} : { recordingDir: resolve(recordHttp) }),
    },
  };
}
