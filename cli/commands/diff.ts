import { VersionError, type History, type Version } from "../../provider/inventory/store/history.js";
import type { VersionAt } from "../options/arguments.js";
import { hasColour } from "../output/colour.js";
import type { GlobalOptions } from "../options/global-options.js";
import { withInventory } from "../inventory/open.js";
import { changeFormats, type Changes } from "../output/changes.js";

interface DiffOptions {
  from?: VersionAt;
  to?: VersionAt;
  output: keyof typeof changeFormats;
  exitCode?: boolean;
}

/** `orange-cmdb diff`: compares two versions of the mirror without fetching. */
export async function diff(options: DiffOptions, globals: GlobalOptions): Promise<void> {
  let kept: readonly Version[] = [];
  const changes = await withInventory({ globals, kinds: [] }, ({ history }): Changes => {
    kept = history.versions();
    const to = options.to ? history.version(options.to) : newest(history);
    const from = options.from ? history.version(options.from) : before(history, to);
    const [older, newer] = from.number <= to.number ? [from, to] : [to, from];
    const [kinds, notComparable] = [history.comparable(older), history.uncompared(older)];
    if (kinds.length === 0 && older.number < newer.number)
      throw new VersionError(
        `version ${older.number} has no kind that can be read now; choose a later version with --from (see orange-cmdb history)`,
      );
    return { from: older, to: newer, kinds, notComparable, changes: [...history.changes(older, newer)] };
  });
  process.stdout.write(changeFormats[options.output](changes, hasColour(process.stdout, globals), kept));
  if (options.exitCode && changes.changes.length > 0) process.exitCode = 2;
}

/** Returns the newest version. @throws VersionError if the mirror has no version */
function newest(history: History): Version {
  return history.versions().at(-1) ?? history.version({ number: 1 });
}

/** Returns the version before, or the version itself if it is the oldest. */
function before(history: History, version: Version): Version {
  return history.versions().findLast(({ number }) => number < version.number) ?? version;
}
