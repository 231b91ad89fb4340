import { hasColour } from "../output/colour.js";
import type { GlobalOptions } from "../options/global-options.js";
import { withInventory } from "../inventory/open.js";
import { UsageError } from "../options/usage-error.js";
import { formatEntries, formatVersions, type HistoryFormat } from "../output/changes.js";

/** `orange-cmdb history [ID]`: prints the changes of a record, or the versions kept in the mirror. */
export async function history(
  id: string | undefined,
  options: { output: HistoryFormat },
  globals: GlobalOptions,
): Promise<void> {
  const text = await withInventory({ globals, kinds: [] }, (mirror) => {
    if (id === undefined) return formatVersions(mirror.history.versions(), options.output);
    const entries = mirror.history.of(id);
    if (entries.length === 0) {
      throw new UsageError(`no record "${id}" in any kept version; list the versions with orange-cmdb history`);
    }
    return formatEntries(entries, options.output, hasColour(process.stdout, globals));
  });
  process.stdout.write(text);
}
