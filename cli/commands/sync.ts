import { renderLines } from "../../drift/formats/terminal.js";
import { fileOrigin } from "../../provider/config.js";
import { KindUnavailableError } from "../../provider/inventory/inventory.js";
import { checkWritable } from "../../provider/inventory/portable.js";
import { collections, kinds as allKinds, type Kind } from "../../provider/inventory/records.js";
import { UsageError } from "../fail.js";
import { warn } from "../log.js";
import { withInventory } from "../open.js";
import { formatData } from "../output/index.js";

/** `orange-cmdb sync [KIND…]` */
export async function sync(
  kinds: readonly Kind[],
  options: { format?: "json" | "yaml"; output?: string; full?: boolean },
): Promise<void> {
  if (process.env["ORANGE_CMDB_INVENTORY_FILE"]) {
    throw new UsageError("sync fetches from the API: leave --inventory and ORANGE_CMDB_INVENTORY_FILE away");
  }
  if (options.output !== undefined) checkWritable(options.output);
  const { info, unavailable } = await withInventory(
    // An older inventory is not what was asked for.
    { ...(kinds.length > 0 ? { kinds } : {}), refresh: true, full: options.full ?? false, args: { maxStale: 0 } },
    (mirror, { settings }) => {
      const unavailable = mirror.unavailable(kinds.length > 0 ? kinds : allKinds);
      const [why] = Object.values(unavailable);
      // Where kinds are named, one that cannot be had is an error.
      if (kinds.length > 0 && why !== undefined) throw new KindUnavailableError(why);
      if (options.output !== undefined) mirror.writeFile(options.output, fileOrigin(settings));
      return { info: mirror.info(), unavailable };
    },
  );
  const reasons = Object.values(unavailable);
  for (const why of reasons) warn(why);
  if (options.format) {
    const file = options.output === undefined ? {} : { file: options.output };
    process.stdout.write(
      await formatData(options.format, { ...info, ...(reasons.length > 0 ? { unavailable } : {}), ...file }),
    );
    return;
  }
  const shown = Object.entries(info.counts).filter(([kind]) => kinds.length === 0 || kinds.includes(kind as Kind));
  const counts = shown.map(([kind, count]) => `${count} ${collections[kind as Kind]}`);
  const into = options.output === undefined ? "" : `, written to ${options.output}`;
  process.stdout.write(renderLines([`${counts.join(", ") || "nothing"} from ${info.endpoint}${into}`], false));
}
