import { hasColour } from "../colour.js";
import { withInventory } from "../open.js";
import { UsageError } from "../fail.js";
import { formatEntries, formatVersions, type HistoryFormat } from "../output/changes.js";

/** `orange-cmdb history [ID]`: what happened to a record, or the versions that the mirror keeps. */
export async function history(id: string | undefined, options: { output: HistoryFormat }): Promise<void> {
  const text = await withInventory({ kinds: [] }, (mirror) => {
    if (id === undefined) return formatVersions(mirror.history.versions(), options.output);
    const entries = mirror.history.of(id);
    if (entries.length === 0) {
      throw new UsageError(
        `no version that the mirror keeps has a record "${id}"; orange-cmdb history lists the versions`,
      );
    }
    return formatEntries(entries, options.output, hasColour(process.stdout));
  });
  process.stdout.write(text);
}
