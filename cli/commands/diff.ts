import { VersionError, type History, type Version } from "../../provider/inventory/changes.js";
import type { VersionAt } from "../arguments.js";
import { hasColour } from "../colour.js";
import { withInventory } from "../open.js";
import { changeFormats, type Changes } from "../output/changes.js";

interface DiffOptions {
  from?: VersionAt;
  to?: VersionAt;
  output: keyof typeof changeFormats;
  exitCode?: boolean;
}

/** `orange-cmdb diff`: what changed in the CMDB between two versions of the mirror; nothing is fetched for it. */
export async function diff(options: DiffOptions): Promise<void> {
  let kept: readonly Version[] = [];
  const changes = await withInventory({ kinds: [] }, ({ history }): Changes => {
    kept = history.versions();
    const to = options.to ? history.version(options.to) : newest(history);
    const from = options.from ? history.version(options.from) : before(history, to);
    const [older, newer] = from.number <= to.number ? [from, to] : [to, from];
    const [kinds, uncompared] = [history.comparable(older), history.uncompared(older)];
    if (kinds.length === 0 && older.number < newer.number)
      throw new VersionError(
        `nothing can be compared with version ${older.number}: it holds no kind that can be read now; name a later one with --from, orange-cmdb history shows them`,
      );
    return { from: older, to: newer, kinds, uncompared, changes: [...history.changes(older, newer)] };
  });
  process.stdout.write(changeFormats[options.output](changes, hasColour(process.stdout), kept));
  if (options.exitCode && changes.changes.length > 0) process.exitCode = 2;
}

/** @throws VersionError where there is none */
function newest(history: History): Version {
  return history.versions().at(-1) ?? history.version({ number: 1 });
}

/** The version before; the version itself where it is the first one kept. */
function before(history: History, version: Version): Version {
  return history.versions().findLast(({ number }) => number < version.number) ?? version;
}
